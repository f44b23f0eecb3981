import { DateTime } from 'luxon';
import { type Database, Prisma } from '#platform/database';
import { before } from '#platform/kernel';
import { HOME_READINGS, windowStart, type Evidence, type Leaf, type LeafAnswer, type Rule } from '#care/programmes';

type Sql = Prisma.Sql;
const { sql, join, raw, empty } = Prisma;

interface CompiledLeaf {
  readonly met: Sql;
  /** Alias of the table with the leaf's evidence, when it has one. */
  readonly table: Sql | null;
}

/**
 * Compiles rules to conditions over `person p` and one joined table a question asked of the facts. Each such table has
 * at most one row a person, the latest in its scope, so that the joins never multiply people; two leaves that ask the
 * same of the facts share one. Everything a rule says travels as a parameter.
 */
export class RuleQuery {
  private readonly tables = new Map<string, { readonly alias: Sql; readonly rows: Sql }>();
  private readonly leaves = new Map<string, CompiledLeaf>();
  private readonly asOf: Sql;

  constructor(private readonly at: Date) {
    this.asOf = sql`${at.toISOString()}::timestamptz`;
  }

  /** The rule as one condition that is true or false, never null. */
  condition(rule: Rule): Sql {
    if (rule.test === 'not') return sql`(NOT ${this.condition(rule.rule)})`;
    if (rule.test !== 'all' && rule.test !== 'any') return this.leaf(rule).met;
    const parts = rule.rules.map((part) => this.condition(part));
    return sql`(${join(parts, rule.test === 'all' ? ' AND ' : ' OR ')})`;
  }

  /** What a leaf answers for the row's person, as `[met, at, kind, code, value, value2, source]`. */
  answer(leaf: Leaf): Sql {
    const { met, table } = this.leaf(leaf);
    if (!table) return sql`jsonb_build_array(${met})`;
    return sql`CASE WHEN ${table}.person_id IS NULL THEN jsonb_build_array(${met}) ELSE jsonb_build_array(
      ${met}, ${table}.effective_at, ${table}.kind, ${table}.code, ${table}.value, ${table}.value2, ${table}.source) END`;
  }

  /** `person p` with the tables of all conditions asked for so far; `on` joins it to what stands before. */
  from(on?: Sql): Sql {
    const joined = [...this.tables.values()].map(
      ({ alias, rows }) => sql`LEFT JOIN (${rows}) ${alias} ON ${alias}.person_id = p.id`,
    );
    return sql`person p ${on ? sql`ON ${on}` : empty} ${joined.length > 0 ? join(joined, '\n') : empty}`;
  }

  private leaf(leaf: Leaf): CompiledLeaf {
    const key = JSON.stringify(leaf);
    const known = this.leaves.get(key);
    if (known) return known;
    const compiled = this.compile(leaf);
    this.leaves.set(key, compiled);
    return compiled;
  }

