import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import {
  ASKED_AT_RANDOM,
  type DriftDetail,
  type DriftKind,
  MOST_ASKED,
  type Repair,
  type Seen,
  STUCK_AFTER,
} from './reconcile.js';

/** A difference, with the episode it is about. */
export interface Drift {
  readonly id: string;
  readonly kind: DriftKind;
  readonly subject: string;
  readonly episodeId: string | null;
  readonly detail: DriftDetail;
  readonly foundAt: Date;
  readonly lastSeenAt: Date;
  readonly goneAt: Date | null;
  readonly repair: Repair | null;
  readonly reason: string | null;
  /** Account id, or the name of what acted. */
  readonly repairedBy: string | null;
  readonly repairedAt: Date | null;
  readonly personId: string | null;
  readonly teamKey: string | null;
  readonly programme: string | null;
  readonly stepTitle: string | null;
}

export interface ReconcileRun {
  readonly id: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly episodes: number;
  readonly pathways: number;
  readonly drifts: number;
}

/** An open episode whose pathway is to be asked where it is. */
export interface Asked {
  readonly episodeId: string;
  readonly step: string | null;
  readonly version: number;
}

/** An outbox entry that has not been delivered. */
export interface StandingEntry {
  readonly id: string;
  readonly topic: string;
  readonly lane: string;
  readonly held: boolean;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly createdAt: Date;
  /** Entries of the same lane that wait behind it. */
  readonly behind: number;
}

/** Where a pathway that is started anew takes up. */
export interface Resumption {
  readonly programmeVersionId: string;
  readonly step: string | null;
  /** When the step began, as far as Postgres knows. */
  readonly enteredAt: Date | null;
  readonly lastSeq: number;
  /** Attempts to reach the person that this step has made. */
  readonly attempts: number;
  /** What the step waits for. */
  readonly nextAt: Date | null;
  readonly pause: { readonly pauseId: string; readonly since: string } | null;
  /** What the pathway waits for: open, or completed and not heard of. */
  readonly openTasks: readonly { readonly taskId: string; readonly step: string }[];
}

/** Looked at in one run; more than this is one fault with many faces. */
const MOST_ENTRIES = 1000;

const { sql } = Prisma;

@Injectable()
export class ReconcileRepository {
  constructor(private readonly database: Database) {}

  async begin(id: string, startedAt: Date): Promise<void> {
    await this.database.client.reconcileRun.createMany({ data: { id, startedAt }, skipDuplicates: true });
  }

  async finish(
    id: string,
    figures: { finishedAt: Date; episodes: number; pathways: number; drifts: number },
  ): Promise<void> {
    await this.database.client.reconcileRun.update({ where: { id }, data: figures });
  }

  /** The last run that came to its end. */
  async findLastRun(): Promise<ReconcileRun | null> {
    return this.database.client.reconcileRun.findFirst({
      where: { finishedAt: { not: null } },
      orderBy: { startedAt: 'desc' },
    });
  }

  /** True when a run began after `since`, after the last that ended, and has not ended. */
  async isRunning(since: Date): Promise<boolean> {
    const latest = await this.database.client.reconcileRun.findFirst({
      where: { startedAt: { gt: since } },
      orderBy: { startedAt: 'desc' },
    });
    return latest !== null && latest.finishedAt === null;
  }

  /** Open episodes whose pathway should be running by now, in the order of their ids. */
  async pageOpen(after: string, limit: number): Promise<readonly string[]> {
    const rows = await this.database.client.$queryRaw<{ id: string }[]>`
      SELECT e.id FROM episode e
      WHERE e.status = 'open' AND e.id > ${after}::uuid AND NOT ${startIsWaiting}
      ORDER BY e.id LIMIT ${limit}`;
    return rows.map(({ id }) => id);
  }

