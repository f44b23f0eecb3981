import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { Database, Prisma } from '#platform/database';
import { before, newId, StoppedClock, type Duration } from '#platform/kernel';
import { PopulationModule } from '#care/population';
import {
  answer,
  answersFrom,
  PERSON_PARTS,
  ProgrammesService,
  type Known,
  type Leaf,
  type Rule,
} from '#care/programmes';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { DetectionModule } from './detection.module.js';
import { FindingRepository } from './finding.repository.js';
import { joiningWhole, readAnswer, RuleQuery, type WrittenAnswer } from './rule-query.js';

const PEOPLE = 150;

/** Days on which counting is hard: a leap day, the day before a birthday on one, the hour that clocks repeat. */
const DAYS = [
  '2026-11-22T09:00:00.000Z',
  '2027-02-28T12:00:00.000Z',
  '2028-02-29T00:30:00.000Z',
  '2026-10-25T01:30:00.000Z',
];
const LENGTHS: readonly Duration[] = [
  { amount: 1, unit: 'days' },
  { amount: 6, unit: 'weeks' },
  { amount: 3, unit: 'months' },
  { amount: 12, unit: 'months' },
];
const CODES = {
  'smoking-status': ['current-smoker', 'ex-smoker'],
  'blood-pressure': ['clinic', 'home', 'abpm'],
  condition: ['hypertension', 'copd'],
  resolved: ['hypertension', 'copd', 'damp'],
  housing: ['homeless', 'damp'],
  referral: ['stop-smoking', 'housing'],
} as const;
const PROGRAMMES = ['stop-smoking', 'housing-referral'];
const ENDINGS = ['declined', 'quit', 'lost'];

const kinds = fc.constantFrom(...(Object.keys(CODES) as (keyof typeof CODES)[]));
const within = fc.option(fc.constantFrom(...LENGTHS), { nil: undefined });
const codesOf = (kind: keyof typeof CODES) => fc.subarray([...CODES[kind]], { minLength: 1 });

/** Instants that fall on the edges of the windows, or beside them. */
const instants = fc
  .tuple(
    fc.constantFrom(...DAYS),
    fc.option(fc.constantFrom(...LENGTHS)),
    fc.constantFrom(-86_400_000, -1, 0, 1, 3_600_000),
  )
  .map(([day, length, shift]) => new Date((length ? before(new Date(day), length) : new Date(day)).getTime() + shift));

const birthDays = fc
  .tuple(
    fc.constantFrom(...DAYS, '2028-02-29T12:00:00.000Z', '2027-03-01T12:00:00.000Z'),
    fc.integer({ min: 16, max: 20 }),
    fc.integer({ min: -1, max: 1 }),
  )
  .map(
    ([day, years, shift]) =>
      new Date(Date.parse(`${Number(day.slice(0, 4)) - years}${day.slice(4, 10)}`) + shift * 86_400_000),
  )
  .filter((day) => !Number.isNaN(day.getTime()));

const facts = kinds.chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    code: fc.constantFrom(...CODES[kind]),
    value: kind === 'blood-pressure' ? fc.option(fc.constantFrom(134, 135, 139, 140, 180)) : fc.constant(null),
    value2: kind === 'blood-pressure' ? fc.option(fc.constantFrom(84, 85, 89, 90)) : fc.constant(null),
    /** Hours from the moment that the facts of one visit share. */
    later: fc.constantFrom(0, 0, 1, 5),
    recordedAt: fc.constantFrom(new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')),
  }),
);

const people = fc.record({
  birthDate: birthDays,
  imdDecile: fc.option(fc.integer({ min: 1, max: 4 })),
  nhsNumber: fc.boolean(),
  email: fc.option(fc.constant('person@example.invalid')),
  teamKey: fc.option(fc.constant('northamptonshire')),
  visits: fc.array(fc.tuple(instants, fc.array(facts, { minLength: 1, maxLength: 4 })), { maxLength: 5 }),
  words: fc.array(
    fc.record({
      purpose: fc.constantFrom('all', ...PROGRAMMES),
      channel: fc.constantFrom('all', 'all', 'email'),
      allowed: fc.boolean(),
      at: instants,
    }),
    { maxLength: 4 },
  ),
  open: fc.subarray(PROGRAMMES),
  ended: fc.array(
    fc.record({ programme: fc.constantFrom(...PROGRAMMES), ending: fc.constantFrom(...ENDINGS), at: instants }),
    { maxLength: 3 },
  ),
});