  private compile(leaf: Leaf): CompiledLeaf {
    switch (leaf.test) {
      case 'age':
        return { met: this.age(leaf.from, leaf.to), table: null };
      case 'deprivation':
        return { met: sql`coalesce(p.imd_decile = ANY(${[...leaf.deciles]}::int[]), false)`, table: null };
      case 'personHasNo':
        return { met: sql`(${PERSON_COLUMNS[leaf.what]} IS NULL)`, table: null };
      case 'latest': {
        const table = this.latestFact(sql`kind = ${leaf.of}`, [leaf.of]);
        return { met: this.holds(table, leaf.within, sql`${table}.code = ANY(${[...leaf.isAny]}::text[])`), table };
      }
      case 'recorded': {
        const coded = leaf.any ? sql`AND code = ANY(${[...leaf.any]}::text[])` : empty;
        const table = this.latestFact(sql`kind = ${leaf.kind} ${coded}`, [leaf.kind, leaf.any ?? null]);
        return { met: this.holds(table, leaf.within), table };
      }
      case 'standing': {
        const table = this.standingFact(leaf.kind, [...leaf.any]);
        return { met: this.holds(table, leaf.within), table };
      }
      case 'reading': {
        const table = this.latestFact(sql`kind = ${leaf.of}`, [leaf.of]);
        const old = leaf.olderThan
          ? sql`${table}.effective_at < ${before(this.at, leaf.olderThan).toISOString()}::timestamptz`
          : null;
        const high = leaf.from ? this.reaches(table, leaf.from) : null;
        const asked = [old, high].filter((part) => part !== null);
        return { met: this.holds(table, leaf.within, asked.length > 0 ? join(asked, ' AND ') : undefined), table };
      }
      case 'enrolledIn': {
        const table = this.table(
          ['enrolledIn', leaf.programme],
          sql`SELECT person_id FROM episode WHERE status = 'open' AND programme = ${leaf.programme}`,
        );
        return { met: sql`(${table}.person_id IS NOT NULL)`, table: null };
      }
      case 'optedOut': {
        const table = this.table(['optedOut', leaf.programme], this.refusals(leaf.programme));
        return { met: sql`(${table}.person_id IS NOT NULL)`, table: null };
      }
      case 'coolingOff': {
        const table = this.table(
          ['ending', leaf.programme],
          sql`SELECT DISTINCT ON (person_id) person_id, at AS effective_at, 'ending' AS kind, ending AS code,
              NULL::numeric AS value, NULL::numeric AS value2, 'Fairway' AS source
            FROM ending WHERE programme = ${leaf.programme} AND at <= ${this.asOf}
            ORDER BY person_id, at DESC, ending DESC`,
        );
        const named = leaf.after.flatMap(({ ending }) => (ending === null ? [] : [ending]));
        const cases = leaf.after.map(({ ending, lasts }) => {
          const which = ending === null ? sql`${table}.code <> ALL(${named}::text[])` : sql`${table}.code = ${ending}`;
          return sql`(${which} AND ${table}.effective_at >= ${before(this.at, lasts).toISOString()}::timestamptz)`;
        });
        const cooling = cases.length > 0 ? join(cases, ' OR ') : sql`false`;
        return { met: sql`coalesce(${cooling}, false)`, table };
      }
    }
  }

  private age(from: number | undefined, to: number | undefined): Sql {
    const today = DateTime.fromJSDate(this.at, { zone: 'Europe/London' });
    const bornBy = (years: number): Sql => sql`${today.minus({ years }).toISODate()}::date`;
    const bounds = [
      ...(from === undefined ? [] : [sql`p.birth_date <= ${bornBy(from)}`]),
      ...(to === undefined ? [] : [sql`p.birth_date > ${bornBy(to + 1)}`]),
    ];
    return sql`(${join(bounds, ' AND ')})`;
  }

  /** True when the table has a row, in the window where there is one, for which `also` is true. */
  private holds(table: Sql, within: Parameters<typeof windowStart>[1], also?: Sql): Sql {
    const start = windowStart(this.at, within);
    const parts = [
      sql`${table}.person_id IS NOT NULL`,
      ...(start ? [sql`${table}.effective_at >= ${start.toISOString()}::timestamptz`] : []),
      ...(also ? [also] : []),
    ];
    return sql`coalesce(${join(parts, ' AND ')}, false)`;
  }

  private reaches(table: Sql, from: NonNullable<Extract<Leaf, { test: 'reading' }>['from']>): Sql {
    const either = from.match === 'both' ? sql`AND` : sql`OR`;
    const figures = ({ systolic, diastolic }: { systolic: number; diastolic: number }): Sql =>
      sql`(coalesce(${table}.value >= ${systolic}, false) ${either} coalesce(${table}.value2 >= ${diastolic}, false))`;
    return sql`CASE WHEN ${table}.code = ANY(${[...HOME_READINGS]}::text[])
      THEN ${figures(from.home)} ELSE ${figures(from.clinic)} END`;
  }

