import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { Nation } from '#platform/kernel';
import type { Identifier, IncomingFact, IncomingPermission, IncomingPerson, PersonReference } from '#care/ingest';

/** A person as a batch knows them: as they are in the register, or as the batch is about to make them. */
export interface KnownPerson {
  readonly id: string;
  readonly isNew: boolean;
  readonly nhsNumber: string | null;
  readonly birthDate: string;
  deceasedOn: string | null;
  readonly movedAwayOn: string | null;
  teamKey: string | null;
  /** Of the address before this batch. */
  readonly postcode: string | null;
  readonly described: IncomingPerson;
  readonly identifiers: readonly Identifier[];
  /** Who registered them: that source's silence means "no longer", another's means "not said". */
  readonly source: string;
  lsoa: string | null;
  imdDecile: number | null;
  nation: Nation;
  /** The batch comes from another source than the one that registered them. */
  readonly secondHand?: boolean;
  left?: boolean;
  cameBack?: boolean;
}

export type FactRow = IncomingFact & {
  readonly personId: string;
  readonly source: string;
  readonly sourceId: string;
};

export type PermissionRow = IncomingPermission & {
  readonly personId: string;
  readonly teamKey: string | null;
  readonly source: string;
  readonly sourceId: string;
};

interface StoredPerson {
  readonly id: string;
  readonly nhsNumber: string | null;
  readonly birthDate: string;
  readonly deceasedOn: string | null;
  readonly movedAwayOn: string | null;
  readonly teamKey: string | null;
  readonly postcode: string | null;
  readonly lsoa: string | null;
  readonly imdDecile: number | null;
  readonly nation: Nation;
  readonly source: string;
}

/** Set-based writing: one statement a table and batch, whatever its size. */
@Injectable()
export class RegisterRepository {
  constructor(private readonly database: Database) {}

