import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import type { Candidate, OpenWork, StepMapping } from './move.js';

/** moving: asked, not all there yet. undoing: asked back, not all there yet. */
export type BatchStatus = 'moving' | 'moved' | 'undoing' | 'undone';

/** refused: did not move. kept: was not moved back. Both say why in `because`. */
export type MoveStatus = 'asked' | 'moved' | 'refused' | 'undo-asked' | 'undone' | 'kept';

export interface MoveBatch {
  readonly id: string;
  readonly programme: string;
  readonly fromVersionId: string;
  readonly toVersionId: string;
  readonly mapping: StepMapping;
  readonly status: BatchStatus;
  readonly reason: string;
  /** Account id, or the name of what acted. */
  readonly by: string;
  readonly createdAt: Date;
  readonly undoUntil: Date;
  readonly undoneAt: Date | null;
  readonly undoneBy: string | null;
}

export interface Move {
  readonly batchId: string;
  readonly episodeId: string;
  readonly fromStep: string;
  readonly toStep: string;
  readonly status: MoveStatus;
  readonly because: string | null;
}

/** A move with where its episode is now. */
export interface MoveStanding extends Move {
  readonly episode: {
    readonly status: 'open' | 'ended';
    readonly step: string | null;
    readonly versionId: string;
    readonly paused: boolean;
    /** In another batch that is under way. */
    readonly moving: boolean;
  };
}

/** A version of a programme, with how many live episodes walk it. */
export interface VersionInUse {
  readonly versionId: string;
  readonly version: number;
  readonly live: boolean;
  readonly loadedAt: Date;
  readonly open: number;
}

export interface MoveAsked {
  readonly episodeId: string;
  readonly fromStep: string;
  readonly toStep: string;
}

/** Moves of one batch, by how they stand and why. */
export interface MoveCount {
  readonly status: MoveStatus;
  readonly because: string | null;
  readonly count: number;
  readonly examples: readonly string[];
}

const { sql } = Prisma;

/** Under way: asked for, and the pathway has not said yet. */
const UNDER_WAY = ['asked', 'undo-asked'];

@Injectable()
export class MoveRepository {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async listVersions(programme: string): Promise<readonly VersionInUse[]> {
    return this.database.client.$queryRaw<VersionInUse[]>`
      SELECT v.id AS "versionId", v.version, v.live, v.loaded_at AS "loadedAt", count(e.id)::int AS open
      FROM programme_version v
      LEFT JOIN episode e ON e.programme_version_id = v.id AND e.status = 'open'
      WHERE v.programme = ${programme}
      GROUP BY v.id ORDER BY v.version DESC`;
  }

  /** The open episodes of a version, those open longest first. */
  async listCandidates(versionId: string): Promise<readonly Candidate[]> {
    return this.database.client.$queryRaw<Candidate[]>`
      SELECT e.id AS "episodeId", e.status, e.step, ${pausedOf} AS paused, ${movingOf} AS moving
      FROM episode e
      WHERE e.programme_version_id = ${versionId}::uuid AND e.status = 'open'
      ORDER BY e.opened_at, e.id`;
  }

  /** What is open for the live episodes of a version: tasks, referrals, and messages that wait for an answer. */
  async listOpenWork(versionId: string): Promise<readonly OpenWork[]> {
    const of = (kind: OpenWork['kind'], table: Prisma.Sql, open: Prisma.Sql, each = sql`w.id`): Prisma.Sql => sql`
      SELECT e.step AS "atStep", ${kind} AS kind, count(DISTINCT ${each})::int AS count
      FROM episode e JOIN ${table} w ON w.episode_id = e.id AND ${open}
      WHERE e.programme_version_id = ${versionId}::uuid AND e.status = 'open' AND e.step IS NOT NULL
        AND NOT ${pausedOf} AND NOT ${movingOf}
      GROUP BY 1, 2`;
    return this.database.client.$queryRaw<OpenWork[]>`
      ${of('task', sql`task`, sql`w.status = 'open'`)}
      UNION ALL ${of('referral', sql`referral`, sql`w.status IN ('sent', 'accepted', 'started')`)}
      UNION ALL ${of('message', sql`message`, sql`w.fate IN ('sent', 'waiting') AND w.step = e.step`, sql`w.episode_id`)}`;
  }

