/** Who reads a message, and who signs it. */
export interface Reader {
  readonly given: string;
  /** Who speaks for the person and reads this in their place. */
  readonly proxy?: string | null;
  readonly team: string;
  readonly practice: string;
}

/** The most characters of a field that are put into a message. */
export const LONGEST = { given: 40, proxy: 60, team: 60, practice: 80, link: 120, stop: 120 } as const;
export type Field = keyof typeof LONGEST;

const WRITTEN_FIELD = /\{\{(\w+)(?:\.(\d+))?\}\}/g;

/** Names of the fields a text asks for, in order. */
export function fieldsOf(text: string): readonly string[] {
  return [...text.matchAll(WRITTEN_FIELD)].map(([, name = '']) => name);
}

/** What is left of a text's braces when its fields are taken out; empty when they balance. */
export function strayBraces(text: string): string {
  return text.replaceAll(/\{\{\s*[\w-]*\s*\}\}/g, '').replaceAll(/[^{}]/g, '');
}

export interface Links {
  readonly link: string;
  readonly stop: string;
}

/** Puts fields into a text, once: a value cannot bring fields of its own. `{{link.1}}` is the link of the second section. */
export function fill(
  text: string,
  reader: Reader,
  links: readonly Links[],
  safely: (value: string) => string = (value) => value,
): string {
  return text.replaceAll(WRITTEN_FIELD, (_all, name: string, section: string | undefined) => {
    const own = links[Number(section ?? 0)];
    const value = valueOf(name, reader, own);
    return value === null ? '' : safely(value);
  });
}

function valueOf(name: string, reader: Reader, links: Links | undefined): string | null {
  switch (name) {
    case 'given':
      return asName(reader.given, LONGEST.given);
    case 'proxy':
      return asName(reader.proxy ?? '', LONGEST.proxy);
    case 'team':
      return asLine(reader.team, LONGEST.team);
    case 'practice':
      return asLine(reader.practice, LONGEST.practice);
    case 'link':
      return asLine(links?.link ?? '', Infinity);
    case 'stop':
      return asLine(links?.stop ?? '', Infinity);
    default:
      return null;
  }
}

/** Letters, digits and what joins them: a name cannot bring a web address, markup or a line of its own. */
function asName(text: string, most: number): string {
  const kept = text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{M}\p{N}'’.\- ]+/gu, ' ')
    // A full stop inside a word would be made into a link.
    .replaceAll(/\.(?=\S)/g, '. ');
  return asLine(kept, most);
}

/** One line without characters that hide or turn text round. */
function asLine(text: string, most: number): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return [...line].slice(0, most).join('').trim();
}
