import { createGunzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';

/** 1 MB: a FHIR resource with facts is a few kilobytes; what is longer carries attachments. */
export const LONGEST_LINE = 1_048_576;
const KEPT_OF_A_BAD_LINE = 2_000;

/** One line of a delivery, counted from 1. `wrong` names why its text cannot be used. */
export interface Line {
  readonly number: number;
  readonly text: string;
  readonly wrong?: 'ingest.not_utf8' | 'ingest.too_long' | 'ingest.damaged_file';
}

type Chunk = Uint8Array | string;

/**
 * Splits bytes (gzip or plain) into lines, one in memory at a time. Blank lines are left out, but counted in `number`.
 * A stream that breaks ends with one line marked as damaged instead of an error.
 */
export async function* linesOf(body: AsyncIterable<Chunk> | Iterable<Chunk>): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lenient = new TextDecoder();
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;

  const finish = (): Line | null => {
    number += 1;
    const tooLong = length > LONGEST_LINE;
    let bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    parts = [];
    length = 0;
    if (number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    const start = (): string => lenient.decode(bytes.subarray(0, KEPT_OF_A_BAD_LINE)).replaceAll('\0', '\uFFFD');
    if (tooLong) return { number, text: start(), wrong: 'ingest.too_long' };
    let text: string;
    try {
      text = decoder.decode(bytes);
    } catch {
      return { number, text: start(), wrong: 'ingest.not_utf8' };
    }
    return text.trim() === '' ? null : { number, text: text.endsWith('\r') ? text.slice(0, -1) : text };
  };
  // Of a line that is too long only its beginning is held.
  const add = (bytes: Uint8Array): void => {
    if (bytes.length === 0) return;
    if (length <= LONGEST_LINE) parts.push(bytes);
    length += bytes.length;
  };

  try {
    for await (const chunk of unzipped(body)) {
      let from = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
        add(chunk.subarray(from, end));
        from = end + 1;
        const line = finish();
        if (line) yield line;
      }
      add(chunk.subarray(from));
    }
  } catch {
    parts = [];
    length = 0;
    yield { number: number + 1, text: '', wrong: 'ingest.damaged_file' };
    return;
  }
  if (length > 0) {
    const line = finish();
    if (line) yield line;
  }
}

async function* unzipped(body: AsyncIterable<Chunk> | Iterable<Chunk>): AsyncGenerator<Uint8Array> {
  const chunks = bytesOf(body);
  const start: Uint8Array[] = [];
  let size = 0;
  while (size < 2) {
    const { value, done } = await chunks.next();
    if (done) break;
    start.push(value);
    size += value.length;
  }
  const first = Buffer.concat(start);
  if (first[0] !== 0x1f || first[1] !== 0x8b) {
    yield first;
    yield* chunks;
    return;
  }
  const gunzip = createGunzip();
  // A fault of either side reaches the reader of `gunzip`; the callback has nothing to add.
  pipeline(Readable.from(joined(first, chunks)), gunzip, () => undefined);
  for await (const chunk of gunzip) yield chunk as Uint8Array;
}

async function* joined(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

async function* bytesOf(body: AsyncIterable<Chunk> | Iterable<Chunk>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (bytes.length > 0) yield bytes;
  }
}
