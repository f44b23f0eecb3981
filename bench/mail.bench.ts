import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AddressObject, simpleParser } from 'mailparser';
import nodemailer from 'nodemailer';
import pg from 'pg';
import type { Copy } from './copy.js';
import { type Figure, percentile, type Result, round } from './figures.js';
import type { Told } from './mail/sink.js';

const MESSAGES = 300;
const ROUNDS = 3;
/** As many effects as the worker has under way, and as many lines to the mail server as the product keeps. */
const AT_ONCE = 20;
const LINES = 4;
const WARM_UP = 60;
const TEAM = 'northamptonshire';

type SendOne = (n: number) => Promise<void>;

/** Messages sent the product's way, from claim to note, beside nodemailer with the same message and nothing else, turn by turn. */
export async function benchMail(copy: Copy): Promise<Result> {
  const { database } = await copy.running();
  const sink = await Sink.open();
  Object.assign(process.env, await environmentOf(copy), { SMTP_URL: sink.url });
  const postgres = new pg.Client({ connectionString: database.url });
  await postgres.connect();
  const sending = await Sending.open();
  try {
    const episodes = await openEpisodes(postgres, WARM_UP + MESSAGES * ROUNDS);
    const ours: SendOne = (n) => sending.send(episodes[n]!);
    const first = sink.next();
    await sendAll(ours, 0, WARM_UP);
    const bare = await bareSender(sink.url, await first);
    await sendAll(bare.send, 0, WARM_UP);
    const rates: { ours: number; bare: number; ratio: number }[] = [];
    for (let n = 0; n < ROUNDS; n += 1) {
      const alone = await sendAll(bare.send, 0, MESSAGES);
      const product = await sendAll(ours, WARM_UP + n * MESSAGES, MESSAGES);
      const again = await sendAll(bare.send, 0, MESSAGES);
      const limit = (alone + again) / 2;
      rates.push({ ours: product, bare: limit, ratio: limit / product });
    }
    bare.close();
    return { bench: 'mail', figures: figuresOf(rates), notes: notesOf(bare.bytes) };
  } finally {
    await sending.close();
    // An open episode without a pathway would be a drift to whoever compares them next.
    await postgres.query(`UPDATE episode SET status = 'ended', ended_at = now() WHERE programme = 'bench-mail'`);
    await postgres.end();
    await sink.close();
  }
}

function figuresOf(rates: readonly { ours: number; bare: number; ratio: number }[]): Figure[] {
  const median = (of: 'ours' | 'bare' | 'ratio'): number =>
    percentile(
      rates.map((one) => one[of]),
      0.5,
    );
  return [
    { name: 'messages sent the product’s way, median', value: round(median('ours')), unit: 'a second' },
    { name: 'nodemailer alone, median', value: round(median('bare')), unit: 'a second' },
    { name: 'ratio', value: round(median('ratio')), unit: 'times as many alone' },
  ];
}

function notesOf(bytes: number): string[] {
  return [
    `${MESSAGES} messages a round, ${ROUNDS} rounds of nodemailer, ours, nodemailer; ${AT_ONCE} under way, ${LINES} lines to one mail server that`,
    `keeps nothing. The same message of ${bytes} bytes. Ours decides whether, how and when each person may be written to, makes its links,`,
    'writes it, and commits before and after the handing over, so that no crash sends it twice.',
  ];
}

