import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';

/** What the list shows of a message; one line of the index each. */
export interface MailSummary {
  readonly id: string;
  /** When it was taken in, ISO. */
  readonly at: string;
  /** The addresses it was delivered to, whatever its headers say. */
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly bytes: number;
}

export interface MailInFull extends MailSummary {
  /** The To header as written. */
  readonly toHeader: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export interface MailQuery {
  /** Part of a recipient's address, in any case. */
  readonly to?: string;
  /** ISO instant; messages taken in at or after it. */
  readonly since?: string;
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * Every message taken in, in `folder`: the raw text as `<id>.eml` and one line of `index.ndjson`. A message counts
 * once its line is written, so a kill leaves either all of it or nothing.
 */
export class Mailbox {
  private readonly folder: string;
  private readonly index: string;
  private readonly summaries: MailSummary[] = [];
  private count = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.index = join(folder, 'index.ndjson');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.index)) return;
    const lines = readFileSync(this.index, 'utf8').split('\n');
    for (const line of lines) {
      const summary = readLine(line);
      if (summary) this.summaries.push(summary);
    }
    // A line cut short by a kill is closed, so that the next one starts on its own.
    if (lines.at(-1) !== '') appendFileSync(this.index, '\n');
  }

  async take(raw: Buffer, envelope: { from: string; to: readonly string[] }, at: Date): Promise<MailSummary> {
    // The list needs the subject alone: the body is read when somebody opens the message.
    const bodyStart = raw.indexOf('\r\n\r\n');
    const parsed = await simpleParser(bodyStart < 0 ? raw : raw.subarray(0, bodyStart + 4));
    this.count += 1;
    const id = `${at.getTime().toString(36)}-${process.pid.toString(36)}-${this.count.toString(36)}`;
    const path = this.pathOf(id);
    await writeFile(`${path}.new`, raw, { mode: 0o600 });
    renameSync(`${path}.new`, path);
    const summary: MailSummary = {
      id,
      at: at.toISOString(),
      to: envelope.to,
      from: envelope.from,
      subject: parsed.subject ?? '',
      bytes: raw.length,
    };
    appendFileSync(this.index, `${JSON.stringify(summary)}\n`, { mode: 0o600 });
    this.summaries.push(summary);
    return summary;
  }

  /** Newest first. */
  list({ to = '', since = '', limit = 50, offset = 0 }: MailQuery): { total: number; items: MailSummary[] } {
    const part = to.trim().toLowerCase();
    const from = since ? new Date(since).getTime() : 0;
    const found = this.summaries.filter(
      (mail) =>
        (!part || mail.to.some((address) => address.toLowerCase().includes(part))) &&
        (!from || Date.parse(mail.at) >= from),
    );
    const start = Math.max(0, found.length - offset - limit);
    return { total: found.length, items: found.slice(start, found.length - offset).reverse() };
  }

  async find(id: string): Promise<MailInFull | null> {
    const summary = this.summaries.find((mail) => mail.id === id);
    if (!summary) return null;
    const parsed = await simpleParser(await this.raw(id), { skipTextToHtml: true, skipHtmlToText: true });
    const html = parsed.html || '';
    const text = parsed.text ?? '';
    return {
      ...summary,
      toHeader: written(parsed.to),
      text,
      html,
      links: linksIn(text, html),
      headers: headersOf(parsed),
    };
  }

  /** The message as it came. The id must be one that `find` knows. */
  raw(id: string): Promise<Buffer> {
    return readFile(this.pathOf(id));
  }

  private pathOf(id: string): string {
    return join(this.folder, `${id}.eml`);
  }
}

function readLine(line: string): MailSummary | null {
  try {
    return JSON.parse(line) as MailSummary;
  } catch {
    return null;
  }
}

function written(to: AddressObject | AddressObject[] | undefined): string {
  if (!to) return '';
  return (Array.isArray(to) ? to : [to]).map((address) => address.text).join(', ');
}

function headersOf(parsed: ParsedMail): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { key, line } of parsed.headerLines) {
    const value = line.slice(line.indexOf(':') + 1).replace(/\r?\n\s*/g, ' ');
    headers[key] = headers[key] === undefined ? value.trim() : `${headers[key]}\n${value.trim()}`;
  }
  return headers;
}

/** The web links of a message, once each, in the order they appear. */
function linksIn(text: string, html: string): string[] {
  const inHtml = [...html.matchAll(/href="(https?:[^"]+)"/gi)].map((match) => match[1] ?? '');
  const inText = [...text.matchAll(/https?:\/\/[^\s<>"')\]]+/g)].map((match) => match[0].replace(/[.,;]$/, ''));
  return [...new Set([...inHtml.map((link) => link.replaceAll('&amp;', '&')), ...inText])];
}
