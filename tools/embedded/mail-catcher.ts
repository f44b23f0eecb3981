import type { Server, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Mailbox } from './mailbox.ts';

/**
 * How the catcher misbehaves, for tests of what happens then. `reject` refuses every recipient, `busy` asks to try
 * later, `drop` cuts the connection before taking the message, `drop-after` takes it and cuts the connection before
 * saying so, `slow` waits `ms` before it answers, `down` takes no connections.
 */
export const FAULTS = ['ok', 'reject', 'busy', 'drop', 'drop-after', 'slow', 'down'] as const;
export interface Fault {
  readonly mode: (typeof FAULTS)[number];
  readonly ms: number;
}

const LARGEST = 10 * 1024 * 1024;

/** An SMTP server that delivers nothing and keeps everything. */
export class MailCatcher {
  private readonly mailbox: Mailbox;
  private readonly port: number;
  private readonly sockets = new Set<Socket>();
  private server: SMTPServer | null = null;
  private current: Fault = { mode: 'ok', ms: 0 };

  constructor(mailbox: Mailbox, port: number) {
    this.mailbox = mailbox;
    this.port = port;
  }

  get fault(): Fault {
    return this.current;
  }

  async start(): Promise<void> {
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      authOptional: true,
      size: LARGEST,
      logger: false,
      onRcptTo: (_address, _session, done) => {
        if (this.current.mode === 'reject') return done(refusal(550, 'No such mailbox'));
        if (this.current.mode === 'busy') return done(refusal(451, 'Try again later'));
        return done();
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
          void this.receive(Buffer.concat(chunks), envelope, stream.sizeExceeded).then(() => done(), done);
        });
      },
    });
    // A client that goes away mid-message is its own affair.
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      const listening: Server = server.listen(this.port, '127.0.0.1', resolve);
      listening.once('error', reject);
      listening.on('connection', (socket: Socket) => {
        this.sockets.add(socket);
        socket.once('close', () => this.sockets.delete(socket));
      });
    });
    this.server = server;
  }

  async misbehave(fault: Fault): Promise<void> {
    this.current = fault;
    if (fault.mode === 'down') await this.stop();
    else if (!this.server) await this.start();
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    if (!server) return;
    this.cut();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  private async receive(raw: Buffer, envelope: { from: string; to: string[] }, tooLarge: boolean): Promise<void> {
    const { mode, ms } = this.current;
    if (tooLarge) throw refusal(552, 'The message is too large');
    if (mode === 'drop') return this.cut();
    if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, ms));
    await this.mailbox.take(raw, envelope, new Date());
    if (mode === 'drop-after') this.cut();
  }

  private cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
