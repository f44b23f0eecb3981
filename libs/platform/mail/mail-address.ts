// RFC 5321 and 5322, the plain part of them: a dot-atom, an at sign, a host name of two labels or more. No quoted local
// part, comment, group, literal address or anything outside ASCII. Lengths: RFC 5321 section 4.5.3.1.
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const PLAIN = new RegExp(`^(${ATOM}(?:\\.${ATOM})*)@(${LABEL}(?:\\.${LABEL})+)$`);
const LONGEST = 254;
const LONGEST_LOCAL = 64;

/** One plain address, its host in lower case; null for anything that is not exactly one. */
export function parseMailAddress(text: string): string | null {
  if (text.length > LONGEST) return null;
  const [, local, host] = PLAIN.exec(text) ?? [];
  if (!local || !host || local.length > LONGEST_LOCAL) return null;
  return `${local}@${host.toLowerCase()}`;
}
