import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** What the server does with the next messages: take them, say no, hang up before or after taking them. */
export type Mood = 'takes' | 'refuses' | 'busy' | 'hangs-up-after-taking';

export interface Delivered {
  readonly recipients: readonly string[];
  readonly mail: ParsedMail;
}

/** A real mail server on a port of its own that keeps what it is given. */
export class PostOffice {
  readonly delivered: Delivered[] = [];
  mood: Mood = 'takes';
  /** Called when a message is in the server's hands, before the sender hears of it. */
  onTaken: (() => Promise<void>) | null = null;

  private constructor(private readonly server: SMTPServer) {}

  static async open(): Promise<PostOffice> {
    const office: PostOffice = new PostOffice(
      new SMTPServer({
        disabledCommands: ['AUTH', 'STARTTLS'],
        onData: (stream, session, done) => {
          void (async () => {
            const mail = await simpleParser(stream);
            const no = (code: number, text: string) => done(Object.assign(new Error(text), { responseCode: code }));
            if (office.mood === 'refuses') return no(550, 'no such mailbox');
            if (office.mood === 'busy') return no(451, 'try later');
            office.delivered.push({ recipients: session.envelope.rcptTo.map(({ address }) => address), mail });
            await office.onTaken?.();
            if (office.mood === 'hangs-up-after-taking') return office.hangUp();
            done();
          })();
        },
      }),
    );
    office.server.on('error', () => undefined);
    office.server.listen(0, '127.0.0.1');
    await once(office.server.server, 'listening');
    return office;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private hangUp(): void {
    for (const connection of this.server.connections) connection.close();
  }
}
