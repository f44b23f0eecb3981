import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { CHANNEL, MAIL_UNAVAILABLE, type MessageCall, type StoredFate } from './message.js';
import type { Answer, LinkPurpose } from './reply-link.js';

export interface Message {
  readonly id: string;
  readonly episodeId: string;
  readonly personId: string;
  readonly fate: StoredFate;
  readonly because: string | null;
}

/** Whom a message goes to, and who signs it. */
export interface Recipient {
  readonly personId: string;
  readonly programme: string;
  readonly episodeOpen: boolean;
  readonly teamKey: string | null;
  readonly given: string;
  readonly email: string | null;
  readonly team: string | null;
  readonly practice: string | null;
}

export interface LinkFound {
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
  readonly messageId: string;
  readonly template: string;
  readonly step: string;
  readonly personId: string;
  readonly episodeId: string;
  readonly episodeOpen: boolean;
  readonly programme: string;
  readonly programmeTitle: string;
  readonly teamKey: string | null;
}

@Injectable()
export class ContactRepository {
  constructor(private readonly database: Database) {}

  /**
   * Holds episode and person still until the transaction ends, so that an opt-out, a death or an ending comes either
   * before the claim of a message, or after it.
   */
  async findAndHoldRecipient(episodeId: string): Promise<Recipient | null> {
    const [row] = await this.database.client.$queryRaw<Recipient[]>`
      SELECT e.person_id AS "personId", e.programme, e.status = 'open' AS "episodeOpen", e.team_key AS "teamKey",
        p.given, p.email, t.name AS team, g.name AS practice
      FROM episode e
      JOIN person p ON p.id = e.person_id
      LEFT JOIN team t ON t.key = e.team_key
      LEFT JOIN practice g ON g.code = p.practice_code
      WHERE e.id = ${episodeId}::uuid
      FOR NO KEY UPDATE OF e FOR SHARE OF p`;
    return row ?? null;
  }

  async findByKey(key: string): Promise<Message | null> {
    const row = await this.database.client.message.findUnique({ where: { key } });
    return row && { ...row, fate: row.fate as StoredFate };
  }

  /** Takes the key for this try: a new row, or one whose earlier try left nothing with the mail server. Null when taken. */
  async claim(call: MessageCall, recipient: Recipient): Promise<Message | null> {
    const { client } = this.database;
    await client.message.createMany({
      skipDuplicates: true,
      data: [
        {
          key: call.key,
          episodeId: call.episodeId,
          personId: recipient.personId,
          programme: recipient.programme,
          step: call.step,
          template: call.template,
          attempt: call.attempt,
          channel: CHANNEL,
          fate: 'failed',
          because: MAIL_UNAVAILABLE,
          createdAt: new Date(call.at),
        },
      ],
    });
    const { count } = await client.message.updateMany({
      where: { key: call.key, fate: 'failed', because: MAIL_UNAVAILABLE },
      data: { fate: 'claimed', because: null },
    });
    return count === 1 ? this.findByKey(call.key) : null;
  }

  /** False when the message was no longer in any of the fates `from`. */
  async settle(
    messageId: string,
    from: readonly StoredFate[],
    to: { readonly fate: StoredFate; readonly because?: string; readonly sentAt?: Date },
  ): Promise<boolean> {
    const { count } = await this.database.client.message.updateMany({
      where: { id: messageId, fate: { in: [...from] } },
      data: { fate: to.fate, because: to.because ?? null, sentAt: to.sentAt },
    });
    return count === 1;
  }

  async makeLink(tokenHash: string, message: Message, purpose: LinkPurpose, expiresAt: Date): Promise<void> {
    await this.database.client.replyLink.create({
      data: {
        tokenHash,
        messageId: message.id,
        episodeId: message.episodeId,
        personId: message.personId,
        purpose,
        expiresAt,
      },
    });
  }

  async findLink(tokenHash: string): Promise<LinkFound | null> {
    const row = await this.database.client.replyLink.findUnique({
      where: { tokenHash },
      include: { message: { include: { episode: { include: { programmeVersion: { select: { title: true } } } } } } },
    });
    if (!row) return null;
    const { message } = row;
    return {
      purpose: row.purpose as LinkPurpose,
      expiresAt: row.expiresAt,
      messageId: row.messageId,
      template: message.template,
      step: message.step,
      personId: row.personId,
      episodeId: row.episodeId,
      episodeOpen: message.episode.status === 'open',
      programme: message.programme,
      programmeTitle: message.episode.programmeVersion.title,
      teamKey: message.episode.teamKey,
    };
  }

  /** Answers of one episode wait for each other. */
  async holdEpisode(episodeId: string): Promise<void> {
    await this.database.client.$queryRaw`SELECT 1 FROM episode WHERE id = ${episodeId}::uuid FOR NO KEY UPDATE`;
  }

  /** The first answer to a step, or to the stop link of any step. */
  async findAnswer(link: LinkFound): Promise<Answer | null> {
    const reply = await this.database.client.reply.findFirst({
      where: {
        episodeId: link.episodeId,
        ...(link.purpose === 'stop' ? { answer: 'stop' } : { message: { step: link.step } }),
      },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
    });
    return (reply?.answer as Answer | undefined) ?? null;
  }

  async insertReply(id: string, link: LinkFound, tokenHash: string, answer: Answer, at: Date): Promise<void> {
    await this.database.client.reply.create({
      data: { id, messageId: link.messageId, episodeId: link.episodeId, personId: link.personId, answer, at },
    });
    await this.database.client.replyLink.update({ where: { tokenHash }, data: { usedAt: at } });
  }
}
