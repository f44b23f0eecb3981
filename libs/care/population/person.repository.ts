import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import { isNation } from '#platform/kernel';
import type { AccessibleFormat, Channel, FactKind, ProxyRelation, Sex } from '#care/ingest';
import type { Fact, Permission, Person } from './person.js';

type PersonRow = Prisma.PersonGetPayload<{ include: { proxy: true } }>;
const WITH_PROXY = { include: { proxy: true } } as const;

@Injectable()
export class PersonRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<Person | null> {
    const row = await this.database.client.person.findUnique({ where: { id }, ...WITH_PROXY });
    return row && toPerson(row);
  }

  async findByNhsNumber(nhsNumber: string): Promise<Person | null> {
    const row = await this.database.client.person.findUnique({ where: { nhsNumber }, ...WITH_PROXY });
    return row && toPerson(row);
  }

  /** People of a team whose names begin with all the words, in the order of their names. */
  async findByName(words: readonly string[], teamKey: string, limit: number): Promise<Person[]> {
    const begins = words.map((word) => {
      const pattern = `${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
      return Prisma.sql`(family ILIKE ${pattern} OR given ILIKE ${pattern})`;
    });
    const rows = await this.database.client.$queryRaw<{ id: string }[]>`
      SELECT id FROM person WHERE team_key = ${teamKey} AND ${Prisma.join(begins, ' AND ')}
      ORDER BY family, given, birth_date, id LIMIT ${limit}`;
    const people = await this.database.client.person.findMany({
      where: { id: { in: rows.map(({ id }) => id) } },
      ...WITH_PROXY,
    });
    const byId = new Map(people.map((row) => [row.id, toPerson(row)]));
    return rows.flatMap(({ id }) => byId.get(id) ?? []);
  }

  async factsOf(personId: string): Promise<Fact[]> {
    const rows = await this.database.client.fact.findMany({
      where: { personId },
      orderBy: [{ effectiveAt: 'desc' }, { recordedAt: 'desc' }, { id: 'desc' }],
    });
    return rows.map((row) => ({
      ...row,
      kind: row.kind as FactKind,
      value: row.value?.toNumber() ?? null,
      value2: row.value2?.toNumber() ?? null,
    }));
  }

  async permissionsOf(personId: string): Promise<Permission[]> {
    const rows = await this.database.client.contactPermission.findMany({
      where: { personId },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
    });
    return rows.map((row) => ({ ...row, channel: row.channel as Channel }));
  }

  /** True when this changed something: the person was not known to have died. */
  async setDeath(id: string, on: string, at: Date): Promise<boolean> {
    const { count } = await this.database.client.person.updateMany({
      where: { id, deceasedOn: null },
      data: { deceasedOn: new Date(on), updatedAt: at },
    });
    return count > 0;
  }

  async setMovedAway(id: string, on: string, at: Date): Promise<boolean> {
    const { count } = await this.database.client.person.updateMany({
      where: { id, movedAwayOn: null },
      data: { movedAwayOn: new Date(on), updatedAt: at },
    });
    return count > 0;
  }

  /** True when nothing with this source and id was there before. */
  async addPermission(
    permission: Permission & { personId: string; source: string; sourceId: string },
  ): Promise<boolean> {
    const { count } = await this.database.client.contactPermission.createMany({
      data: [permission],
      skipDuplicates: true,
    });
    return count > 0;
  }
}

function toPerson(row: PersonRow): Person {
  const day = (date: Date | null): string | null => date?.toISOString().slice(0, 10) ?? null;
  return {
    id: row.id,
    nhsNumber: row.nhsNumber,
    given: row.given,
    family: row.family,
    birthDate: row.birthDate.toISOString().slice(0, 10),
    sex: row.sex as Sex,
    ethnicCategory: row.ethnicCategory,
    language: row.language,
    nation: isNation(row.nation) ? row.nation : 'england',
    format: row.format as AccessibleFormat,
    proxy: row.proxy && {
      name: row.proxy.name,
      relation: row.proxy.relation as ProxyRelation,
      email: row.proxy.email,
      phone: row.proxy.phone,
    },
    email: row.email,
    phone: row.phone,
    addressLine: row.addressLine,
    postcode: row.postcode,
    lsoa: row.lsoa,
    imdDecile: row.imdDecile,
    teamKey: row.teamKey,
    practiceCode: row.practiceCode,
    deceasedOn: day(row.deceasedOn),
    movedAwayOn: day(row.movedAwayOn),
    sensitive: row.sensitive,
    source: row.source,
  };
}
