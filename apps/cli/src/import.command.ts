import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { constants, gunzipSync } from 'node:zlib';
import type { INestApplicationContext } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { type Format, type ImportResult, type IncomingFile, IngestService } from '#care/ingest';
import { CliModule } from './cli.module.js';
import { type Command, CommandMisused, withRooms } from './command.js';

const PEEK_BYTES = 65_536;

/** Takes files in through the door. Exit code 0 when every row read was accepted or set aside with a reason. */
export const importCommand: Command = {
  summary: 'take in FHIR R4 NDJSON or CSV, gzip or not, in any order [--source NAME] FILE…',
  async run(args) {
    const { values, positionals } = wordsOf(args);
    if (positionals.length === 0) throw new CommandMisused('Say which files: fairway import [--source NAME] FILE…');
    return withRooms(CliModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, () =>
        importFiles(rooms, { paths: positionals, source: values.source, say: console.log }),
      ),
    );
  },
};

/** What was asked for on the command line. Throws CommandMisused. */
function wordsOf(args: readonly string[]): { values: { source: string }; positionals: string[] } {
  try {
    const options = { source: { type: 'string', default: 'import' } } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (reason) {
    throw new CommandMisused(reason instanceof Error ? reason.message : 'The command cannot be read.');
  }
}

/** Answers the exit code. `source` says whose data it is: ids are kept apart by source. Throws CommandMisused. */
export async function importFiles(
  rooms: INestApplicationContext,
  { paths, source, say }: { paths: readonly string[]; source: string; say: (line: string) => void },
): Promise<number> {
  const known: (IncomingFile & { people: boolean })[] = [];
  for (const path of paths) {
    try {
      const start = await startOf(path);
      const format = formatOf(path, start);
      const people = format === 'csv' ? /birth_date/.test(start) : /"resourceType"\s*:\s*"Patient"/.test(start);
      known.push({ name: basename(path), format, people, lines: contentOf(path) });
    } catch (reason) {
      throw new CommandMisused(
        `${path} cannot be opened: ${reason instanceof Error ? reason.message : 'no reason given'}`,
      );
    }
  }
  // People first, so that few rows have to wait for theirs.
  known.sort((one, other) => Number(other.people) - Number(one.people));
  const started = performance.now();
  const results = await rooms.get(IngestService).importFiles(source, known, ({ name, read, quarantined }) => {
    say(`${name}: ${figure(read)} rows, ${figure(quarantined)} set aside`);
  });
  return report(results, (performance.now() - started) / 1000, say);
}

function report(results: readonly ImportResult[], seconds: number, say: (line: string) => void): number {
  const sum = (pick: (result: ImportResult) => number): number =>
    results.reduce((total, each) => total + pick(each), 0);
  table('Accepted, nothing of it kept', merged(results, 'unused'), say);
  table('Accepted, with a detail left out', merged(results, 'remarks'), say);
  table('Set aside, by reason', merged(results, 'reasons'), say);
  for (const { name, runId, quarantined } of results) {
    if (quarantined > 0) say(`The rows of ${name} that were set aside are kept under import ${runId}.`);
  }
  const [read, accepted, quarantined] = [
    sum((each) => each.read),
    sum((each) => each.accepted),
    sum((each) => each.quarantined),
  ];
  say(`Took ${seconds.toFixed(1)} s.`);
  say(`Read ${figure(read)}: accepted ${figure(accepted)} + quarantined ${figure(quarantined)}`);
  return accepted + quarantined === read ? 0 : 1;
}

function merged(results: readonly ImportResult[], part: 'unused' | 'remarks' | 'reasons'): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    for (const [why, count] of Object.entries(result[part])) counts[why] = (counts[why] ?? 0) + count;
  }
  return counts;
}

function table(title: string, counts: Readonly<Record<string, number>>, say: (line: string) => void): void {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  if (rows.length === 0) return;
  say(`${title}:`);
  for (const [why, count] of rows) say(`  ${figure(count).padStart(9)}  ${why}`);
}

function figure(count: number): string {
  return count.toLocaleString('en-GB');
}

/** By extension where it says so, else by the first character: JSON begins with a brace. */
function formatOf(path: string, start: string): Format {
  const name = path.toLowerCase().replace(/\.gz$/, '');
  if (name.endsWith('.csv')) return 'csv';
  if (name.endsWith('.ndjson') || name.endsWith('.jsonl')) return 'fhir-ndjson';
  return start.trimStart().startsWith('{') ? 'fhir-ndjson' : 'csv';
}

/** Opened when it is read, and not before: a delivery may be of many files. */
async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(path)) yield piece as Uint8Array;
}

async function startOf(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(PEEK_BYTES), 0, PEEK_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes.toString();
    try {
      return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    } catch {
      // Damaged: the door itself will say so.
      return '';
    }
  } finally {
    await file.close();
  }
}
