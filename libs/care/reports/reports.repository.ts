import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { isNation } from '#platform/kernel';
import { addUp, type ClockKey, type Span } from './clocks.js';
import { listOf } from './ending-words.js';
import type { ReportFacts, StageCount } from './programme-report.js';
import type { EndingCount } from './report-work.js';

@Injectable()
export class ReportsRepository {
  constructor(private readonly database: Database) {}

  async findProgramme(programme: string): Promise<Pick<ReportFacts, 'programme' | 'title' | 'version'> | null> {
    return this.database.client.programmeVersion.findFirst({
      where: { programme },
      orderBy: [{ live: 'desc' }, { version: 'desc' }],
      select: { programme: true, title: true, version: true },
    });
  }

  async findSetting(
    programme: string,
    since: Date,
    until: Date,
  ): Promise<{ readonly versions: number[]; readonly demo: boolean }> {
    const [row] = await this.database.client.$queryRaw<[{ versions: number[]; demo: boolean }]>`
      SELECT coalesce(array_agg(DISTINCT v.version ORDER BY v.version), '{}') AS versions,
        coalesce(bool_or(e.demo), false) AS demo
      FROM episode e JOIN programme_version v ON v.id = e.programme_version_id
      WHERE e.programme = ${programme} AND e.opened_at >= ${since} AND e.opened_at < ${until}`;
    return row;
  }

  /**
   * The furthest stage each episode is known to have got to, by what happened: 1 a message left, 2 the person answered
   * or was spoken to, 3 said yes, 4 the service began, 5 the service finished or a result was measured, 6 the result
   * is good. Leaving because we met the need is good. Else a result, where one was sought, outweighs how the episode
   * ended; a good ending without a service, such as help found elsewhere, is not counted as ours.
   */
  countStages(programme: string, since: Date, until: Date): Promise<StageCount[]> {
    return this.database.client.$queryRaw<StageCount[]>`
      WITH stage AS (
        SELECT e.id, (p.imd_decile + 1) / 2 AS quintile, p.sex,
          CASE
            WHEN ended.exit AND ended.good THEN 6
            WHEN coalesce(measured.good, ended.good AND NOT ended.exit AND referred.started) THEN 6
            WHEN referred.completed OR measured.taken THEN 5
            WHEN referred.started THEN 4
            WHEN referred.accepted OR worked.accepted OR answered.yes THEN 3
            WHEN answered.any OR worked.reached THEN 2
            WHEN written.episode_id IS NOT NULL THEN 1
            ELSE 0
          END AS stage
        FROM episode e
        JOIN person p ON p.id = e.person_id
        LEFT JOIN (
          SELECT DISTINCT episode_id FROM message WHERE programme = ${programme} AND fate IN ('sent', 'merged')
        ) written ON written.episode_id = e.id
        LEFT JOIN (
          SELECT r.episode_id, true AS any, bool_or(r.answer = 'yes') AS yes
          FROM reply r JOIN episode x ON x.id = r.episode_id
          WHERE x.programme = ${programme} GROUP BY 1
        ) answered ON answered.episode_id = e.id
        LEFT JOIN (
          SELECT episode_id, bool_or('reached' = ANY (marks)) AS reached, bool_or('accepted' = ANY (marks)) AS accepted
          FROM task WHERE programme = ${programme} AND status = 'completed' GROUP BY 1
        ) worked ON worked.episode_id = e.id
        LEFT JOIN (
          SELECT episode_id, bool_or(answered_at IS NOT NULL AND decline_reason IS NULL) AS accepted,
            bool_or(started_at IS NOT NULL OR status = 'completed') AS started, bool_or(status = 'completed') AS completed
          FROM referral WHERE programme = ${programme} GROUP BY 1
        ) referred ON referred.episode_id = e.id
        LEFT JOIN (
          SELECT episode_id, bool_or(good) AS good, bool_or(result <> 'lost') AS taken
          FROM measurement WHERE programme = ${programme} GROUP BY 1
        ) measured ON measured.episode_id = e.id
        LEFT JOIN ending ended ON ended.episode_id = e.id
        WHERE e.programme = ${programme} AND e.opened_at >= ${since} AND e.opened_at < ${until}
      )
      SELECT quintile, sex, stage, count(*)::int AS episodes FROM stage GROUP BY 1, 2, 3`;
  }

  async countEndings(programme: string, since: Date, until: Date): Promise<EndingCount[]> {
    return this.database.client.$queryRaw<EndingCount[]>`
      SELECT coalesce(x.ending, 'open') AS ending, coalesce(x.exit, false) AS exit, count(*)::int AS episodes
      FROM episode e LEFT JOIN ending x ON x.episode_id = e.id
      WHERE e.programme = ${programme} AND e.opened_at >= ${since} AND e.opened_at < ${until}
      GROUP BY 1, 2`;
  }

  /** As the newest version of the programme words them. */
  async endingTitles(programme: string): Promise<ReadonlyMap<string, string>> {
    const [row] = await this.database.client.$queryRaw<{ endings: unknown }[]>`
      SELECT definition->'script'->'endings' AS endings FROM programme_version
      WHERE programme = ${programme} ORDER BY live DESC, version DESC LIMIT 1`;
    return new Map(listOf<{ key: string; title: string }>(row?.endings).map(({ key, title }) => [key, title]));
  }

  /** Working time of each clock in each episode of the period, in milliseconds. */
  async sumClocks(
    programme: string,
    since: Date,
    until: Date,
    now: Date,
  ): Promise<Readonly<Record<ClockKey, number>>[]> {
    const rows = await this.database.client.$queryRaw<(Span & { episodeId: string; nation: string })[]>`
      SELECT s.episode_id AS "episodeId", p.nation, s.clock, s."from", s."to"
      FROM clock_span s JOIN episode e ON e.id = s.episode_id JOIN person p ON p.id = e.person_id
      WHERE e.programme = ${programme} AND e.opened_at >= ${since} AND e.opened_at < ${until}`;
    const byEpisode = Map.groupBy(rows, ({ episodeId }) => episodeId);
    return [...byEpisode.values()].map((spans) => {
      const nation = spans[0]?.nation ?? '';
      return addUp(spans, isNation(nation) ? nation : 'england', now);
    });
  }

  /** Open tasks of the programme that were raised as far as its manager. */
  async countRaised(programme: string): Promise<number> {
    const [row] = await this.database.client.$queryRaw<[{ count: number }]>`
      SELECT count(DISTINCT t.id)::int AS count
      FROM task t JOIN escalation_rung r ON r.task_id = t.id
      WHERE t.programme = ${programme} AND t.status = 'open' AND r.status = 'climbed' AND r."to" = 'programme-manager'`;
    return row.count;
  }
}
