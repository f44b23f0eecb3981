import type { IncomingMessage } from 'node:http';

/** Thrown when a body is larger than anything these pages send. */
export class BodyTooLarge extends Error {}

/** The whole body of a request as text. Throws BodyTooLarge above `limit` bytes. */
export async function readBody(request: IncomingMessage, limit = 10_000): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size > limit) throw new BodyTooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams(await readBody(request));
}
