import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { newId } from '#platform/kernel';
import {
  judge,
  leavesOf,
  type AnswerLeaf,
  type Judgement,
  type Leaf,
  type LoadedProgramme,
  type Known,
  type Reason,
} from '#care/programmes';
import { joiningWhole, readAnswer, RuleQuery, type WrittenAnswer } from './rule-query.js';

const { sql, join } = Prisma;

/** Someone the programme is for, with what it says of them. */
export interface Found {
  readonly personId: string;
  readonly judgement: Judgement;
}

/** A person's standing with one programme, as the last run left it. */
export interface Finding {
  readonly personId: string;
  readonly programme: string;
  readonly programmeVersionId: string;
  readonly state: 'actionable' | 'not-actionable' | 'gone';
  readonly reasons: readonly Reason[];
  readonly priority: number;
  readonly priorityParts: Judgement['parts'];
  readonly notNowBecause: string | null;
  /** YYYY-MM-DD, or null when only news can end it. */
  readonly actionableOn: string | null;
  readonly firstFoundAt: Date;
  readonly lastFoundAt: Date;
}

export interface KeptCounts {
  readonly entered: number;
  readonly gone: number;
}

@Injectable()
export class FindingRepository {
  constructor(private readonly database: Database) {}

  /** One run of one programme at a time; another waits for the transaction to end. */
  async takeTurn(programme: string): Promise<void> {
    const turn = `detection/${programme}`;
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`;
  }

  async countRegister(): Promise<number> {
    return this.database.client.person.count({ where: { deceasedOn: null, movedAwayOn: null } });
  }

  /** Everybody on the register whom the programme is for, judged, by one query. */
  async findEligible(programme: LoadedProgramme, at: Date): Promise<readonly Found[]> {
    const leaves = distinctLeaves(programme);
    const query = new RuleQuery(at);
    const eligible = query.condition(programme.eligible);
    const answers = join(leaves.map((leaf) => query.answer(leaf)));
    // As text, since parsing it here is several times faster than having the client do it.
    const rows = await joiningWhole(
      this.database,
      () => this.database.client.$queryRaw<{ id: string; answers: string }[]>`
        SELECT p.id, jsonb_build_array(${answers})::text AS answers
        FROM ${query.from()}
        WHERE p.deceased_on IS NULL AND p.moved_away_on IS NULL AND ${eligible}`,
    );
    const places = new Map(leaves.map((leaf, index) => [JSON.stringify(leaf), index]));
    const keys = new Map<Leaf, string>();
    return rows.map(({ id, answers: text }) => {
      const written = JSON.parse(text) as readonly WrittenAnswer[];
      const answerLeaf: AnswerLeaf = (leaf) => {
        const key = keys.get(leaf) ?? JSON.stringify(leaf);
        keys.set(leaf, key);
        return readAnswer(written[places.get(key)!]!);
      };
      return { personId: id, judgement: judge(programme, answerLeaf) };
    });
  }

  async openRun(programme: LoadedProgramme, asOf: Date, startedAt: Date): Promise<string> {
    const id = newId(startedAt.getTime());
    await this.database.client.detectionRun.create({
      data: { id, programmeVersionId: programme.versionId, programme: programme.programme, asOf, startedAt },
    });
    return id;
  }

  /** Writes all findings of a run by one statement, and marks as gone those the run did not find. */
  async keep(runId: string, programme: LoadedProgramme, found: readonly Found[], at: Date): Promise<KeptCounts> {
    const rows = found.map(({ personId, judgement }) => ({
      person_id: personId,
      state: judgement.state,
      reasons: judgement.reasons,
      priority_parts: judgement.parts,
      priority: judgement.priority,
      not_now_because: judgement.notNow?.because ?? null,
      actionable_on: judgement.notNow?.until ?? null,
    }));
    const stamp = sql`${at.toISOString()}::timestamptz`;
    const [{ entered }] = await this.database.client.$queryRaw<[{ entered: number }]>`
      WITH kept AS (
        INSERT INTO finding (person_id, programme, programme_version_id, state, reasons, priority_parts, priority,
          not_now_because, actionable_on, first_found_at, last_found_at, run_id)
        SELECT person_id, ${programme.programme}, ${programme.versionId}::uuid, state, reasons, priority_parts, priority,
          not_now_because, actionable_on, ${stamp}, ${stamp}, ${runId}::uuid
        FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS f (person_id uuid, state text, reasons jsonb,
          priority_parts jsonb, priority int, not_now_because text, actionable_on date)
        ON CONFLICT (person_id, programme) DO UPDATE SET
          programme_version_id = excluded.programme_version_id, state = excluded.state, reasons = excluded.reasons,
          priority_parts = excluded.priority_parts, priority = excluded.priority,
          not_now_because = excluded.not_now_because, actionable_on = excluded.actionable_on,
          first_found_at = CASE WHEN finding.state = 'gone' THEN excluded.first_found_at ELSE finding.first_found_at END,
          last_found_at = excluded.last_found_at, run_id = excluded.run_id
        RETURNING old.state AS was
      )
      SELECT count(*) FILTER (WHERE was IS NULL OR was = 'gone')::int AS entered FROM kept`;
    const gone = await this.database.client.finding.updateMany({
      where: { programme: programme.programme, state: { not: 'gone' }, runId: { not: runId } },
      data: { state: 'gone', runId, notNowBecause: null, actionableOn: null },
    });
    return { entered, gone: gone.count };
  }

  async closeRun(
    runId: string,
    counts: { assessed: number; found: number; notActionable: number; entered: number; gone: number; finishedAt: Date },
  ): Promise<void> {
    await this.database.client.detectionRun.update({ where: { id: runId }, data: counts });
  }

  async listOf(personId: string): Promise<readonly Finding[]> {
    const rows = await this.database.client.finding.findMany({ where: { personId }, orderBy: { programme: 'asc' } });
    return rows.map((row) => ({
      ...row,
      state: row.state as Finding['state'],
      reasons: row.reasons as unknown as readonly Reason[],
      priorityParts: row.priorityParts as unknown as Judgement['parts'],
      actionableOn: row.actionableOn?.toISOString().slice(0, 10) ?? null,
    }));
  }

  async countByState(programme: string): Promise<Readonly<Record<Finding['state'], number>>> {
    const groups = await this.database.client.finding.groupBy({ by: ['state'], where: { programme }, _count: true });
    const count = (state: Finding['state']): number => groups.find((one) => one.state === state)?._count ?? 0;
    return { actionable: count('actionable'), 'not-actionable': count('not-actionable'), gone: count('gone') };
  }

  /** Why an episode was opened; empty when there is none. */
  async reasonsOf(episode: { personId: string; programme: string; openedAt: Date }): Promise<readonly Reason[]> {
    const row = await this.database.client.episode.findFirst({ where: episode, select: { reasons: true } });
    return (row?.reasons ?? []) as unknown as readonly Reason[];
  }

  /** All that rules may ask of one person; null when nobody has this id. `left` says why they are off the register. */
  async findKnown(personId: string): Promise<{ known: Known; left: 'died' | 'moved-away' | null } | null> {
    // One after the other: they may share the connection of a transaction.
    const { client } = this.database;
    const person = await client.person.findUnique({ where: { id: personId } });
    if (!person) return null;
    const facts = await client.fact.findMany({ where: { personId } });
    const open = await client.episode.findMany({ where: { personId, status: 'open' }, select: { programme: true } });
    const words = await client.contactPermission.findMany({ where: { personId, channel: 'all' } });
    const endings = await client.ending.findMany({ where: { personId } });
    const has = {
      'nhs-number': person.nhsNumber,
      email: person.email,
      phone: person.phone,
      address: person.addressLine,
      postcode: person.postcode,
      neighbourhood: person.lsoa,
      team: person.teamKey,
    };
    const known: Known = {
      birthDate: person.birthDate.toISOString().slice(0, 10),
      imdDecile: person.imdDecile,
      hasNo: Object.entries(has).flatMap(([what, value]) => (value === null ? [what] : [])),
      facts: facts.map(({ id, kind, code, value, value2, effectiveAt, recordedAt, source }) => ({
        id,
        kind,
        code,
        value: value?.toNumber() ?? null,
        value2: value2?.toNumber() ?? null,
        at: effectiveAt.toISOString(),
        recordedAt: recordedAt.toISOString(),
        source,
      })),
      openEpisodes: open.map(({ programme }) => programme),
      endings: endings.map(({ programme, ending, at }) => ({ programme, ending, at: at.toISOString() })),
      permissions: words.map(({ purpose, allowed, at }) => ({
        purpose,
        allowed,
        at: at.toISOString(),
      })),
    };
    return { known, left: person.deceasedOn ? 'died' : person.movedAwayOn ? 'moved-away' : null };
  }
}

function distinctLeaves(programme: LoadedProgramme): readonly Leaf[] {
  const rules = [programme.eligible, ...[...programme.notActionable, ...programme.priority].map(({ when }) => when)];
  return [...new Map(rules.flatMap(leavesOf).map((leaf) => [JSON.stringify(leaf), leaf])).values()];
}
