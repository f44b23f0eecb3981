import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What the sink tells the bench: where it listens, and the first message after it was asked for one. */
export type Told = { readonly url: string } | { readonly raw: string };

/** A mail server in a process of its own that takes everything and keeps nothing. */
export async function runSink(): Promise<void> {
  let wanted = false;
  process.on('message', () => (wanted = true));
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => {
        if (wanted) process.send?.({ raw: Buffer.concat(chunks).toString() } satisfies Told);
        wanted = false;
        done();
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  process.send?.({ url: `smtp://127.0.0.1:${port}` } satisfies Told);
}