const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc
    .tuple(fc.integer({ min: 15, max: 19 }), fc.integer({ min: 0, max: 3 }), fc.boolean())
    .map(([from, more, open]): Leaf => (open ? { test: 'age', from } : { test: 'age', from, to: from + more })),
  kinds.chain((of) =>
    fc.record({ test: fc.constant('latest' as const), of: fc.constant(of), isAny: codesOf(of), within }),
  ),
  kinds.chain((kind) =>
    fc.record({
      test: fc.constant('recorded' as const),
      kind: fc.constant(kind),
      any: fc.option(codesOf(kind), { nil: undefined }),
      within,
    }),
  ),
  fc
    .constantFrom('condition' as const, 'housing' as const)
    .chain((kind) =>
      fc.record({ test: fc.constant('standing' as const), kind: fc.constant(kind), any: codesOf(kind), within }),
    ),
  fc.record({
    test: fc.constant('reading' as const),
    of: fc.constant('blood-pressure' as const),
    from: fc.option(
      fc.record({
        clinic: fc.constant({ systolic: 140, diastolic: 90 }),
        home: fc.constant({ systolic: 135, diastolic: 85 }),
        match: fc.constantFrom('either' as const, 'both' as const),
      }),
      { nil: undefined },
    ),
    within,
    olderThan: within,
  }),
  fc.constantFrom(...PROGRAMMES).map((programme): Leaf => ({ test: 'enrolledIn', programme })),
  fc.subarray([1, 2, 3, 4], { minLength: 1 }).map((deciles): Leaf => ({ test: 'deprivation', deciles })),
  fc.constantFrom(...PERSON_PARTS).map((what): Leaf => ({ test: 'personHasNo', what })),
  fc.constantFrom(...PROGRAMMES).map((programme): Leaf => ({ test: 'optedOut', programme })),
  fc.record({
    test: fc.constant('coolingOff' as const),
    programme: fc.constantFrom(...PROGRAMMES),
    after: fc
      .tuple(fc.subarray([...ENDINGS]), fc.boolean(), fc.constantFrom(...LENGTHS), fc.constantFrom(...LENGTHS))
      .map(([named, otherwise, one, other]) => [
        ...named.map((ending) => ({ ending, lasts: one })),
        ...(otherwise ? [{ ending: null, lasts: other }] : []),
      ]),
  }),
);

const { tree } = fc.letrec<{ tree: Rule; several: Rule[] }>((tie) => ({
  several: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
  tree: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'rule' },
    leaf,
    tie('several').map((rules): Rule => ({ test: 'all', rules })),
    tie('several').map((rules): Rule => ({ test: 'any', rules })),
    tie('tree').map((rule): Rule => ({ test: 'not', rule })),
  ),
}));

describe('a rule as SQL and the same rule in memory', () => {
  let copy: DatabaseCopy;
  let rooms: TestingModule;
  let database: Database;
  const known = new Map<string, Known>();

  beforeAll(async () => {
    copy = await cloneDatabase();
    rooms = await openRooms(copy.url, new StoppedClock(new Date(DAYS[0]!)), [PopulationModule, DetectionModule]);
    database = rooms.get(Database);
    await rooms.get(ProgrammesService).load();
    await keepPeople(database, fc.sample(people, { numRuns: PEOPLE, seed: 20261122 }));
    for (const { id } of await database.client.person.findMany({ select: { id: true } })) {
      known.set(id, (await rooms.get(FindingRepository).findKnown(id))!.known);
    }
  }, 60_000);

  afterAll(async () => {
    await rooms.close();
    await copy.drop();
  });

  it('give the same answer for everybody, whatever the rule and the day', async () => {
    const truths = { met: 0, unmet: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DAYS),
        fc.array(tree, { minLength: 10, maxLength: 10 }),
        async (day, rules) => {
          const at = new Date(day);
          const query = new RuleQuery(at);
          const conditions = Prisma.join(rules.map((rule) => query.condition(rule)));
          const rows = await ask<{ id: string; met: boolean[] }>(Prisma.sql`
          SELECT p.id, jsonb_build_array(${conditions}) AS met FROM ${query.from()}`);
          expect(rows).toHaveLength(PEOPLE);
          for (const { id, met } of rows) {
            const answerLeaf = answersFrom(known.get(id)!, at);
            const expected = rules.map((rule) => answer(rule, answerLeaf).met);
            expect({ id, met }).toEqual({ id, met: expected });
            expected.forEach((yes) => (truths[yes ? 'met' : 'unmet'] += 1));
          }
        },
      ),
      { numRuns: 40 },
    );
    // A comparison in which nearly everything is false would prove little.
    expect(Math.min(truths.met, truths.unmet)).toBeGreaterThan(4000);
  }, 60_000);

  it('rest on the same fact', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...DAYS),
        fc.array(leaf, { minLength: 10, maxLength: 10 }),
        async (day, leaves) => {
          const at = new Date(day);
          const query = new RuleQuery(at);
          const answers = Prisma.join(leaves.map((one) => query.answer(one)));
          const rows = await ask<{ id: string; answers: WrittenAnswer[] }>(Prisma.sql`
          SELECT p.id, jsonb_build_array(${answers}) AS answers FROM ${query.from()}`);
          for (const { id, answers: written } of rows) {
            const expected = leaves.map(answersFrom(known.get(id)!, at));
            expect(written.map(readAnswer)).toEqual(expected);
          }
        },
      ),
      { numRuns: 10 },
    );
  }, 60_000);

  function ask<Row>(sql: Prisma.Sql): Promise<Row[]> {
    return database.inTransaction(() => joiningWhole(database, () => database.client.$queryRaw<Row[]>(sql)));
  }
});

