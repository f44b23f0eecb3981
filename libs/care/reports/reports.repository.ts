import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { ReportFacts, StageCount } from './programme-report.js';

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
   * is good. A result, where one was sought, outweighs how the episode ended; a good ending without a service, such as
   * help found elsewhere, is not counted as ours.
   */
  countStages(programme: string, since: Date, until: Date): Promise<StageCount[]> {
    return this.database.client.$queryRaw<StageCount[]>`
      WITH stage AS (
        SELECT e.id, (p.imd_decile + 1) / 2 AS quintile, p.sex,
          CASE
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
          SELECT DISTINCT episode_id FROM message WHERE programme = ${programme} AND fate = 'sent'
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
}