/** Messages a second. */
async function sendAll(send: SendOne, from: number, count: number): Promise<number> {
  const began = performance.now();
  let next = from;
  const sender = async (): Promise<void> => {
    while (next < from + count) {
      next += 1;
      await send(next - 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  return count / ((performance.now() - began) / 1000);
}

/** What the copy's own programs are given to run with. */
async function environmentOf(copy: Copy): Promise<Record<string, string>> {
  return JSON.parse(await readFile(join(copy.folder, 'data', 'environment.json'), 'utf8')) as Record<string, string>;
}

/** The contact room on the copy's database. */
class Sending {
  private constructor(
    readonly send: (episodeId: string) => Promise<void>,
    readonly close: () => Promise<void>,
  ) {}

  /** Call when the environment is set: the settings are read as the room is opened. */
  static async open(): Promise<Sending> {
    const [contact, config, kernel, database, audit, outbox] = await Promise.all([
      import('#care/contact'),
      import('#platform/config'),
      import('#platform/kernel'),
      import('#platform/database'),
      import('#platform/audit'),
      import('#platform/outbox'),
    ]);
    @Module({
      imports: [
        ...[config.ConfigModule, kernel.KernelModule, database.DatabaseModule, audit.AuditModule],
        ...[outbox.OutboxModule, contact.ContactModule],
      ],
    })
    class Rooms {}
    const rooms = await NestFactory.createApplicationContext(Rooms, { logger: ['error', 'fatal'] });
    const service = rooms.get(contact.ContactService);
    const send = async (episodeId: string): Promise<void> => {
      const at = new Date();
      const { fate } = await audit.Audit.as({ kind: 'system', id: 'bench' }, () =>
        service.sendMessage({
          ...{ episodeId, step: 'invite', key: `pathway/${episodeId}:1`, seq: 1, at: at.toISOString() },
          ...{ title: 'Invite in writing', template: 'social-prescribing-invite', channels: ['email'], attempt: 1 },
          linkLasts: { amount: 28, unit: 'days' },
          nextAt: new Date(at.getTime() + 10 * 86_400_000).toISOString(),
        }),
      );
      if (fate !== 'sent') throw new Error(`A message was ${fate}.`);
    };
    return new Sending(send, () => rooms.close());
  }
}

/** The message as it was caught, sent again by nodemailer without any of the product. */
async function bareSender(
  url: string,
  raw: string,
): Promise<{ readonly send: SendOne; readonly close: () => void; readonly bytes: number }> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true });
  const from = mail.from?.text ?? '';
  const to = (mail.to as AddressObject | undefined)?.value[0]?.address ?? '';
  const headers = Object.fromEntries(
    mail.headerLines
      .filter(({ key }) => key.startsWith('list-'))
      .map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).trim()]),
  );
  const message = { from, to, subject: mail.subject, text: mail.text, html: mail.html || '', headers };
  const transport = nodemailer.createTransport({ url, pool: true, maxConnections: LINES });
  return {
    send: async () => void (await transport.sendMail(message)),
    close: () => transport.close(),
    bytes: raw.length,
  };
}

/** Open episodes of people who may be written to by e-mail; no pathway runs for them. */
async function openEpisodes(postgres: pg.Client, count: number): Promise<readonly string[]> {
  const { rows } = await postgres.query<{ id: string }>(
    `WITH someone AS (
       SELECT p.id FROM person p
        WHERE p.email IS NOT NULL AND p.deceased_on IS NULL AND NOT p.sensitive AND p.moved_away_on IS NULL
          AND p.birth_date < '2000-01-01' AND p.format = 'standard' AND p.language = 'en'
          AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
          AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
          AND NOT EXISTS (SELECT 1 FROM proxy WHERE proxy.person_id = p.id)
        ORDER BY p.id LIMIT $1
     ), version AS (
       SELECT id FROM programme_version WHERE programme = 'social-prescribing' AND live LIMIT 1
     )
     INSERT INTO episode (person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority, priority_parts, opened_at)
     SELECT someone.id, 'bench-mail', version.id, 1, 'trigger', $2, '[]', 0, '[]', now() FROM someone, version
     RETURNING id`,
    [count, TEAM],
  );
  if (rows.length < count) throw new Error(`Only ${rows.length} of ${count} people may be written to.`);
  return rows.map(({ id }) => id);
}

class Sink {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async open(): Promise<Sink> {
    const child = fork(fileURLToPath(new URL('./main.js', import.meta.url)), ['--mail-sink']);
    const [told] = (await once(child, 'message')) as [Told];
    return new Sink(child, 'url' in told ? told.url : '');
  }

  /** The next message it takes. */
  async next(): Promise<string> {
    this.child.send('next');
    const [told] = (await once(this.child, 'message')) as [Told];
    return 'raw' in told ? told.raw : '';
  }

  async close(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}
