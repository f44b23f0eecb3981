import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** takes: as it should. busy: 451. refuses: 550. drops: hangs up in the middle of a message. */
export type Mood = 'takes' | 'busy' | 'refuses' | 'drops';

export interface Taken {
  readonly messageId: string;
  readonly recipient: string;
  /** When the sender named the recipient; the message was on its way from then at the latest. */
  readonly begunAt: number;
  /** Secret parts of the reply links in it. */
  readonly tokens: readonly string[];
  readonly stopToken: string | null;
}

/** A mail server that notes what it has taken in full; what a sender breaks off was never sent. */
export class MailSink {
  readonly taken: Taken[] = [];
  mood: Mood = 'takes';
  /** How long it thinks before it says that it has taken a message, in milliseconds. */
  slowness = 0;
  /** Called when a message is in its hands, before the sender hears of it. */
  onTaken: ((taken: Taken) => Promise<void>) | null = null;
  private server: SMTPServer | null = null;
  private port = 0;
  private readonly begun = new Map<string, number>();

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  get at(): number {
    return this.port;
  }

  async open(): Promise<this> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: (_address, session, done) => {
        this.begun.set(session.id, Date.now());
        if (this.mood === 'busy') done(refusal(451, 'try later'));
        else if (this.mood === 'refuses') done(refusal(550, 'no such mailbox'));
        else done();
      },
      onData: (stream, session, done) => {
        if (this.mood === 'drops') {
          stream.once('data', () => this.hangUp(session));
          stream.on('data', () => undefined);
          return;
        }
        void simpleParser(stream).then(async (mail) => {
          const tokens = tokensIn(`${mail.text ?? ''} ${mail.html || ''}`);
          const unsubscribe = mail.headerLines.find(({ key }) => key === 'list-unsubscribe')?.line ?? '';
          const [stopToken = null] = tokensIn(unsubscribe);
          for (const { address } of session.envelope.rcptTo) {
            const begunAt = this.begun.get(session.id) ?? Date.now();
            const taken = { messageId: mail.messageId ?? '', recipient: address, begunAt, tokens, stopToken };
            this.taken.push(taken);
            await this.onTaken?.(taken);
          }
          if (this.slowness > 0) await new Promise((resolve) => setTimeout(resolve, this.slowness));
          done();
        }, done);
      },
    });
    // A sender that goes away is its own affair.
    server.on('error', () => undefined);
    server.listen(this.port, '127.0.0.1');
    await once(server.server, 'listening');
    this.port = (server.server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  /** No connection is taken, and those there are end, until `open`. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    for (const connection of server.connections) connection.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private hangUp(session: SMTPServerSession): void {
    for (const connection of this.server?.connections ?? []) {
      if ((connection as { id?: string }).id === session.id) connection.close();
    }
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

/** Each once, in the order they appear. */
function tokensIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\/r\/([A-Za-z0-9_-]{20,})/g)].map((match) => match[1] ?? ''))];
}