  /** One start, or undo, of a programme at a time; another waits for the transaction to end. */
  async takeTurn(programme: string): Promise<void> {
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`moves/${programme}`}, 0))`;
  }

  async findUnderWay(programme: string): Promise<MoveBatch | null> {
    const row = await this.database.client.moveBatch.findFirst({
      where: { programme, status: { in: ['moving', 'undoing'] } },
    });
    return row && toBatch(row);
  }

  async find(batchId: string): Promise<MoveBatch | null> {
    const row = await this.database.client.moveBatch.findUnique({ where: { id: batchId } });
    return row && toBatch(row);
  }

  /** Newest first. */
  async list(programme: string, limit: number): Promise<readonly MoveBatch[]> {
    const rows = await this.database.client.moveBatch.findMany({
      where: { programme },
      orderBy: { createdAt: 'desc' },
      take: limit,
    });
    return rows.map(toBatch);
  }

  /** Holds these episodes until the transaction ends, and answers how they stand now. */
  async hold(episodeIds: readonly string[]): Promise<readonly (Candidate & { readonly versionId: string })[]> {
    return this.database.client.$queryRaw<(Candidate & { versionId: string })[]>`
      SELECT e.id AS "episodeId", e.status, e.step, e.programme_version_id AS "versionId",
        ${pausedOf} AS paused, ${movingOf} AS moving
      FROM episode e WHERE e.id = ANY(${[...episodeIds]}::uuid[])
      ORDER BY e.id FOR UPDATE OF e`;
  }

  async insert(batch: Omit<MoveBatch, 'status' | 'undoneAt' | 'undoneBy'>, moves: readonly MoveAsked[]): Promise<void> {
    await this.database.client.moveBatch.create({ data: { ...batch, mapping: { ...batch.mapping } } });
    await this.database.client.move.createMany({
      data: moves.map((move) => ({ ...move, batchId: batch.id, at: batch.createdAt })),
    });
  }

  async findMove(batchId: string, episodeId: string): Promise<Move | null> {
    const [row] = await this.database.client.$queryRaw<Move[]>`
      SELECT batch_id AS "batchId", episode_id AS "episodeId", from_step AS "fromStep", to_step AS "toStep", status, because
      FROM move WHERE batch_id = ${batchId}::uuid AND episode_id = ${episodeId}::uuid FOR UPDATE`;
    return row ?? null;
  }

  async setMove(
    batchId: string,
    episodeId: string,
    status: MoveStatus,
    because: string | null,
    at: Date,
  ): Promise<void> {
    await this.database.client.move.update({
      where: { batchId_episodeId: { batchId, episodeId } },
      data: { status, because, at },
    });
  }

  /** Holds the episodes of a batch's moves that were made, and answers how they stand. */
  async holdMoved(batchId: string): Promise<readonly MoveStanding[]> {
    const rows = await this.database.client.$queryRaw<
      (Move & Omit<MoveStanding['episode'], 'status'> & { open: boolean; now: string | null })[]
    >`
      SELECT m.batch_id AS "batchId", m.episode_id AS "episodeId", m.from_step AS "fromStep", m.to_step AS "toStep",
        m.status, m.because, e.status = 'open' AS open, e.step AS now, e.programme_version_id AS "versionId",
        ${pausedOf} AS paused, ${movingOf} AS moving
      FROM move m JOIN episode e ON e.id = m.episode_id
      WHERE m.batch_id = ${batchId}::uuid AND m.status = 'moved'
      ORDER BY e.id FOR UPDATE OF e`;
    return rows.map(({ open, now, versionId, paused, moving, ...move }) => ({
      ...move,
      episode: { status: open ? 'open' : 'ended', step: now, versionId, paused, moving },
    }));
  }

  /** Holds a batch until the transaction ends. */
  async holdBatch(batchId: string): Promise<BatchStatus> {
    const [row] = await this.database.client.$queryRaw<[{ status: BatchStatus }]>`
      SELECT status FROM move_batch WHERE id = ${batchId}::uuid FOR UPDATE`;
    return row.status;
  }

  async setBatch(batchId: string, changes: { status: BatchStatus; undoneAt?: Date; undoneBy?: string }): Promise<void> {
    await this.database.client.moveBatch.update({ where: { id: batchId }, data: changes });
  }

  /**
   * Gives up moves that no pathway will make any more: the episode has ended, or its message was delivered long before
   * `deliveredBefore` and the pathway has not said so. Answers the episodes concerned.
   */
  async giveUp(batchId: string, deliveredBefore: Date, at: Date): Promise<readonly { readonly episodeId: string }[]> {
    return this.database.client.$queryRaw<{ episodeId: string }[]>`
      UPDATE move m SET
        status = CASE m.status WHEN 'asked' THEN 'refused' ELSE 'kept' END,
        because = CASE e.status WHEN 'open' THEN 'no-answer' ELSE 'ended' END,
        at = ${at.toISOString()}::timestamptz
      FROM episode e
      WHERE e.id = m.episode_id AND m.batch_id = ${batchId}::uuid AND m.status = ANY(${UNDER_WAY})
        AND (e.status = 'ended' OR (m.at < ${deliveredBefore.toISOString()}::timestamptz AND NOT EXISTS (
          SELECT 1 FROM outbox_entry o WHERE o.delivered_at IS NULL AND o.lane = m.episode_id::text)))
      RETURNING m.episode_id AS "episodeId"`;
  }

  async countUnderWay(batchId: string): Promise<number> {
    return this.database.client.move.count({ where: { batchId, status: { in: UNDER_WAY } } });
  }

  async countMoves(batchId: string): Promise<readonly MoveCount[]> {
    return this.database.client.$queryRaw<MoveCount[]>`
      SELECT status, because, count(*)::int AS count, (array_agg(episode_id::text ORDER BY episode_id))[1:5] AS examples
      FROM move WHERE batch_id = ${batchId}::uuid GROUP BY 1, 2 ORDER BY 1, 2`;
  }

  /** Puts a pathway on another version. Its step is only written when nothing newer is known. */
  async switchVersion(
    episodeId: string,
    versionId: string,
    at: { readonly step: string; readonly stepTitle: string; readonly seq: number },
  ): Promise<void> {
    await this.database.client.$executeRaw`
      UPDATE episode SET programme_version_id = ${versionId}::uuid,
        step = CASE WHEN last_seq < ${at.seq} THEN ${at.step} ELSE step END,
        step_title = CASE WHEN last_seq < ${at.seq} THEN ${at.stepTitle} ELSE step_title END,
        last_seq = greatest(last_seq, ${at.seq})
      WHERE id = ${episodeId}::uuid`;
  }

  /** Messages of many lanes by one statement, each behind what its lane holds already. */
  async tell(
    events: readonly { readonly lane: string; readonly body: Prisma.InputJsonObject }[],
    at: Date,
  ): Promise<void> {
    if (events.length === 0) return;
    const lanes = events.map(({ lane }) => lane).sort();
    // The order within a lane is the order of commit; taken in one order, so that two never wait for each other.
    await this.database.client.$executeRaw`
      SELECT pg_advisory_xact_lock(hashtextextended('outbox/' || lane, 0))
      FROM (SELECT unnest(${lanes}::text[]) AS lane ORDER BY 1) AS lanes`;
    await this.database.client.outboxEntry.createMany({
      data: events.map(({ lane, body }) => ({ topic: 'pathway-event', lane, body, createdAt: at })),
    });
    await this.database.wakeRelay('pathway-event');
  }
}

const pausedOf = sql`(e.paused_at IS NOT NULL)`;

const movingOf = sql`EXISTS (
  SELECT 1 FROM move under_way WHERE under_way.episode_id = e.id AND under_way.status = ANY(${UNDER_WAY}))`;

function toBatch(row: Prisma.MoveBatchGetPayload<object>): MoveBatch {
  return { ...row, mapping: row.mapping as unknown as StepMapping, status: row.status as BatchStatus };
}
