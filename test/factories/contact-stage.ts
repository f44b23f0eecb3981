import { expect } from '@jest/globals';
import type { ParsedMail } from 'mailparser';
import pg from 'pg';
import { ContactModule, ContactService, type MessageCall, type PolicyTerms } from '#care/contact';
import { Database } from '#platform/database';
import { Mailer } from '#platform/mail';
import { changePolicy } from './contact-policy.js';
import { NOTIFY_KEY, NotifyStandIn } from './notify-stand-in.js';
import { PostOffice } from './post-office.js';
import { NOW, Stage } from './stage.js';

/** The contact room with a mail server and the stand-in for GOV.UK Notify, both real. */
export class ContactStage {
  private constructor(
    readonly stage: Stage,
    readonly post: PostOffice,
    readonly notify: NotifyStandIn,
  ) {}

  static async open(): Promise<ContactStage> {
    const [post, notify] = await Promise.all([PostOffice.open(), NotifyStandIn.open()]);
    const environment = { SMTP_URL: post.url, NOTIFY_URL: notify.url, NOTIFY_API_KEY: NOTIFY_KEY };
    return new ContactStage(await Stage.open([ContactModule], environment), post, notify);
  }

  get contact(): ContactService {
    return this.stage.get(ContactService);
  }

  async close(): Promise<void> {
    this.stage.get(Mailer).onApplicationShutdown();
    await this.stage.close();
    await Promise.all([this.post.close(), this.notify.close()]);
  }

  async reset(): Promise<void> {
    this.post.delivered.length = 0;
    this.post.mood = 'takes';
    this.post.onTaken = null;
    this.stage.clock.moveTo(NOW);
    await this.notify.misbehave('ok');
  }

  async inForce(changes: Partial<PolicyTerms>): Promise<void> {
    await changePolicy(this.stage.get(Database), this.stage.clock, changes);
  }

  /** The first attempt of an invitation, asked now. */
  aCall(changes: Partial<MessageCall> & { episodeId: string }): MessageCall {
    return {
      step: 'invite',
      key: `pathway/${changes.episodeId}:${changes.seq ?? 1}`,
      seq: 1,
      at: this.stage.clock.now().toISOString(),
      title: 'Invitation',
      template: 'stop-smoking-invite',
      channels: ['email'],
      attempt: 1,
      linkLasts: { amount: 14, unit: 'days' },
      nextAt: '2026-11-30T10:00:00.000Z',
      ...changes,
    };
  }

  send(changes: Partial<MessageCall> & { episodeId: string }) {
    return this.contact.sendMessage(this.aCall(changes));
  }

  /** Sends a message by e-mail that leaves, and opens it. */
  async anInvitation(
    changes: Partial<MessageCall> = {},
  ): Promise<{ episodeId: string; mail: ParsedMail; recipients: readonly string[]; answer: string; stop: string }> {
    const episodeId = changes.episodeId ?? (await this.stage.anEpisode());
    expect(await this.send({ ...changes, episodeId })).toEqual({ fate: 'sent' });
    const { mail, recipients } = this.post.delivered.at(-1)!;
    const [answer = '', stop = ''] = tokensIn(mail.text ?? '');
    return { episodeId, mail, recipients, answer, stop };
  }

  /** A connection that may do what the program may not. The caller ends it. */
  async owner(): Promise<pg.Client> {
    const owner = new pg.Client({ connectionString: this.stage.copy.ownerUrl });
    await owner.connect();
    return owner;
  }

  messageOf(episodeId: string) {
    return this.stage.db.message.findFirstOrThrow({ where: { episodeId }, orderBy: { id: 'desc' } });
  }
}

/** The secrets of reply links in a message, in order. */
export function tokensIn(text: string): string[] {
  return [...text.matchAll(/\/r\/([\w-]+)/g)].map(([, token = '']) => token);
}
