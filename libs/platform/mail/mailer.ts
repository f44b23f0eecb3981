import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import nodemailer from 'nodemailer';
import { Settings } from '#platform/config';
import { parseMailAddress } from './mail-address.js';
import { MailRefused, MailUnavailable, MailUncertain } from './mail.faults.js';

/** One message to one person. */
export interface Mail {
  /** `address` is one plain address; anything else is refused. */
  readonly to: { readonly name?: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** `<left@right>`; the same for every try of the same message. */
  readonly messageId: string;
  /** Further headers, such as List-Unsubscribe. */
  readonly headers?: Readonly<Record<string, string>>;
}

// Those that nodemailer writes itself from the fields above; a second one could name another reader or sender.
const OURS =
  /^(to|cc|bcc|from|sender|reply-to|subject|date|message-id|mime-version|content-.*|resent-.*|return-path)$/i;
const HEADER_NAME = /^[A-Za-z0-9-]{1,60}$/;
const MESSAGE_ID = /^<[A-Za-z0-9._+/=-]{1,120}@[A-Za-z0-9.-]{1,120}>$/;
// Control characters start new lines or hide text, half a surrogate pair is no text; no header of ours needs them.
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u;
const LONGEST_HEADER = 900;

/** Hands messages to the mail server of SMTP_URL, each to exactly one person. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly from: string;
  private readonly transport;
  /** The streams that messages are read from while they go, by message. */
  private readonly streams = new WeakMap<object, Readable>();

  constructor(settings: Settings) {
    this.from = settings.get('MAIL_FROM');
    this.transport = nodemailer.createTransport({
      url: settings.get('SMTP_URL'),
      pool: true,
      maxConnections: 4,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 30_000,
      // Content is always given as text: a path or address in it must never be opened.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    this.transport.use('stream', (going, done) => {
      const { message, data } = going;
      const open = message.createReadStream.bind(message);
      message.createReadStream = (...options) => {
        const stream = open(...options);
        if (data.envelope) this.streams.set(data.envelope, stream);
        return stream;
      };
      done();
    });
  }

  /** Throws MailRefused, MailUnavailable or MailUncertain; returns once the server has taken the message. */
  async send(mail: Mail): Promise<void> {
    const address = checked(mail);
    // The envelope decides who gets it; headers are only what is shown.
    const envelope = { from: this.from, to: [address] };
    const outcome = await this.transport
      .sendMail({
        from: this.from,
        to: { name: mail.to.name ?? '', address },
        envelope,
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        messageId: mail.messageId,
        headers: { ...mail.headers },
      })
      .catch((error: unknown) => {
        throw faultOf(error, this.streams.get(envelope)?.readableDidRead ?? false);
      });
    const { accepted, rejected } = outcome;
    if (accepted.length !== 1 || accepted[0] !== address || rejected.length > 0) {
      throw new MailUncertain({ accepted: String(accepted.length) });
    }
  }

  onApplicationShutdown(): void {
    this.transport.close();
  }
}

function checked({ to, subject, messageId, headers = {} }: Mail): string {
  const address = parseMailAddress(to.address);
  if (!address) throw new MailRefused('the address is not one plain address', { field: 'to.address' });
  const lines: Record<string, string> = { 'to.name': to.name ?? '', subject, ...headers };
  for (const [field, value] of Object.entries(lines)) {
    if (CONTROL.test(value) || value.length > LONGEST_HEADER) {
      throw new MailRefused('a header has a line break or a control character, or is too long', { field });
    }
  }
  for (const name of Object.keys(headers)) {
    if (!HEADER_NAME.test(name) || OURS.test(name)) {
      throw new MailRefused('a header may not be set', { header: 'name' });
    }
  }
  if (!MESSAGE_ID.test(messageId)) throw new MailRefused('the message id is malformed', { field: 'messageId' });
  return address;
}

/** The text of an SMTP error may quote the address, so only its numbers and codes go on. */
function faultOf(error: unknown, begun: boolean): MailRefused | MailUnavailable | MailUncertain {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const facts = { error: String(code ?? 'unknown'), smtp: String(responseCode ?? 'none') };
  if (typeof responseCode === 'number' && responseCode >= 500) return new MailRefused('the server said no', facts);
  if (typeof responseCode === 'number' && responseCode >= 400) return new MailUnavailable(facts);
  return begun ? new MailUncertain(facts) : new MailUnavailable(facts);
}