  /** Two imports at once would decide about identity without seeing each other. */
  async oneAtATime(): Promise<void> {
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended('register', 0))`;
  }

  async findKnown(references: readonly PersonReference[]): Promise<{
    byNhsNumber: Map<string, KnownPerson>;
    byIdentifier: Map<string, KnownPerson>;
  }> {
    const numbers = new Set<string>();
    const systems: string[] = [];
    const values: string[] = [];
    const asked = new Set<string>();
    for (const reference of references) {
      if ('nhsNumber' in reference) {
        numbers.add(reference.nhsNumber);
        continue;
      }
      const key = `${reference.system}\n${reference.value}`;
      if (asked.has(key)) continue;
      asked.add(key);
      systems.push(reference.system);
      values.push(reference.value);
    }
    const rows = await this.database.client.$queryRaw<
      (StoredPerson & { system: string | null; value: string | null })[]
    >`
      SELECT p.id, p.nhs_number AS "nhsNumber", p.birth_date::text AS "birthDate", p.deceased_on::text AS "deceasedOn",
        p.moved_away_on::text AS "movedAwayOn", p.team_key AS "teamKey", p.postcode, p.lsoa,
        p.imd_decile AS "imdDecile", p.nation, p.source, k.system, k.value
      FROM (
        SELECT i.person_id, i.system, i.value
        FROM unnest(${systems}::text[], ${values}::text[]) AS a(system, value)
        JOIN person_identifier i ON i.system = a.system AND i.value = a.value
        UNION ALL
        SELECT n.id, NULL, NULL FROM person n WHERE n.nhs_number = ANY(${[...numbers]})
      ) k JOIN person p ON p.id = k.person_id`;
    const byId = new Map<string, KnownPerson>();
    const byNhsNumber = new Map<string, KnownPerson>();
    const byIdentifier = new Map<string, KnownPerson>();
    for (const { system, value, ...stored } of rows) {
      const person = byId.get(stored.id) ?? asKnown(stored);
      byId.set(person.id, person);
      if (person.nhsNumber) byNhsNumber.set(person.nhsNumber, person);
      if (system !== null && value !== null) byIdentifier.set(`${system}\n${value}`, person);
    }
    return { byNhsNumber, byIdentifier };
  }

  /** Names those who are new or were changed by it. */
  async savePeople(people: readonly KnownPerson[], at: Date): Promise<{ id: string; isNew: boolean }[]> {
    if (people.length === 0) return [];
    const rows = people.map(({ described, ...person }) => ({
      ...described,
      ...person,
      postcode: described.postcode,
      identifiers: null,
      secondHand: person.secondHand ?? false,
    }));
    const changed = await this.database.client.$queryRaw<{ id: string; isNew: boolean }[]>`
      WITH told AS (
        SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          AS t(id uuid, "nhsNumber" text, given text, family text, "birthDate" date, sex text, "ethnicCategory" text,
          language text, nation text, format text, email text, phone text, "addressLine" text, postcode text, lsoa text, "imdDecile" int,
          "teamKey" text, "practiceCode" text, "deceasedOn" date, sensitive boolean, source text, "secondHand" boolean)
      )
      INSERT INTO person AS p (id, nhs_number, given, family, birth_date, sex, ethnic_category, language, nation, format,
        email, phone, address_line, postcode, lsoa, imd_decile, team_key, practice_code, deceased_on, sensitive, source, updated_at)
      SELECT t.id, t."nhsNumber", t.given, t.family, t."birthDate", t.sex,
        coalesce(t."ethnicCategory", CASE WHEN t."secondHand" THEN old.ethnic_category END, '99'),
        coalesce(t.language, CASE WHEN t."secondHand" THEN old.language END, 'en'), t.nation,
        coalesce(t.format, CASE WHEN t."secondHand" THEN old.format END, 'standard'),
        coalesce(t.email, CASE WHEN t."secondHand" THEN old.email END),
        coalesce(t.phone, CASE WHEN t."secondHand" THEN old.phone END),
        coalesce(t."addressLine", CASE WHEN t."secondHand" THEN old.address_line END),
        coalesce(t.postcode, CASE WHEN t."secondHand" THEN old.postcode END), t.lsoa, t."imdDecile", t."teamKey",
        coalesce(t."practiceCode", CASE WHEN t."secondHand" THEN old.practice_code END), t."deceasedOn",
        t.sensitive OR (t."secondHand" AND coalesce(old.sensitive, false)), t.source, ${at}
      FROM told t LEFT JOIN person old ON old.id = t.id
      ON CONFLICT (id) DO UPDATE SET nhs_number = excluded.nhs_number, given = excluded.given,
        family = excluded.family, birth_date = excluded.birth_date, sex = excluded.sex,
        ethnic_category = excluded.ethnic_category, language = excluded.language, nation = excluded.nation,
        format = excluded.format, email = excluded.email,
        phone = excluded.phone, address_line = excluded.address_line, postcode = excluded.postcode,
        lsoa = excluded.lsoa, imd_decile = excluded.imd_decile, team_key = excluded.team_key,
        practice_code = excluded.practice_code, sensitive = excluded.sensitive, updated_at = excluded.updated_at
      WHERE (p.nhs_number, p.given, p.family, p.birth_date, p.sex, p.ethnic_category, p.language, p.nation, p.format, p.email, p.phone,
        p.address_line, p.postcode, p.lsoa, p.imd_decile, p.team_key, p.practice_code, p.sensitive)
        IS DISTINCT FROM (excluded.nhs_number, excluded.given, excluded.family, excluded.birth_date, excluded.sex,
        excluded.ethnic_category, excluded.language, excluded.nation, excluded.format, excluded.email, excluded.phone, excluded.address_line,
        excluded.postcode, excluded.lsoa, excluded.imd_decile, excluded.team_key, excluded.practice_code,
        excluded.sensitive)
      RETURNING p.id, (p.xmax = 0) AS "isNew"`;
    const back = people.filter(({ cameBack }) => cameBack).map(({ id }) => id);
    if (back.length > 0) {
      await this.database.client.person.updateMany({ where: { id: { in: back } }, data: { movedAwayOn: null } });
    }
    const identifiers = people.flatMap(({ id, identifiers: own }) => own.map((each) => ({ ...each, personId: id })));
    await this.database.client.$executeRaw`
      INSERT INTO person_identifier (system, value, person_id)
      SELECT system, value, "personId" FROM jsonb_to_recordset(${JSON.stringify(identifiers)}::jsonb)
        AS t(system text, value text, "personId" uuid)
      ON CONFLICT (system, value) DO NOTHING`;
    return changed;
  }

  /** Answers the person of each fact that is new or changed or taken back. */
  async saveFacts(source: string, facts: ReadonlyMap<string, readonly FactRow[]>, at: Date): Promise<string[]> {
    if (facts.size === 0) return [];
    const rows = [...facts.values()].flat();
    const written = JSON.stringify(rows);
    const gone = await this.database.client.$queryRaw<{ personId: string }[]>`
      DELETE FROM fact f USING unnest(${[...facts.keys()]}::text[]) AS told(id)
      WHERE f.source = ${source} AND f.source_id = told.id AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(${onlyKeys(rows)}::jsonb) AS t("sourceId" text, kind text, code text)
        WHERE t."sourceId" = f.source_id AND t.kind = f.kind AND t.code = f.code)
      RETURNING f.person_id AS "personId"`;
    const kept = await this.database.client.$queryRaw<{ personId: string }[]>`
      INSERT INTO fact AS f (id, person_id, kind, code, value, value2, effective_at, coding, source, source_id, recorded_at)
      SELECT uuidv7(), "personId", kind, code, value, value2, "effectiveAt", coding, ${source}, "sourceId", ${at}
      FROM jsonb_to_recordset(${written}::jsonb) AS t("personId" uuid, kind text, code text, value numeric(12,3),
        value2 numeric(12,3), "effectiveAt" timestamptz(3), coding text, "sourceId" text)
      ON CONFLICT (source, source_id, kind, code) DO UPDATE SET person_id = excluded.person_id,
        value = excluded.value, value2 = excluded.value2, effective_at = excluded.effective_at,
        coding = excluded.coding, recorded_at = excluded.recorded_at
      WHERE (f.person_id, f.value, f.value2, f.effective_at, f.coding)
        IS DISTINCT FROM (excluded.person_id, excluded.value, excluded.value2, excluded.effective_at, excluded.coding)
      RETURNING f.person_id AS "personId"`;
    return [...gone, ...kept].map(({ personId }) => personId);
  }

  /**
   * Keeps who speaks for people. The silence of the source that registered them means nobody does, or not any more;
   * another source's means nothing. Names those for whom something changed.
   */
  async saveProxies(
    people: readonly KnownPerson[],
    source: string,
    at: Date,
  ): Promise<readonly { id: string; removed: boolean }[]> {
    const named = people.flatMap(({ id, described: { proxy } }) => (proxy ? [{ id, ...proxy }] : []));
    const silent = people.filter(({ described, secondHand }) => !described.proxy && !secondHand).map(({ id }) => id);
    const removed = await this.database.client.$queryRaw<{ id: string }[]>`
      DELETE FROM proxy WHERE person_id = ANY(${silent}::uuid[]) RETURNING person_id AS id`;
    const kept = await this.database.client.$queryRaw<{ id: string }[]>`
      INSERT INTO proxy AS x (person_id, name, relation, email, phone, source, updated_at)
      SELECT id, name, relation, email, phone, ${source}, ${at}
      FROM jsonb_to_recordset(${JSON.stringify(named)}::jsonb)
        AS t(id uuid, name text, relation text, email text, phone text)
      ON CONFLICT (person_id) DO UPDATE SET name = excluded.name, relation = excluded.relation, email = excluded.email,
        phone = excluded.phone, source = excluded.source, updated_at = excluded.updated_at
      WHERE (x.name, x.relation, x.email, x.phone)
        IS DISTINCT FROM (excluded.name, excluded.relation, excluded.email, excluded.phone)
      RETURNING person_id AS id`;
    return [...removed.map(({ id }) => ({ id, removed: true })), ...kept.map(({ id }) => ({ id, removed: false }))];
  }

  /** Takes back what these rows said before and say no longer; answers the person of each. */
  async takeBackPermissions(
    source: string,
    permissions: ReadonlyMap<string, readonly PermissionRow[]>,
  ): Promise<string[]> {
    if (permissions.size === 0) return [];
    const rows = [...permissions.values()].flat();
    const gone = await this.database.client.$queryRaw<{ personId: string }[]>`
      DELETE FROM contact_permission c USING unnest(${[...permissions.keys()]}::text[]) AS told(id)
      WHERE c.source = ${source} AND c.source_id = told.id AND NOT EXISTS (
        SELECT FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t("sourceId" text, channel text, purpose text)
        WHERE t."sourceId" = c.source_id AND t.channel = c.channel AND t.purpose = c.purpose)
      RETURNING c.person_id AS "personId"`;
    return gone.map(({ personId }) => personId);
  }

  /** Answers each permission that is new or changed. */
  async savePermissions(
    source: string,
    permissions: ReadonlyMap<string, readonly PermissionRow[]>,
  ): Promise<PermissionRow[]> {
    if (permissions.size === 0) return [];
    const rows = [...permissions.values()].flat();
    const changed = await this.database.client.$queryRaw<{ sourceId: string; channel: string; purpose: string }[]>`
      INSERT INTO contact_permission AS c (id, person_id, channel, purpose, allowed, at, source, source_id)
      SELECT uuidv7(), "personId", channel, purpose, allowed, at, ${source}, "sourceId"
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS t("personId" uuid, channel text, purpose text,
        allowed boolean, at timestamptz(3), "sourceId" text)
      ON CONFLICT (source, source_id, channel, purpose) DO UPDATE SET person_id = excluded.person_id,
        allowed = excluded.allowed, at = excluded.at
      WHERE (c.person_id, c.allowed, c.at) IS DISTINCT FROM (excluded.person_id, excluded.allowed, excluded.at)
      RETURNING source_id AS "sourceId", channel, purpose`;
    const keys = new Set(changed.map(({ sourceId, channel, purpose }) => `${sourceId}\n${channel}\n${purpose}`));
    return rows.filter(({ sourceId, channel, purpose }) => keys.has(`${sourceId}\n${channel}\n${purpose}`));
  }
}

/** Which facts a row says now, for comparing with what it said before. */
function onlyKeys(rows: readonly FactRow[]): string {
  return JSON.stringify(rows.map(({ sourceId, kind, code }) => ({ sourceId, kind, code })));
}

function asKnown(stored: StoredPerson): KnownPerson {
  return { ...stored, isNew: false, described: NOTHING_SAID, identifiers: [] };
}

/** Stands for a person the batch does not describe; never written. */
const NOTHING_SAID: IncomingPerson = {
  kind: 'person',
  nhsNumber: null,
  identifiers: [],
  given: '',
  family: '',
  birthDate: '',
  sex: 'unknown',
  ethnicCategory: null,
  language: null,
  nation: null,
  format: null,
  proxy: null,
  email: null,
  phone: null,
  addressLine: null,
  postcode: null,
  practiceCode: null,
  deceasedOn: null,
  sensitive: false,
};
