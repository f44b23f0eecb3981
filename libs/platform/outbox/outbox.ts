import { Injectable } from '@nestjs/common';
import { Clock } from '#platform/kernel';
import { Database, Prisma } from '#platform/database';

export const OUTBOX_TOPICS = ['pathway-start', 'pathway-event', 'person-left'] as const;
export type OutboxTopic = (typeof OUTBOX_TOPICS)[number];

/** A message for Temporal. Messages of one lane are delivered in the order they were put. */
export interface OutboxMessage {
  readonly topic: OutboxTopic;
  /** The pathway's episode id, or the person id for person-left. */
  readonly lane: string;
  /** Ids and codes only. `id`, where present, makes the delivery idempotent. */
  readonly body: Prisma.InputJsonObject;
}

/** Holds messages with the change that caused them, until the relay has delivered them. */
@Injectable()
export class Outbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Call inside the transaction of the change. Order within a lane is the order of commit. */
  async put(message: OutboxMessage): Promise<void> {
    // Two commands for one pathway must get their numbers in the order they commit.
    await this.database.client
      .$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`outbox/${message.lane}`}, 0))`;
    await this.database.client.outboxEntry.create({
      data: { topic: message.topic, lane: message.lane, body: message.body, createdAt: this.clock.now() },
    });
    await this.database.wakeRelay();
  }
}
