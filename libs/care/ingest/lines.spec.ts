import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Line, LONGEST_LINE, linesOf } from './lines.js';

async function read(...chunks: (string | Uint8Array)[]): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(chunks)) lines.push(line);
  return lines;
}

describe('linesOf', () => {
  it('leaves out blank lines and keeps their numbers', async () => {
    expect(await read('one\r\n\n  \ntwo')).toEqual([
      { number: 1, text: 'one' },
      { number: 4, text: 'two' },
    ]);
  });

  it('gives the same lines however the bytes are cut, packed or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        async (text, cut, zip) => {
          const bytes = zip ? gzipSync(text) : Buffer.from(text);
          const pieces = [];
          for (let from = 0; from < bytes.length; from += cut) pieces.push(bytes.subarray(from, from + cut));
          fc.pre(zip || bytes[0] !== 0x1f);
          const whole = Buffer.from(text)
            .toString()
            .replace(/^\uFEFF/, '')
            .split('\n');
          const expected = whole.flatMap((line, place) =>
            line.trim() === '' ? [] : [{ number: place + 1, text: line.replace(/\r$/, '') }],
          );
          expect(await read(...pieces)).toEqual(expected);
        },
      ),
    );
  });

  it('says which line is too long and goes on with the next', async () => {
    const lines = await read('a\n', 'x'.repeat(LONGEST_LINE), 'x\n', 'b\n');
    expect(lines.map(({ number, wrong }) => [number, wrong])).toEqual([
      [1, undefined],
      [2, 'ingest.too_long'],
      [3, undefined],
    ]);
    expect(lines[1]!.text.length).toBeLessThan(5_000);
  });

  it('takes a line of exactly the longest length', async () => {
    const [line] = await read(`${'x'.repeat(LONGEST_LINE)}\n`);
    expect(line?.wrong).toBeUndefined();
  });

  it('says which line is no UTF-8', async () => {
    const [bad, good] = await read(Buffer.from([0x66, 0xff, 0x0a]), 'fine\n');
    expect(bad?.wrong).toBe('ingest.not_utf8');
    expect(good).toEqual({ number: 2, text: 'fine' });
  });

  it('ends a damaged gzip with one line that says so, after what could be read', async () => {
    const text = Array.from({ length: 20_000 }, (_, place) => `line ${place} ${(place * 7919) % 1013}\n`).join('');
    const packed = gzipSync(text);
    const lines = await read(packed.subarray(0, Math.floor(packed.length / 2)));
    expect(lines.length).toBeGreaterThan(100);
    expect(lines.at(-1)?.wrong).toBe('ingest.damaged_file');
    expect(lines.filter(({ wrong }) => wrong)).toHaveLength(1);
  });

  it('drops a byte order mark', async () => {
    expect(await read('\uFEFFfirst')).toEqual([{ number: 1, text: 'first' }]);
  });
});
