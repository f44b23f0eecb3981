import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { joiningWhole, RuleQuery } from '#care/detection';
import type { LoadedProgramme, Rule } from '#care/programmes';

const { sql, join } = Prisma;

/** Somebody under way of whom new data may say that they should leave. */
export interface Suspect {
  readonly episodeId: string;
  readonly personId: string;
  readonly teamKey: string | null;
  readonly openedAt: Date;
  readonly step: string | null;
  /** A service took them on in this episode. */
  readonly helpedByUs: boolean;
  /** A service has them now. */
  readonly withService: boolean;
}

/** What a service says of a referral once it has taken somebody on. */
const TAKEN_ON = ['accepted', 'started', 'completed', 'not-completed'];
const IN_HAND = ['accepted', 'started'];

@Injectable()
export class LeavingRepository {
  constructor(private readonly database: Database) {}

  /** The versions that people under way with a programme walk. */
  async listVersions(programme: string): Promise<readonly string[]> {
    const rows = await this.database.client.episode.groupBy({
      by: ['programmeVersionId'],
      where: { programme, status: 'open' },
      orderBy: { programmeVersionId: 'asc' },
    });
    return rows.map(({ programmeVersionId }) => programmeVersionId);
  }

  /**
   * By one query, those of a version whose data is not as it was, or whom its `leave` rules concern: few of the many
   * under way, each then looked at closely. Who died or moved away leaves for that instead. Call inside a transaction.
   */
  async findSuspects({ versionId, leave }: LoadedProgramme, at: Date): Promise<readonly Suspect[]> {
    const query = new RuleQuery(at);
    const rules: readonly Rule[] = [
      ...(leave?.needMet ? [leave.needMet] : []),
      ...(leave?.stillFor ? [{ test: 'not', rule: leave.stillFor } as const] : []),
    ];
    const concerned = rules.map((rule) => query.condition(rule));
    // A fact that is gone, or was written again since, says no longer what it said.
    const corrected = sql`EXISTS (
      SELECT FROM jsonb_to_recordset(e.reasons) AS r(kind text, source text, at timestamptz)
      WHERE r.at IS NOT NULL AND NOT EXISTS (
        SELECT FROM fact f WHERE f.person_id = e.person_id AND f.kind = r.kind AND f.source = r.source
          AND f.effective_at = r.at AND f.recorded_at <= e.opened_at))`;
    return joiningWhole(
      this.database,
      () => this.database.client.$queryRaw<Suspect[]>`
        SELECT e.id AS "episodeId", e.person_id AS "personId", e.team_key AS "teamKey", e.opened_at AS "openedAt", e.step,
          EXISTS (SELECT FROM referral r WHERE r.episode_id = e.id AND r.status = ANY(${TAKEN_ON}::text[])) AS "helpedByUs",
          EXISTS (SELECT FROM referral r WHERE r.episode_id = e.id AND r.status = ANY(${IN_HAND}::text[])) AS "withService"
        FROM episode e JOIN ${query.from(sql`p.id = e.person_id`)}
        WHERE e.status = 'open' AND e.programme_version_id = ${versionId}::uuid
          AND p.deceased_on IS NULL AND p.moved_away_on IS NULL AND (${join([corrected, ...concerned], ' OR ')})
        ORDER BY e.id`,
    );
  }

  /** Whether a service took somebody on in this episode. */
  async isHelped(episodeId: string): Promise<boolean> {
    return (await this.database.client.referral.count({ where: { episodeId, status: { in: TAKEN_ON } } })) > 0;
  }

  /** Those already told to leave: their pathways have not heard it yet. */
  async listTold(episodeIds: readonly string[], action: string): Promise<ReadonlySet<string>> {
    const rows = await this.database.client.auditEntry.findMany({
      where: { subjectKind: 'episode', subjectId: { in: [...episodeIds] }, action },
      select: { subjectId: true },
    });
    return new Set(rows.map(({ subjectId }) => subjectId));
  }

  /** One at a time for a programme; another waits for the transaction to end. */
  async takeTurn(programme: string): Promise<void> {
    const turn = `leaving/${programme}`;
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`;
  }

  /** One that was recorded before stays as it is. */
  async putExit(episodeId: string, reason: string, at: Date): Promise<void> {
    await this.database.client.exit.createMany({
      data: [{ episodeId, reason, at, by: 'detection' }],
      skipDuplicates: true,
    });
  }
}
