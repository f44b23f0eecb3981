import { Injectable } from '@nestjs/common';
import { Settings } from '#platform/config';
import { Mailer, MailRefused, MailUnavailable } from '#platform/mail';
import { Notify, NotifyRefused, NotifyUnavailable } from '#platform/notify';
import type { Claimed } from './contact-claims.js';
import { writeMail } from './mail-body.js';
import type { Reader } from './templates/fields.js';
import { writeLetter } from './templates/letter-body.js';
import type { Sections } from './templates/sections.js';
import { writeText } from './templates/text-body.js';

/** How handing a message over went. */
export type Handed =
  | { readonly fate: 'sent'; readonly providerRef: string }
  /** `tryAgain` is what to throw when nothing has left. */
  | { readonly fate: 'failed' | 'unknown'; readonly because: string; readonly tryAgain?: unknown };

/** Writes a claimed message and hands it to whoever carries it. */
@Injectable()
export class Delivery {
  constructor(
    private readonly mailer: Mailer,
    private readonly notify: Notify,
    private readonly settings: Settings,
  ) {}

  /** Our name for a message at its carrier, the same for every try. */
  referenceOf({ channel, sections: [{ message }] }: Claimed): string {
    if (channel !== 'email') return message.id;
    const host = new URL(this.settings.get('PUBLIC_URL')).hostname;
    return `<${message.key.replaceAll(/[^A-Za-z0-9.-]/g, '.')}@${host}>`;
  }

  async handOver(claimed: Claimed): Promise<Handed> {
    let carry: () => Promise<string>;
    try {
      carry = await this.write(claimed);
    } catch (error) {
      return { fate: 'failed', because: 'could-not-be-written', tryAgain: error };
    }
    try {
      return { fate: 'sent', providerRef: await carry() };
    } catch (error) {
      if (error instanceof MailUnavailable) return { fate: 'failed', because: 'mail-unavailable', tryAgain: error };
      if (error instanceof NotifyUnavailable) return { fate: 'failed', because: 'notify-unavailable', tryAgain: error };
      if (error instanceof MailRefused) return { fate: 'failed', because: 'refused-by-mail-server' };
      if (error instanceof NotifyRefused) return { fate: 'failed', because: 'refused-by-notify' };
      const carrier = claimed.channel === 'email' ? 'mail-server' : 'notify';
      return { fate: 'unknown', because: `${carrier}-gave-no-answer` };
    }
  }

  /** Puts the words together; what it answers sends them, and answers the carrier's name for the message. */
  private async write(claimed: Claimed): Promise<() => Promise<string>> {
    const { channel, to } = claimed;
    const sections = this.sectionsOf(claimed);
    const reader = readerOf(claimed);
    const reference = this.referenceOf(claimed);
    switch (channel) {
      case 'email': {
        const [{ stop }] = sections;
        const body = await writeMail(sections, reader);
        const headers = { 'List-Unsubscribe': `<${stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
        return async () => {
          await this.mailer.send({ to: { address: String(to) }, ...body, messageId: reference, headers });
          return reference;
        };
      }
      case 'sms': {
        const { text } = writeText(sections, reader);
        return () => this.notify.sendText({ to: String(to), message: text, reference });
      }
      case 'letter': {
        const { heading, paragraphs } = writeLetter(sections, reader);
        const letter = { address: [to].flat(), heading, message: paragraphs.join('\n\n'), reference };
        return () => this.notify.sendLetter(letter);
      }
    }
  }

  private sectionsOf({ sections }: Claimed): Sections {
    const [first, ...others] = sections.map(({ template, answerToken, stopToken }) => ({
      content: template.content,
      link: this.linkTo(answerToken),
      stop: this.linkTo(stopToken),
    }));
    return [first!, ...others];
  }

  private linkTo(token: string): string {
    return new URL(`/r/${token}`, this.settings.get('PUBLIC_URL')).href;
  }
}

function readerOf({ recipient, team }: Claimed): Reader {
  return {
    given: recipient.given,
    proxy: recipient.proxy,
    team: team ?? 'your local health team',
    practice: recipient.practice ?? 'your doctor',
  };
}