  /** Latest by when it was true, then by when it was recorded. */
  private latestFact(where: Sql, key: readonly unknown[]): Sql {
    return this.table(
      ['latest', ...key],
      sql`SELECT DISTINCT ON (person_id) person_id, effective_at, kind, code, value, value2, source
        FROM fact WHERE ${where} AND effective_at <= ${this.asOf}
        ORDER BY person_id, effective_at DESC, recorded_at DESC, id DESC`,
    );
  }

  /** A diagnosis on the day of its resolution stands: the resolution speaks of what was before. */
  private standingFact(kind: string, codes: readonly string[]): Sql {
    return this.table(
      ['standing', kind, codes],
      sql`SELECT DISTINCT ON (f.person_id) f.person_id, f.effective_at, f.kind, f.code, f.value, f.value2, f.source
        FROM fact f LEFT JOIN (
          SELECT person_id, code, max(effective_at) AS resolved_at FROM fact
          WHERE kind = 'resolved' AND code = ANY(${codes}::text[]) AND effective_at <= ${this.asOf}
          GROUP BY person_id, code
        ) r ON r.person_id = f.person_id AND r.code = f.code
        WHERE f.kind = ${kind} AND f.code = ANY(${codes}::text[]) AND f.effective_at <= ${this.asOf}
          AND (r.resolved_at IS NULL OR (r.resolved_at AT TIME ZONE 'Europe/London')::date
            <= (f.effective_at AT TIME ZONE 'Europe/London')::date)
        ORDER BY f.person_id, f.effective_at DESC, f.recorded_at DESC, f.id DESC`,
    );
  }

  /** A no to this programme stands until a yes to it; a no to everything also until a later yes to this programme. */
  private refusals(programme: string): Sql {
    return sql`SELECT person_id FROM (
        SELECT DISTINCT ON (person_id, purpose) person_id, purpose, allowed, at FROM contact_permission
        WHERE channel = 'all' AND purpose IN ('all', ${programme}) AND at <= ${this.asOf}
        ORDER BY person_id, purpose, at DESC, allowed
      ) word GROUP BY person_id
      HAVING bool_or(purpose = ${programme} AND NOT allowed) OR (bool_or(purpose = 'all' AND NOT allowed)
        AND NOT coalesce(max(at) FILTER (WHERE purpose = ${programme} AND allowed)
          > max(at) FILTER (WHERE purpose = 'all'), false))`;
  }

  private table(key: readonly unknown[], rows: Sql): Sql {
    const name = JSON.stringify(key);
    const known = this.tables.get(name);
    if (known) return known.alias;
    const alias = raw(`e${this.tables.size}`);
    this.tables.set(name, { alias, rows });
    return alias;
  }
}

const PERSON_COLUMNS = {
  'nhs-number': sql`p.nhs_number`,
  email: sql`p.email`,
  phone: sql`p.phone`,
  address: sql`p.address_line`,
  postcode: sql`p.postcode`,
  neighbourhood: sql`p.lsoa`,
  team: sql`p.team_key`,
} as const;

/**
 * Runs a query whose tables are each joined whole. Without fresh statistics, as after a first import, the planner takes
 * them for tiny and picks nested loops: 11 s instead of 0.1 s for 10,000 people. Call inside a transaction.
 */
export async function joiningWhole<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  await database.client.$executeRaw`SELECT set_config('enable_nestloop', 'off', true)`;
  const result = await work();
  await database.client.$executeRaw`SELECT set_config('enable_nestloop', 'on', true)`;
  return result;
}

/** A leaf's answer as the database wrote it. */
export type WrittenAnswer = readonly [
  met: boolean,
  at?: string,
  kind?: string,
  code?: string,
  value?: number | null,
  value2?: number | null,
  source?: string,
];

export function readAnswer([met, at, kind, code, value, value2, source]: WrittenAnswer): LeafAnswer {
  if (at === undefined) return { met, evidence: null };
  const evidence: Evidence = {
    at: new Date(at).toISOString(),
    kind: kind!,
    code: code!,
    value: value ?? null,
    value2: value2 ?? null,
    source: source!,
  };
  return { met, evidence };
}