type Drawn = typeof people extends fc.Arbitrary<infer Value> ? Value : never;

async function keepPeople(database: Database, drawn: readonly Drawn[]): Promise<void> {
  const stamp = { source: 'test', updatedAt: new Date(DAYS[0]!) };
  const rows = drawn.map((person) => ({ id: newId(), ...person }));
  await database.client.person.createMany({
    data: rows.map(({ id, birthDate, imdDecile, nhsNumber, email, teamKey }, index) => ({
      ...stamp,
      id,
      birthDate,
      imdDecile,
      email,
      teamKey,
      nhsNumber: nhsNumber ? String(9_990_000_000 + index) : null,
      given: 'Test',
      family: 'Person',
      sex: 'unknown',
    })),
  });
  const each = <Item, Row>(
    list: (row: Drawn) => readonly Item[],
    make: (item: Item, personId: string, sourceId: string) => Row,
  ) => rows.flatMap((row, person) => list(row).map((item, index) => make(item, row.id, `${person}-${index}`)));
  await database.client.fact.createMany({
    data: each(
      (row) => row.visits.flatMap(([visit, facts]) => facts.map((fact) => ({ visit, ...fact }))),
      ({ visit, later, ...fact }, personId, sourceId) => ({
        ...fact,
        effectiveAt: new Date(visit.getTime() + later * 3_600_000),
        personId,
        source: 'test',
        sourceId,
      }),
    ),
  });
  await database.client.contactPermission.createMany({
    data: each(
      (row) => row.words,
      (word, personId, sourceId) => ({ ...word, personId, source: 'test', sourceId }),
    ),
  });
  const versions = await database.client.programmeVersion.findMany({ select: { id: true, programme: true } });
  const versionOf = (programme: string): string => versions.find((one) => one.programme === programme)!.id;
  const episode = {
    origin: 'detection',
    reasons: [],
    priority: 0,
    priorityParts: [],
    openedAt: new Date('2025-01-01'),
  };
  await database.client.episode.createMany({
    data: each(
      (row) => row.open,
      (programme, personId) => ({
        ...episode,
        personId,
        programme,
        programmeVersionId: versionOf(programme),
        episodeNo: 9,
      }),
    ),
  });
  const ended = each(
    (row) => row.ended,
    (end, personId, sourceId) => ({ ...end, id: newId(), personId, episodeNo: Number(sourceId.split('-')[1]) }),
  );
  await database.client.episode.createMany({
    data: ended.map(({ id, personId, programme, episodeNo, at }) => ({
      ...episode,
      id,
      personId,
      programme,
      programmeVersionId: versionOf(programme),
      episodeNo,
      status: 'ended',
      endedAt: at,
    })),
  });
  await database.client.ending.createMany({
    data: ended.map(({ id, personId, programme, ending, at }) => ({
      episodeId: id,
      personId,
      programme,
      ending,
      exit: false,
      good: false,
      at,
    })),
  });
}
