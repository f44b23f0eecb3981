import { describe, expect, it } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import { EncryptingCodec } from './payload-codec.js';

const FIRST = Buffer.alloc(32, 1).toString('base64');
const SECOND = Buffer.alloc(32, 2).toString('base64');

function somePayload(changes: Partial<Payload> = {}): Payload {
  return { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('"episode 41"'), ...changes };
}

function plain(payloads: Payload[]): unknown[] {
  return payloads.map(({ metadata, data }) => ({
    encoding: Buffer.from(metadata?.['encoding'] ?? []).toString(),
    data: Buffer.from(data ?? []).toString(),
  }));
}

describe('EncryptingCodec', () => {
  it('gives back what it sealed', async () => {
    const codec = new EncryptingCodec(FIRST);
    const sealed = await codec.encode([somePayload(), somePayload({ data: new Uint8Array() })]);
    expect(plain(await codec.decode(sealed))).toEqual(plain([somePayload(), somePayload({ data: new Uint8Array() })]));
  });

  it('leaves nothing readable', async () => {
    const [sealed] = await new EncryptingCodec(FIRST).encode([somePayload()]);
    expect(JSON.stringify(plain([sealed!]))).not.toContain('episode');
    expect(JSON.stringify(plain([somePayload()]))).toContain('episode');
  });

  it('seals the same text differently each time', async () => {
    const [one, other] = await new EncryptingCodec(FIRST).encode([somePayload(), somePayload()]);
    expect(Buffer.from(one!.data!).equals(Buffer.from(other!.data!))).toBe(false);
  });

  it('opens what an earlier key sealed, and seals with the new one', async () => {
    const before = await new EncryptingCodec(FIRST).encode([somePayload()]);
    const rotated = new EncryptingCodec(SECOND, [FIRST]);
    expect(plain(await rotated.decode(before))).toEqual(plain([somePayload()]));
    await expect(new EncryptingCodec(FIRST).decode(await rotated.encode([somePayload()]))).rejects.toThrow(/No key/);
  });

  it('refuses a payload that was altered', async () => {
    const codec = new EncryptingCodec(FIRST);
    const [sealed] = await codec.encode([somePayload()]);
    const data = Buffer.from(sealed!.data!);
    data[20]! ^= 1;
    await expect(codec.decode([{ ...sealed, data }])).rejects.toThrow(/altered/);
  });

  it('lets through what was never sealed', async () => {
    expect(plain(await new EncryptingCodec(FIRST).decode([somePayload()]))).toEqual(plain([somePayload()]));
  });
});
