import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface TakenMail {
  readonly recipient: string;
  readonly text: string;
}

/** A mail server that notes what it has taken in full; what a sender breaks off was never sent. */
export class MailSink {
  readonly taken: TakenMail[] = [];
  private readonly server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, session, done) => {
      let text = '';
      stream.on('data', (chunk) => (text += String(chunk)));
      stream.on('error', () => undefined);
      stream.on('end', () => {
        for (const { address } of session.envelope.rcptTo) this.taken.push({ recipient: address, text: plain(text) });
        done();
      });
    },
  });

  async open(): Promise<this> {
    this.server.on('error', () => undefined);
    this.server.listen(0, '127.0.0.1');
    await once(this.server.server, 'listening');
    return this;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** Without the line breaks and escapes of quoted-printable. */
function plain(text: string): string {
  return text.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
}
