import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import type { Nation } from '#platform/kernel';
import type { Channel } from './channel.js';
import type { Asked, MessageCall, StoredFate } from './message.js';
import type { Answer, LinkPurpose } from './reply-link.js';

export interface Message {
  readonly id: string;
  readonly key: string;
  readonly episodeId: string;
  readonly personId: string;
  readonly programme: string;
  readonly step: string;
  readonly template: string;
  readonly templateVersion: number | null;
  readonly attempt: number;
  readonly channel: string;
  readonly language: string;
  readonly fate: StoredFate;
  readonly because: string | null;
  readonly notBefore: Date | null;
  readonly mergedInto: string | null;
  readonly receipt: string | null;
  readonly asked: Asked | null;
}

/** What changes of a message as it goes its way. */
export type MessageChange = Partial<
  Pick<Message, 'key' | 'template' | 'channel' | 'because' | 'notBefore' | 'mergedInto' | 'asked'>
> & {
  readonly fate?: StoredFate;
  readonly sentAt?: Date | null;
  readonly templateVersion?: number;
  readonly language?: string;
  readonly format?: string;
  readonly toProxy?: boolean;
  readonly providerRef?: string | null;
  readonly receipt?: 'delivered' | 'bounced';
  readonly receiptAt?: Date;
};

/** An episode of the person, held still. */
export interface HeldEpisode {
  readonly id: string;
  readonly programme: string;
  readonly open: boolean;
  readonly paused: boolean;
  /** Somebody has said that they leave. */
  readonly leaving: boolean;
  readonly step: string | null;
  readonly teamKey: string | null;
  readonly team: string | null;
}

export interface LinkFound {
  readonly purpose: LinkPurpose;
  readonly expiresAt: Date;
  readonly messageId: string;
  readonly template: string;
  readonly templateVersion: number | null;
  readonly language: string;
  readonly format: string;
  readonly step: string;
  readonly personId: string;
  readonly nation: Nation;
  readonly episodeId: string;
  readonly episodeOpen: boolean;
  readonly programme: string;
  readonly programmeTitle: string;
  readonly teamKey: string | null;
}

export interface EarlierAnswer {
  readonly answer: Answer;
  readonly until: Date | null;
}

@Injectable()
export class ContactRepository {
  constructor(private readonly database: Database) {}

  async findPersonOf(episodeId: string): Promise<string | null> {
    const row = await this.database.client.episode.findUnique({
      where: { id: episodeId },
      select: { personId: true },
    });
    return row?.personId ?? null;
  }

  /**
   * Holds the person still until the transaction ends: what else would be sent to them, and every word on what may be,
   * comes either before or after. Words and facts point at the person, so they wait too.
   */
  async lockPerson(personId: string): Promise<void> {
    await this.database.client.$queryRaw`SELECT 1 FROM person WHERE id = ${personId}::uuid FOR UPDATE`;
  }

  /** The episode and every open one of the person, held in one order by everybody. */
  async holdEpisodes(personId: string, episodeId: string): Promise<HeldEpisode[]> {
    const { client } = this.database;
    const held = await client.$queryRaw<{ id: string }[]>`
      SELECT id FROM episode
      WHERE person_id = ${personId}::uuid AND (status = 'open' OR id = ${episodeId}::uuid)
      ORDER BY id
      FOR NO KEY UPDATE`;
    // By a statement of its own: the one that waited for the lock still sees no exit that was made meanwhile.
    return client.$queryRaw<HeldEpisode[]>`
      SELECT id, programme, status = 'open' AS open, paused_at IS NOT NULL AS paused, step, team_key AS "teamKey",
        EXISTS (SELECT FROM exit WHERE exit.episode_id = episode.id) AS leaving,
        (SELECT name FROM team WHERE team.key = episode.team_key) AS team
      FROM episode WHERE id = ANY (${held.map(({ id }) => id)}::uuid[]) ORDER BY id`;
  }

  async findByKey(key: string): Promise<Message | null> {
    const row = await this.database.client.message.findUnique({ where: { key } });
    return row && asMessage(row);
  }

  async getMessage(id: string): Promise<Message> {
    return asMessage(await this.database.client.message.findUniqueOrThrow({ where: { id } }));
  }

  /** The newest row of an attempt, whoever asked for it. */
  async findAttempt({ episodeId, step, attempt }: MessageCall): Promise<Message | null> {
    const row = await this.database.client.message.findFirst({
      where: { episodeId, step, attempt },
      orderBy: { id: 'desc' },
    });
    return row && asMessage(row);
  }

  /** True when the person answered the step after a message was written down. */
  async wasAnsweredSince({ id, episodeId, step }: Pick<Message, 'id' | 'episodeId' | 'step'>): Promise<boolean> {
    const reply = await this.database.client.reply.findFirst({
      where: { episodeId, id: { gt: id }, message: { step } },
      select: { id: true },
    });
    return reply !== null;
  }

  async insert(call: MessageCall, episode: HeldEpisode, personId: string): Promise<Message> {
    const row = await this.database.client.message.create({
      data: {
        key: call.key,
        episodeId: call.episodeId,
        personId,
        programme: episode.programme,
        step: call.step,
        template: call.template,
        attempt: call.attempt,
        channel: call.channels[0] ?? 'none',
        fate: 'waiting',
        createdAt: new Date(call.at),
      },
    });
    return asMessage(row);
  }

  async change(messageId: string, change: MessageChange): Promise<void> {
    await this.database.client.message.update({ where: { id: messageId }, data: asRow(change) });
  }

  /** False when the message was no longer in any of the fates `from`. */
  async settle(messageId: string, from: readonly StoredFate[], change: MessageChange): Promise<boolean> {
    const { count } = await this.database.client.message.updateMany({
      where: { id: messageId, fate: { in: [...from] } },
      data: asRow(change),
    });
    return count === 1;
  }

