import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { ageOn } from '#platform/kernel';
import { joiningWhole, RuleQuery } from '#care/detection';
import type { LoadedProgramme } from '#care/programmes';
import type { SimulatedPerson, Simulation, SimulationStatus } from './simulation.js';
import type { SimulatedService } from './simulation-journal.js';
import type { SimulationResult } from './simulation-result.js';

const { sql, join } = Prisma;

/** All but the result, which is large. */
const HEAD = {
  id: true,
  programme: true,
  version: true,
  weeks: true,
  people: true,
  seed: true,
  overWeeks: true,
  startsOn: true,
  requestedBy: true,
  startedAt: true,
  finishedAt: true,
  status: true,
  days: true,
  ended: true,
  because: true,
} as const;
type Row = Prisma.SimulationGetPayload<{ select: typeof HEAD }>;

@Injectable()
export class SimulationRepository {
  constructor(private readonly database: Database) {}

  async listVersions(
    programme: string,
  ): Promise<{ readonly id: string; readonly version: number; readonly live: boolean }[]> {
    return this.database.client.programmeVersion.findMany({
      where: { programme },
      orderBy: { version: 'asc' },
      select: { id: true, version: true, live: true },
    });
  }

  async listProgrammes(): Promise<string[]> {
    const rows = await this.database.client.programmeVersion.findMany({
      distinct: ['programme'],
      orderBy: { programme: 'asc' },
      select: { programme: true },
    });
    return rows.map(({ programme }) => programme);
  }

  /**
   * Everybody in a team whom a programme version is for and who is not to be left alone, whether it helps them already
   * or not: a running copy has let in all the others.
   */
  async findPeople(programme: LoadedProgramme, at: Date): Promise<SimulatedPerson[]> {
    const query = new RuleQuery(at);
    const eligible = query.condition(programme.eligible);
    const held = programme.notActionable
      .filter(({ when }) => !(when.test === 'enrolledIn' && when.programme === programme.programme))
      .map(({ when }) => sql`AND NOT ${query.condition(when)}`);
    const points = programme.priority.map(
      (part) => sql`+ CASE WHEN ${query.condition(part.when)} THEN ${part.points}::int ELSE 0 END`,
    );
    const rows = await joiningWhole(
      this.database,
      () => this.database.client.$queryRaw<(Omit<SimulatedPerson, 'age'> & { birthDate: Date })[]>`
        SELECT p.id AS "personId", p.team_key AS "teamKey", t.area, (p.imd_decile + 1) / 2 AS quintile, p.sex,
          p.ethnic_category AS "ethnicCategory", p.birth_date AS "birthDate", 0 ${join(points, ' ')} AS priority,
          EXISTS (SELECT 1 FROM episode e
                   WHERE e.person_id = p.id AND e.programme = ${programme.programme} AND e.status = 'open') AS "underWay"
        FROM ${query.from()} JOIN team t ON t.key = p.team_key
        WHERE p.deceased_on IS NULL AND p.moved_away_on IS NULL AND ${eligible} ${join(held, ' ')}
        ORDER BY p.id`,
    );
    return rows.map(({ birthDate, ...person }) => ({ ...person, age: ageOn(birthDate, at) }));
  }

  async listServices(): Promise<SimulatedService[]> {
    return this.database.client.service.findMany({
      where: { open: true },
      orderBy: { id: 'asc' },
      select: { id: true, name: true, kind: true, area: true },
    });
  }

  /** One simulation begins at a time, whoever asks. */
  async takeTurn(): Promise<void> {
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('simulation', 0))`;
  }

  async findRunning(): Promise<string | null> {
    const row = await this.database.client.simulation.findFirst({
      where: { status: { in: ['running', 'stopping'] } },
      select: { id: true },
    });
    return row?.id ?? null;
  }

  /** Whatever has said nothing since then was left by the program that walked it. */
  async giveUpSilent(since: Date, at: Date): Promise<void> {
    await this.database.client.simulation.updateMany({
      where: { status: { in: ['running', 'stopping'] }, beatAt: { lt: since } },
      data: { status: 'failed', because: 'The program that walked it ended.', finishedAt: at },
    });
  }

  async insert(simulation: Prisma.SimulationUncheckedCreateInput): Promise<void> {
    await this.database.client.simulation.create({ data: simulation });
  }

  async list(programme: string | undefined, limit: number): Promise<Simulation[]> {
    const rows = await this.database.client.simulation.findMany({
      where: programme === undefined ? {} : { programme },
      orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
      take: limit,
      select: HEAD,
    });
    const titles = await this.titlesOf(rows);
    return rows.map((row) => simulationOf(row, titles));
  }

  async find(id: string): Promise<Simulation | null> {
    const row = await this.database.client.simulation.findUnique({ where: { id }, select: HEAD });
    return row && simulationOf(row, await this.titlesOf([row]));
  }

  async findResult(id: string): Promise<SimulationResult | null> {
    const row = await this.database.client.simulation.findUnique({ where: { id }, select: { result: true } });
    return (row?.result ?? null) as SimulationResult | null;
  }

  /** Moves a run on from one of the states. False when it is in none of them. */
  async move(
    id: string,
    from: readonly SimulationStatus[],
    data: Prisma.SimulationUncheckedUpdateManyInput & { readonly status?: SimulationStatus },
  ): Promise<boolean> {
    const { count } = await this.database.client.simulation.updateMany({
      where: { id, status: { in: [...from] } },
      data,
    });
    return count === 1;
  }

  private async titlesOf(rows: readonly Row[]): Promise<ReadonlyMap<string, string>> {
    const versions = await this.database.client.programmeVersion.findMany({
      where: { programme: { in: [...new Set(rows.map(({ programme }) => programme))] } },
      select: { programme: true, version: true, title: true, live: true },
    });
    return new Map(versions.map(({ programme, version, title }) => [`${programme}/${version}`, title]));
  }
}

function simulationOf(row: Row, titles: ReadonlyMap<string, string>): Simulation {
  return {
    ...row,
    title: titles.get(`${row.programme}/${row.version}`) ?? row.programme,
    startsOn: row.startsOn.toISOString().slice(0, 10),
    status: row.status as SimulationStatus,
    daysInAll: row.weeks * 7,
  };
}
