import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { isNation, type Nation, newId } from '#platform/kernel';
import type { LoadedProgramme, PriorityPart, Reason } from '#care/programmes';
import { joiningWhole, RuleQuery } from '#care/detection';
import type { Episode, NewEpisode, Origin } from './episode.js';

const { sql, join } = Prisma;

export interface LetIn {
  readonly episodeId: string;
  readonly personId: string;
  readonly teamKey: string;
}

@Injectable()
export class EpisodeRepository {
  constructor(private readonly database: Database) {}

  /**
   * Opens an episode for the first of those found who may be let in, by priority. Two at once let nobody in twice: the
   * unique index of open episodes decides, and the loser's row is left out.
   */
  async letIn(programme: LoadedProgramme, at: Date, atMost: number): Promise<readonly LetIn[]> {
    const { waiting, from } = this.waiting(programme, at);
    return joiningWhole(
      this.database,
      () => this.database.client.$queryRaw<LetIn[]>`
      INSERT INTO episode (id, person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority,
        priority_parts, opened_at)
      SELECT uuidv7(), f.person_id, f.programme, ${programme.versionId}::uuid,
        1 + coalesce((SELECT max(e.episode_no) FROM episode e
          WHERE e.person_id = f.person_id AND e.programme = f.programme), 0),
        'detection', p.team_key, f.reasons, f.priority, f.priority_parts, ${at.toISOString()}::timestamptz
      FROM ${from} WHERE ${waiting} AND p.team_key IS NOT NULL
      ORDER BY f.priority DESC, f.first_found_at, f.person_id
      LIMIT ${atMost}
      ON CONFLICT DO NOTHING
      RETURNING id AS "episodeId", person_id AS "personId", team_key AS "teamKey"`,
    );
  }

  /** Found and free to be let in, but nobody's team looks after them. */
  async countWithoutTeam(programme: LoadedProgramme, at: Date): Promise<number> {
    const { waiting, from } = this.waiting(programme, at);
    const [{ count }] = await this.database.inTransaction(() =>
      joiningWhole(
        this.database,
        () => this.database.client.$queryRaw<[{ count: number }]>`
        SELECT count(*)::int AS count FROM ${from} WHERE ${waiting} AND p.team_key IS NULL`,
      ),
    );
    return count;
  }

  /** Asked again here, because a finding is as old as its run: somebody may have died, left or said no since. */
  private waiting({ programme, coolOff }: LoadedProgramme, at: Date): { waiting: Prisma.Sql; from: Prisma.Sql } {
    const query = new RuleQuery(at);
    const held = query.condition({
      test: 'any',
      rules: [
        { test: 'enrolledIn', programme },
        { test: 'optedOut', programme },
        { test: 'coolingOff', programme, after: coolOff },
      ],
    });
    const waiting = sql`f.programme = ${programme} AND f.state = 'actionable'
      AND p.deceased_on IS NULL AND p.moved_away_on IS NULL AND NOT ${held}`;
    return { waiting, from: sql`finding f JOIN ${query.from(sql`p.id = f.person_id`)}` };
  }

  /** Starts of many pathways by one statement. Their lanes are new, so no order is to be kept. */
  async putStarts(episodeIds: readonly string[], at: Date): Promise<void> {
    const stamp = sql`${at.toISOString()}::timestamptz`;
    await this.database.client.$executeRaw`
      INSERT INTO outbox_entry (topic, lane, body, created_at)
      SELECT 'pathway-start', id, jsonb_build_object('episodeId', id), ${stamp}
      FROM unnest(${[...episodeIds]}::text[]) AS id`;
    await this.database.wakeRelay('pathway-start');
  }

