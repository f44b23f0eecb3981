import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { Clock } from '#platform/kernel';
import type { OutboxTopic } from '#platform/outbox';

/** The first entry of a lane, taken by this relay until its transaction ends. */
export interface LaneHead {
  readonly seq: bigint;
  readonly id: string;
  readonly lane: string;
  readonly body: Prisma.JsonObject;
  readonly createdAt: Date;
  readonly attempts: number;
  /** True when more waits behind it. */
  readonly followed: boolean;
}

/** delivered: Temporal has it. late: the pathway had ended. skipped: nothing was left to start. */
export type Fate = 'delivered' | 'late' | 'skipped';

export interface Backlog {
  readonly waiting: number;
  readonly held: number;
  /** Age of the oldest entry that is not held. */
  readonly lagSeconds: number;
}

/** After so many tries that Temporal refused, an entry is held for a person; with the pauses, about four minutes. */
export const MOST_ATTEMPTS = 8;

/** The outbox as the relay sees it: lanes, of which only the first entry may go. */
@Injectable()
export class OutboxLanes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes the heads of up to `limit` lanes whose first entry is of `topic`. What another relay has taken is passed
   * over, and so is the lane behind it. Call inside a transaction.
   */
  async take(topic: OutboxTopic, limit: number): Promise<LaneHead[]> {
    return this.database.client.$queryRaw<LaneHead[]>`
      SELECT seq, id, lane, body, created_at AS "createdAt", attempts, EXISTS (
          SELECT 1 FROM outbox_entry later
          WHERE later.delivered_at IS NULL AND later.lane = entry.lane AND later.seq > entry.seq
        ) AS followed
      FROM outbox_entry entry
      WHERE delivered_at IS NULL AND topic = ${topic} AND fate IS NULL
        AND (retry_at IS NULL OR retry_at <= ${this.clock.now()})
        AND NOT EXISTS (
          SELECT 1 FROM outbox_entry earlier
          WHERE earlier.delivered_at IS NULL AND earlier.lane = entry.lane AND earlier.seq < entry.seq
        )
      ORDER BY seq
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED`;
  }

  async settle(heads: readonly LaneHead[], fate: Fate): Promise<void> {
    if (heads.length === 0) return;
    await this.database.client.outboxEntry.updateMany({
      where: { seq: { in: heads.map(({ seq }) => seq) } },
      data: { deliveredAt: this.clock.now(), fate, lastError: null },
    });
  }

  /** Lets the lane rest for a while; an entry that was refused too often is held. Answers whether it is held now. */
  async postpone(head: LaneHead, problem: string): Promise<boolean> {
    const attempts = head.attempts + 1;
    const held = attempts >= MOST_ATTEMPTS;
    await this.database.client.outboxEntry.update({
      where: { seq: head.seq },
      data: {
        attempts,
        lastError: problem,
        fate: held ? 'held' : null,
        retryAt: new Date(this.clock.now().getTime() + 1000 * 2 ** attempts),
      },
    });
    return held;
  }

  async backlog(): Promise<Backlog> {
    const [row] = await this.database.client.$queryRaw<{ waiting: number; held: number; oldest: Date | null }[]>`
      SELECT count(*) FILTER (WHERE fate IS NULL)::int AS waiting,
             count(*) FILTER (WHERE fate = 'held')::int AS held,
             min(created_at) FILTER (WHERE fate IS NULL) AS oldest
      FROM outbox_entry WHERE delivered_at IS NULL`;
    const oldest = row?.oldest?.getTime();
    const lagSeconds = oldest === undefined ? 0 : Math.max(0, (this.clock.now().getTime() - oldest) / 1000);
    return { waiting: row?.waiting ?? 0, held: row?.held ?? 0, lagSeconds };
  }
}
