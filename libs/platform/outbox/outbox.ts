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
    const { topic, lane, body } = message;
    // Two commands for one pathway must get their numbers in the order they commit: the lock comes before the number.
    await this.database.client.$executeRaw`
      INSERT INTO outbox_entry (topic, lane, body, created_at)
      SELECT ${topic}, ${lane}, ${JSON.stringify(body)}::jsonb, ${this.clock.now()}
      FROM (SELECT pg_advisory_xact_lock(hashtextextended(${`outbox/${lane}`}, 0))) AS turn`;
    await this.database.wakeRelay(topic);
  }
}
