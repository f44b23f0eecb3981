import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import type { Shift } from '#care/tasks';
import type { Referral, ReferralStatus, SendReferralCall } from './referral.js';

/** What a referral takes from its episode. */
export interface ReferralEpisode {
  readonly personId: string;
  readonly programme: string;
  readonly teamKey: string | null;
  /** Area whose services are asked; null when nobody knows where the person lives. */
  readonly area: string | null;
}

/** What a service is shown, before it is decided how much of it. */
export interface ReferralAbout extends Referral {
  readonly demo: boolean;
  readonly teamKey: string | null;
  readonly sentBy: string | null;
  readonly sex: string;
  readonly birthDate: Date;
  readonly area: string | null;
  readonly language: string;
  readonly sensitive: boolean;
  readonly given: string;
  readonly family: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly addressLine: string | null;
  readonly postcode: string | null;
}

export interface ReferralStep {
  readonly from: readonly ReferralStatus[];
  readonly to: ReferralStatus;
  readonly set?: Prisma.ReferralUncheckedUpdateManyInput;
}

const MOST_ITEMS = 200;
const OPEN = ['sent', 'accepted', 'started'] as const;

@Injectable()
export class ReferralsRepository {
  constructor(private readonly database: Database) {}

  async findEpisode(episodeId: string): Promise<ReferralEpisode | null> {
    const [row] = await this.database.client.$queryRaw<ReferralEpisode[]>`
      SELECT e.person_id AS "personId", e.programme, e.team_key AS "teamKey", coalesce(a.demo_area, t.area) AS area
      FROM episode e
      JOIN person p ON p.id = e.person_id
      LEFT JOIN area a ON a.lsoa = p.lsoa
      LEFT JOIN team t ON t.key = e.team_key
      WHERE e.id = ${episodeId}::uuid`;
    return row ?? null;
  }

  /** The open service of the kind in the area with the least work waiting, that was not asked before; ties by id. */
  async findService(
    kind: string,
    area: string,
    tried: readonly string[],
  ): Promise<{ readonly id: string; readonly organisation: string } | null> {
    const [row] = await this.database.client.$queryRaw<{ id: string; organisation: string }[]>`
      SELECT s.id, s.organisation
      FROM service s
      LEFT JOIN referral r ON r.service_id = s.id AND r.status IN ('sent', 'accepted', 'started')
      WHERE s.kind = ${kind} AND s.area = ${area} AND s.open
        AND NOT EXISTS (SELECT 1 FROM referral done WHERE done.service_id = s.id AND done.id = ANY (${[...tried]}::uuid[]))
      GROUP BY s.id
      ORDER BY count(r.id), s.id
      LIMIT 1`;
    return row ?? null;
  }

  async findByKey(key: string): Promise<Referral | null> {
    const row = await this.database.client.referral.findUnique({ where: { key } });
    return row && { ...row, status: row.status as ReferralStatus };
  }

  /** The step's referral that a service is still to answer or report on. */
  async findOpen({ episodeId, step, tried }: SendReferralCall): Promise<Referral | null> {
    const row = await this.database.client.referral.findFirst({
      where: { episodeId, step, status: { in: [...OPEN] }, id: { notIn: [...tried] } },
      orderBy: { id: 'desc' },
    });
    return row && { ...row, status: row.status as ReferralStatus };
  }

  /** Moves the times by which services have to answer an episode's open referrals. */
  async shiftOpen(episodeId: string, shift: Shift): Promise<void> {
    const open = await this.database.client.referral.findMany({ where: { episodeId, status: { in: [...OPEN] } } });
    for (const { id, answerBy, answerWorking } of open) {
      await this.database.client.referral.update({
        where: { id },
        data: { answerBy: shift(answerBy, answerWorking) },
      });
    }
  }

  /** Null when the key is there already. */
  async insert(
    call: SendReferralCall,
    episode: ReferralEpisode,
    service: { readonly id: string; readonly organisation: string },
    answerBy: Date,
  ): Promise<Referral | null> {
    const [row] = await this.database.client.referral.createManyAndReturn({
      skipDuplicates: true,
      data: [
        {
          key: call.key,
          episodeId: call.episodeId,
          personId: episode.personId,
          programme: episode.programme,
          step: call.step,
          serviceId: service.id,
          organisation: service.organisation,
          need: call.need,
          sentAt: new Date(call.at),
          answerBy,
          answerWorking: call.answerWithin.unit === 'working-days',
        },
      ],
    });
    return row ? { ...row, status: row.status as ReferralStatus } : null;
  }