  async listClaimed(episodeId: string): Promise<Message[]> {
    return (await this.database.client.message.findMany({ where: { episodeId, fate: 'claimed' } })).map(asMessage);
  }

  /** True when somebody has used a link of this message, or of one that went inside it. */
  async isAnswered(messageId: string): Promise<boolean> {
    const reply = await this.database.client.reply.findFirst({
      where: { OR: [{ messageId }, { message: { mergedInto: messageId } }] },
      select: { id: true },
    });
    return reply !== null;
  }

  /** Waiting messages of an attempt or a whole step that are not wanted any more. */
  async dropWaiting(
    of: { readonly episodeId: string; readonly step: string; readonly attempt?: number },
    because: string,
  ): Promise<void> {
    const { episodeId, step, attempt } = of;
    await this.database.client.message.updateMany({
      where: { episodeId, step, attempt, fate: 'waiting' },
      data: { fate: 'suppressed', because, notBefore: null },
    });
  }

  /**
   * When the person was written to, up to `until`: once for a message that carried several. What a clock that was ahead
   * has dated later holds nobody up.
   */
  async listSentSince(personId: string, since: Date, until: Date): Promise<Date[]> {
    const rows = await this.database.client.message.findMany({
      where: {
        personId,
        sentAt: { gte: since, lte: until },
        fate: { in: ['claimed', 'sent', 'unknown'] },
        mergedInto: null,
      },
      select: { sentAt: true },
    });
    return rows.flatMap(({ sentAt }) => sentAt ?? []);
  }

  /** What of the person waits to go by a channel, longest first. */
  async listWaiting(personId: string, channel: Channel): Promise<Message[]> {
    const rows = await this.database.client.message.findMany({
      where: { personId, channel, fate: 'waiting' },
      orderBy: [{ notBefore: 'asc' }, { id: 'asc' }],
    });
    return rows.map(asMessage);
  }

  async listMergedInto(messageId: string): Promise<Message[]> {
    const rows = await this.database.client.message.findMany({
      where: { mergedInto: messageId },
      orderBy: { id: 'asc' },
    });
    return rows.map(asMessage);
  }

  /** The message that left under one of these names, its carrier's or ours, held until the transaction ends. */
  async findAndHoldSent(providerRefs: readonly string[], ids: readonly string[]): Promise<Message | null> {
    const [held] = await this.database.client.$queryRaw<{ id: string }[]>`
      SELECT id FROM message
      WHERE provider_ref = ANY(${[...providerRefs]}) OR id = ANY(${[...ids]}::uuid[])
      ORDER BY id LIMIT 1
      FOR UPDATE`;
    return held ? this.getMessage(held.id) : null;
  }

  /** False when this receipt was taken before. */
  async insertReceipt(
    messageId: string,
    { source, receiptId, status }: { readonly source: string; readonly receiptId: string; readonly status: string },
    receivedAt: Date,
  ): Promise<boolean> {
    const { count } = await this.database.client.messageReceipt.createMany({
      data: { source, receiptId, messageId, status, receivedAt },
      skipDuplicates: true,
    });
    return count === 1;
  }

  async makeLink(
    tokenHash: string,
    message: Pick<Message, 'id' | 'episodeId' | 'personId'>,
    purpose: LinkPurpose,
    expiresAt: Date,
  ): Promise<void> {
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
    const [row] = await this.database.client.$queryRaw<LinkFound[]>`
      SELECT l.purpose, l.expires_at AS "expiresAt", l.message_id AS "messageId", m.template,
        m.template_version AS "templateVersion", m.language, m.format, m.step, l.person_id AS "personId", p.nation,
        l.episode_id AS "episodeId", e.status = 'open' AS "episodeOpen", m.programme, v.title AS "programmeTitle",
        e.team_key AS "teamKey"
      FROM reply_link l
      JOIN message m ON m.id = l.message_id
      JOIN episode e ON e.id = m.episode_id
      JOIN person p ON p.id = e.person_id
      JOIN programme_version v ON v.id = e.programme_version_id
      WHERE l.token_hash = ${tokenHash}`;
    return row ?? null;
  }

  /**
   * The first answer to a step since this link's message, or to the stop link of any step. An answer from before a step
   * was entered again answers nothing of now.
   */
  async findAnswer(link: LinkFound): Promise<EarlierAnswer | null> {
    const reply = await this.database.client.reply.findFirst({
      where: {
        episodeId: link.episodeId,
        ...(link.purpose === 'stop'
          ? { answer: 'stop' }
          : { id: { gt: link.messageId }, message: { step: link.step } }),
      },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
    });
    return reply && { answer: reply.answer as Answer, until: reply.until };
  }

  async insertReply(
    reply: { readonly id: string; readonly answer: Answer; readonly until: Date | null; readonly at: Date },
    link: LinkFound,
    tokenHash: string,
  ): Promise<void> {
    const { messageId, episodeId, personId } = link;
    await this.database.client.reply.create({ data: { ...reply, messageId, episodeId, personId } });
    await this.database.client.replyLink.update({ where: { tokenHash }, data: { usedAt: reply.at } });
  }
}

function asMessage(row: Prisma.MessageModel): Message {
  return { ...row, fate: row.fate as StoredFate, asked: row.asked as unknown as Asked | null };
}

function asRow({ asked, ...change }: MessageChange): Prisma.MessageUncheckedUpdateManyInput {
  return {
    ...change,
    ...(asked === undefined ? {} : { asked: asked ? (asked as unknown as Prisma.InputJsonObject) : Prisma.DbNull }),
  };
}