  /** One enrolment of a person in a programme at a time; another waits for the transaction to end. */
  async takeTurn(personId: string, programme: string): Promise<void> {
    const turn = `allocation/${programme}/${personId}`;
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`;
  }

  /** Opens an episode, unless one is open or its number was taken this instant. */
  async open(episode: NewEpisode): Promise<string | null> {
    const { personId, programme } = episode;
    const rows = await this.database.client.$queryRaw<{ id: string }[]>`
      INSERT INTO episode (id, person_id, programme, programme_version_id, episode_no, origin, demo, team_key, reasons,
        priority, priority_parts, opened_at)
      SELECT ${newId(episode.openedAt.getTime())}::uuid, ${personId}::uuid, ${programme},
        ${episode.programmeVersionId}::uuid,
        1 + coalesce((SELECT max(e.episode_no) FROM episode e
          WHERE e.person_id = ${personId}::uuid AND e.programme = ${programme}), 0),
        ${join([episode.origin, episode.demo, episode.teamKey])}, ${JSON.stringify(episode.reasons)}::jsonb,
        ${episode.priority}::int, ${JSON.stringify(episode.priorityParts)}::jsonb,
        ${episode.openedAt.toISOString()}::timestamptz
      ON CONFLICT DO NOTHING
      RETURNING id`;
    return rows[0]?.id ?? null;
  }

  async findOpen(personId: string, programme: string): Promise<string | null> {
    const row = await this.database.client.episode.findFirst({
      where: { personId, programme, status: 'open' },
      select: { id: true },
    });
    return row?.id ?? null;
  }

  async find(id: string): Promise<Episode | null> {
    const row = await this.database.client.episode.findUnique({ where: { id } });
    return row && toEpisode(row);
  }

  async listOf(personId: string, status?: Episode['status']): Promise<readonly Episode[]> {
    const rows = await this.database.client.episode.findMany({
      where: { personId, status },
      orderBy: [{ openedAt: 'desc' }, { id: 'desc' }],
    });
    return rows.map(toEpisode);
  }

  /** Keeps the newest progress and answers whose episode it is; null for an earlier call that arrives late. */
  async progress(
    id: string,
    seq: number,
    progress: { step: string; stepTitle: string; nextWhat: string | null; nextAt: Date | null },
  ): Promise<{ readonly teamKey: string | null } | null> {
    const [moved] = await this.database.client.episode.updateManyAndReturn({
      where: { id, status: 'open', lastSeq: { lt: seq } },
      data: { ...progress, lastSeq: seq },
      select: { teamKey: true },
    });
    return moved ?? null;
  }

  async isOpen(id: string): Promise<boolean> {
    const [row] = await this.database.client.$queryRaw<{ open: boolean }[]>`
      SELECT status = 'open' AS open FROM episode WHERE id = ${id}::uuid`;
    return row?.open ?? false;
  }

  async findNation(id: string): Promise<Nation | null> {
    const [row] = await this.database.client.$queryRaw<{ nation: string }[]>`
      SELECT p.nation FROM episode e JOIN person p ON p.id = e.person_id WHERE e.id = ${id}::uuid`;
    if (!row) return null;
    return isNation(row.nation) ? row.nation : 'england';
  }

  async hold(id: string): Promise<void> {
    await this.database.client.$queryRaw`SELECT 1 FROM episode WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
  }

  async setNext(id: string, nextWhat: string, nextAt: Date): Promise<void> {
    await this.database.client.episode.updateMany({ where: { id, status: 'open' }, data: { nextWhat, nextAt } });
  }

  /** Ends an open episode once, and a pause that is open with it. */
  async close(id: string, endedAt: Date): Promise<boolean> {
    const { count } = await this.database.client.episode.updateMany({
      where: { id, status: 'open' },
      data: { status: 'ended', endedAt, nextWhat: null, nextAt: null, pausedAt: null, pausedBecause: null },
    });
    if (count === 0) return false;
    await this.database.client.pause.updateMany({
      where: { episodeId: id, to: null },
      data: { to: endedAt, endedBy: 'pathway' },
    });
    return true;
  }

  async countByStatus(programme: string): Promise<Readonly<Record<Episode['status'], number>>> {
    const groups = await this.database.client.episode.groupBy({ by: ['status'], where: { programme }, _count: true });
    const count = (status: Episode['status']): number => groups.find((one) => one.status === status)?._count ?? 0;
    return { open: count('open'), ended: count('ended') };
  }
}

function toEpisode(row: Prisma.EpisodeGetPayload<object>): Episode {
  return {
    ...row,
    origin: row.origin as Origin,
    status: row.status as Episode['status'],
    reasons: row.reasons as unknown as readonly Reason[],
    priorityParts: row.priorityParts as unknown as readonly PriorityPart[],
  };
}