  /** Moves a referral on, when it still is where it is moved from. */
  async move(referralId: string, { from, to, set }: ReferralStep): Promise<boolean> {
    const { count } = await this.database.client.referral.updateMany({
      where: { id: referralId, status: { in: [...from] } },
      data: { ...set, status: to, version: { increment: 1 } },
    });
    return count === 1;
  }

  async hold(referralId: string): Promise<void> {
    await this.database.client.$queryRaw`SELECT 1 FROM referral WHERE id = ${referralId}::uuid FOR UPDATE`;
  }

  async findAbout(referralId: string): Promise<ReferralAbout | null> {
    const [row] = await this.listAbout(Prisma.sql`r.id = ${referralId}::uuid`);
    return row ?? null;
  }

  /** Unanswered first, soonest first; then those being worked with; then what finished since `finishedSince`. */
  listInbox(organisation: string, finishedSince: Date): Promise<ReferralAbout[]> {
    return this.listAbout(Prisma.sql`r.organisation = ${organisation}
      AND (r.status IN ('sent', 'accepted', 'started') OR coalesce(r.closed_at, r.answered_at) >= ${finishedSince})`);
  }

  async countInbox(
    organisation: string,
    finishedSince: Date,
  ): Promise<{ waiting: number; withYou: number; finished: number }> {
    const [row] = await this.database.client.$queryRaw<[{ waiting: number; withYou: number; finished: number }]>`
      SELECT count(*) FILTER (WHERE status = 'sent')::int AS waiting,
        count(*) FILTER (WHERE status IN ('accepted', 'started'))::int AS "withYou",
        count(*) FILTER (WHERE status NOT IN ('sent', 'accepted', 'started')
          AND coalesce(closed_at, answered_at) >= ${finishedSince})::int AS finished
      FROM referral WHERE organisation = ${organisation}`;
    return row;
  }

  listOpenOf(episodeId: string): Promise<{ id: string; step: string }[]> {
    return this.database.client.referral.findMany({
      where: { episodeId, status: { in: [...OPEN] } },
      select: { id: true, step: true },
      orderBy: { id: 'asc' },
    });
  }

  async listOf(personId: string): Promise<Referral[]> {
    const rows = await this.database.client.referral.findMany({
      where: { personId },
      orderBy: [{ sentAt: 'asc' }, { id: 'asc' }],
    });
    return rows.map((row) => ({ ...row, status: row.status as ReferralStatus }));
  }

  /** When the person agreed: their own yes, or a worker's note of it. */
  async findAgreement(episodeId: string): Promise<Date | null> {
    const [row] = await this.database.client.$queryRaw<{ at: Date }[]>`
      SELECT at FROM (
        SELECT at FROM reply WHERE episode_id = ${episodeId}::uuid AND answer = 'yes'
        UNION ALL
        SELECT closed_at FROM task WHERE episode_id = ${episodeId}::uuid AND 'accepted' = ANY (marks)
      ) agreed ORDER BY at DESC LIMIT 1`;
    return row?.at ?? null;
  }

  private listAbout(which: Prisma.Sql): Promise<ReferralAbout[]> {
    return this.database.client.$queryRaw<ReferralAbout[]>`
      SELECT r.id, r.episode_id AS "episodeId", r.person_id AS "personId", r.programme, r.step, r.organisation,
        r.status, r.need, r.sent_at AS "sentAt", r.answer_by AS "answerBy", r.answered_at AS "answeredAt",
        r.decline_reason AS "declineReason", r.started_at AS "startedAt", r.closed_at AS "closedAt", r.outcome, r.note,
        r.version, e.demo, e.team_key AS "teamKey", t.name AS "sentBy", p.sex, p.birth_date AS "birthDate",
        a.name AS area, p.language, p.sensitive, p.given, p.family, p.phone, p.email, p.address_line AS "addressLine",
        p.postcode
      FROM referral r
      JOIN episode e ON e.id = r.episode_id
      JOIN person p ON p.id = r.person_id
      LEFT JOIN area a ON a.lsoa = p.lsoa
      LEFT JOIN team t ON t.key = e.team_key
      WHERE ${which}
      ORDER BY CASE r.status WHEN 'sent' THEN 0 WHEN 'accepted' THEN 1 WHEN 'started' THEN 1 ELSE 2 END,
        CASE WHEN r.status IN ('sent', 'accepted', 'started') THEN r.answer_by END,
        coalesce(r.closed_at, r.answered_at) DESC, r.id
      LIMIT ${MOST_ITEMS}`;
  }
}