  /** Of these ids, the episodes there are. */
  async listStanding(ids: readonly string[]): Promise<readonly { id: string; status: string; endedAt: Date | null }[]> {
    return this.database.client.episode.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, status: true, endedAt: true },
    });
  }

  /** True while the message that starts the pathway is still in the outbox. */
  async waitsForStart(episodeId: string): Promise<boolean> {
    const [row] = await this.database.client.$queryRaw<[{ waits: boolean }]>`
      SELECT EXISTS (SELECT 1 FROM episode e WHERE e.id = ${episodeId}::uuid AND ${startIsWaiting}) AS waits`;
    return row.waits;
  }

  /**
   * Whom to ask, at most MOST_ASKED: first those a difference is known of, then those for whom something should have
   * happened by now, those with nothing open first, then some by chance.
   */
  async listToAsk(runId: string, now: Date): Promise<readonly Asked[]> {
    const late = new Date(now.getTime() - STUCK_AFTER);
    return this.database.client.$queryRaw<Asked[]>`
      WITH open AS (
        SELECT e.id, e.step, v.version, e.next_at,
          EXISTS (SELECT 1 FROM drift d WHERE d.episode_id = e.id AND d.gone_at IS NULL
            AND d.kind IN ('stuck', 'step-differs')) AS known,
          e.paused_at IS NULL AND e.opened_at < ${late} AND (e.next_at IS NULL OR e.next_at < ${late}) AS late,
          NOT EXISTS (SELECT 1 FROM task t WHERE t.episode_id = e.id AND t.status = 'open')
            AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.episode_id = e.id AND r.status IN ('sent', 'accepted', 'started'))
            AS idle
        FROM episode e JOIN programme_version v ON v.id = e.programme_version_id
        WHERE e.status = 'open' AND NOT ${startIsWaiting}
      ), caused AS (
        SELECT id, step, version FROM open WHERE known OR late
        ORDER BY known DESC, idle DESC, next_at DESC NULLS FIRST, id LIMIT ${MOST_ASKED - ASKED_AT_RANDOM}
      ), chance AS (
        SELECT id, step, version FROM open ORDER BY md5(id::text || ${runId}), id LIMIT ${ASKED_AT_RANDOM}
      )
      SELECT id AS "episodeId", step, version FROM caused
      UNION SELECT id, step, version FROM chance`;
  }

  async findAsked(episodeId: string): Promise<Asked | null> {
    const [row] = await this.database.client.$queryRaw<Asked[]>`
      SELECT e.id AS "episodeId", e.step, v.version
      FROM episode e JOIN programme_version v ON v.id = e.programme_version_id
      WHERE e.id = ${episodeId}::uuid AND e.status = 'open'`;
    return row ?? null;
  }

  /** Entries that are held, and those created before `before` that wait behind none that is held. */
  async listStandingEntries(before: Date): Promise<readonly StandingEntry[]> {
    return this.database.client.$queryRaw<StandingEntry[]>`
      SELECT ${entryColumns} FROM outbox_entry o
      WHERE o.delivered_at IS NULL AND (o.fate = 'held' OR (o.created_at < ${before} AND NOT EXISTS (
        SELECT 1 FROM outbox_entry first WHERE first.delivered_at IS NULL AND first.lane = o.lane AND first.seq < o.seq)))
      ORDER BY o.seq LIMIT ${MOST_ENTRIES}`;
  }

  /** Holds an entry that has not been delivered until the transaction ends. */
  async holdEntry(id: string): Promise<(StandingEntry & { readonly settled: boolean }) | null> {
    const [row] = await this.database.client.$queryRaw<(StandingEntry & { settled: boolean })[]>`
      SELECT ${entryColumns}, o.delivered_at IS NOT NULL AS settled FROM outbox_entry o
      WHERE o.id = ${id}::uuid FOR UPDATE OF o`;
    return row ?? null;
  }

  async releaseEntry(id: string): Promise<void> {
    await this.database.client.outboxEntry.update({
      where: { id },
      data: { fate: null, attempts: 0, retryAt: null },
    });
    await this.database.wakeRelay();
  }

  async dropEntry(id: string, at: Date): Promise<void> {
    await this.database.client.outboxEntry.update({ where: { id }, data: { fate: 'dropped', deliveredAt: at } });
    await this.database.wakeRelay();
  }

  /** Writes down what was seen: a difference that is known already is only seen again. */
  async see(seen: readonly Seen[], seenAt: Date, foundAt: Date): Promise<void> {
    if (seen.length === 0) return;
    await this.database.client.$executeRaw`
      INSERT INTO drift (id, kind, subject, episode_id, detail, found_at, last_seen_at)
      SELECT uuidv7(), kind, subject, "episodeId", detail, ${foundAt}, ${seenAt}
      FROM jsonb_to_recordset(${JSON.stringify(seen)}::jsonb)
        AS seen (kind text, subject text, "episodeId" uuid, detail jsonb)
      ON CONFLICT (kind, subject) WHERE gone_at IS NULL
      DO UPDATE SET last_seen_at = excluded.last_seen_at, detail = excluded.detail`;
  }

  /** What was not seen since is gone. Answers how many are left. */
  async letGo(seenSince: Date, at: Date): Promise<number> {
    await this.database.client.drift.updateMany({
      where: { goneAt: null, lastSeenAt: { lt: seenSince } },
      data: { goneAt: at },
    });
    return this.database.client.drift.count({ where: { goneAt: null } });
  }

  async countByKind(): Promise<
    readonly { readonly kind: DriftKind; readonly programme: string | null; readonly count: number }[]
  > {
    return this.database.client.$queryRaw<{ kind: DriftKind; programme: string | null; count: number }[]>`
      SELECT d.kind, e.programme, count(*)::int AS count
      FROM drift d LEFT JOIN episode e ON e.id = d.episode_id
      WHERE d.gone_at IS NULL GROUP BY 1, 2 ORDER BY 1, 2`;
  }

  /** Those that are there still, oldest first. `teamKey` null: everybody's. */
  async listOpen(teamKey: string | null, limit: number): Promise<readonly Drift[]> {
    return this.list(sql`d.gone_at IS NULL AND ${ofTeam(teamKey)} ORDER BY d.found_at, d.id LIMIT ${limit}`);
  }

  /** Those that somebody repaired since, newest first. */
  async listRepaired(teamKey: string | null, since: Date, limit: number): Promise<readonly Drift[]> {
    return this.list(
      sql`d.repaired_at >= ${since} AND ${ofTeam(teamKey)} ORDER BY d.repaired_at DESC, d.id LIMIT ${limit}`,
    );
  }

  async find(id: string): Promise<Drift | null> {
    const [row] = await this.list(sql`d.id = ${id}::uuid`);
    return row ?? null;
  }

  /** The difference about an outbox entry that is there still. */
  async findOfEntry(entryId: string): Promise<Drift | null> {
    const [row] = await this.list(
      sql`d.subject = ${entryId} AND d.gone_at IS NULL AND d.kind IN ('entry-held', 'entry-waiting')`,
    );
    return row ?? null;
  }

  async hold(id: string): Promise<void> {
    await this.database.client.$queryRaw`SELECT 1 FROM drift WHERE id = ${id}::uuid FOR UPDATE`;
  }

  async set(id: string, changes: Prisma.DriftUpdateInput): Promise<void> {
    await this.database.client.drift.update({ where: { id }, data: changes });
  }

  /** Where a new pathway of an open episode takes up; null when it is not open. */
  async findResumption(episodeId: string): Promise<Resumption | null> {
    const [row] = await this.database.client.$queryRaw<Resumption[]>`
      SELECT e.programme_version_id AS "programmeVersionId", split_part(e.step, ':', 1) AS step, e.last_seq AS "lastSeq",
        least(
          (SELECT min(m.created_at) FROM message m WHERE m.episode_id = e.id AND m.step = split_part(e.step, ':', 1)),
          (SELECT min(t.opened_at) FROM task t WHERE t.episode_id = e.id AND t.step = split_part(e.step, ':', 1)),
          (SELECT min(r.sent_at) FROM referral r WHERE r.episode_id = e.id AND r.step = split_part(e.step, ':', 1)),
          (SELECT min(c."from") FROM clock_span c WHERE c.episode_id = e.id AND c.step = split_part(e.step, ':', 1))
        ) AS "enteredAt",
        coalesce((SELECT jsonb_agg(jsonb_build_object('taskId', t.id, 'step', t.step)) FROM task t
          WHERE t.episode_id = e.id AND (t.status = 'open' OR ${completedUnheard})), '[]'::jsonb) AS "openTasks",
        coalesce((SELECT max(m.attempt) FROM message m
          WHERE m.episode_id = e.id AND m.step = split_part(e.step, ':', 1) AND m.fate <> 'waiting'), 0) AS attempts,
        e.next_at AS "nextAt",
        (SELECT jsonb_build_object('pauseId', p.id, 'since', p."from") FROM pause p
          WHERE p.episode_id = e.id AND p."to" IS NULL) AS pause
      FROM episode e WHERE e.id = ${episodeId}::uuid AND e.status = 'open'`;
    return row ?? null;
  }

  /** Events that arrived after a pathway had ended, put into its lane once more. Answers how many. */
  async tellAgain(episodeId: string, arrivedSince: Date, at: Date): Promise<number> {
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`outbox/${episodeId}`}, 0))`;
    const count = await this.database.client.$executeRaw`
      INSERT INTO outbox_entry (topic, lane, body, created_at)
      SELECT topic, lane, body, ${at} FROM outbox_entry
      WHERE lane = ${episodeId} AND topic = 'pathway-event' AND fate = 'late' AND delivered_at >= ${arrivedSince}
      ORDER BY seq`;
    if (count > 0) await this.database.wakeRelay('pathway-event');
    return count;
  }

  /** Postgres says what the pathway says, unless it has heard of something newer meanwhile. */
  async correct(
    episodeId: string,
    was: Asked,
    now: { readonly step: string | null; readonly stepTitle: string | null; readonly versionId: string },
  ): Promise<boolean> {
    const count = await this.database.client.$executeRaw`
      UPDATE episode SET programme_version_id = ${now.versionId}::uuid,
        step = coalesce(${now.step}, step), step_title = coalesce(${now.stepTitle}, step_title)
      WHERE id = ${episodeId}::uuid AND status = 'open' AND step IS NOT DISTINCT FROM ${was.step}`;
    return count > 0;
  }

  async findVersionId(episodeId: string, version: number): Promise<string | null> {
    const [row] = await this.database.client.$queryRaw<{ id: string }[]>`
      SELECT v.id FROM programme_version v JOIN episode e ON e.programme = v.programme
      WHERE e.id = ${episodeId}::uuid AND v.version = ${version}`;
    return row?.id ?? null;
  }

  private async list(rest: Prisma.Sql): Promise<readonly Drift[]> {
    return this.database.client.$queryRaw<Drift[]>`
      SELECT d.id, d.kind, d.subject, d.episode_id AS "episodeId", d.detail, d.found_at AS "foundAt",
        d.last_seen_at AS "lastSeenAt", d.gone_at AS "goneAt", d.repair, d.reason, d.repaired_by AS "repairedBy",
        d.repaired_at AS "repairedAt", coalesce(e.person_id, p.id) AS "personId",
        coalesce(e.team_key, p.team_key) AS "teamKey", e.programme, e.step_title AS "stepTitle"
      FROM drift d
      LEFT JOIN episode e ON e.id = d.episode_id
      LEFT JOIN person p ON p.id::text = d.detail->>'personId'
      WHERE ${rest}`;
  }
}

const startIsWaiting = sql`EXISTS (
  SELECT 1 FROM outbox_entry o WHERE o.delivered_at IS NULL AND o.lane = e.id::text AND o.topic = 'pathway-start')`;

/** A task whose completion came when no pathway listened: a new one hears of it again, and must not open it once more. */
const completedUnheard = sql`(t.status = 'completed' AND t.step = split_part(e.step, ':', 1) AND EXISTS (
  SELECT 1 FROM outbox_entry o
  WHERE o.lane = e.id::text AND (o.delivered_at IS NULL OR o.fate = 'late')
    AND o.body->>'kind' = 'task-completed' AND o.body->>'taskId' = t.id::text))`;

const entryColumns = sql`o.id, o.topic, o.lane, o.fate IS NOT DISTINCT FROM 'held' AS held, o.attempts,
  o.last_error AS "lastError", o.created_at AS "createdAt",
  (SELECT count(*)::int FROM outbox_entry later
    WHERE later.delivered_at IS NULL AND later.lane = o.lane AND later.seq > o.seq) AS behind`;

function ofTeam(teamKey: string | null): Prisma.Sql {
  return teamKey === null ? sql`true` : sql`coalesce(e.team_key, p.team_key) = ${teamKey}`;
}
