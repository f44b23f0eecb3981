import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform/database';
import { StoppedClock } from '#platform/kernel';
import { IngestModule, shippedFolder } from '#care/ingest';
import { PopulationModule, readGeography } from '#care/population';
import { groundTruth, type Make } from '../../../prisma/seed/generator/index.js';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { importFiles } from './import.command.js';
import { seedPopulation } from './seed-population.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const PEOPLE = 1_500;
const A_MINUTE = 60_000;

let copy: DatabaseCopy;
let rooms: TestingModule;
let database: Database;
let folder: string;

beforeAll(async () => {
  copy = await cloneDatabase();
  rooms = await openRooms(copy.url, new StoppedClock(NOW), [IngestModule, PopulationModule]);
  database = rooms.get(Database);
  folder = await mkdtemp(join(tmpdir(), 'fairway-import-'));
});

afterAll(async () => {
  await rooms.close();
  await copy.drop();
  await rm(folder, { recursive: true });
});

/** Writes a file of the feed and answers its path. */
async function aFile(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function run(...paths: string[]): Promise<{ code: number; said: string[] }> {
  const said: string[] = [];
  const code = await importFiles(rooms, { paths, source: 'foreign', say: (line) => said.push(line) });
  return { code, said };
}

/** An American hospital's export: no NHS number, offsets, LOINC answers, an abated social finding, a survey. */
const FOREIGN = {
  patient: {
    resourceType: 'Patient',
    id: 'a1b2',
    text: { status: 'generated', div: '<div>A page about nobody</div>' },
    identifier: [
      { system: 'urn:hospital', value: 'a1b2', type: { coding: [{ code: 'MR' }] } },
      { system: 'http://hl7.org/fhir/sid/us-ssn', value: '999-12-0000', type: { coding: [{ code: 'SS' }] } },
    ],
    name: [{ use: 'official', family: 'Leffworth12', given: ['Demarc3'] }],
    gender: 'male',
    birthDate: '1970-01-27',
    address: [{ line: ['246 Long Glen'], city: 'Boston', state: 'MA', postalCode: '02467', country: 'US' }],
    deceasedDateTime: '2023-06-13T21:12:37+00:00',
  },
  observations: [
    {
      resourceType: 'Observation',
      id: 'bp',
      status: 'final',
      subject: { reference: 'Patient/a1b2' },
      code: { coding: [{ system: 'http://loinc.org', code: '85354-9' }] },
      // Dated after the death: kept, since the date of death may be the wrong one of the two.
      effectiveDateTime: '2023-06-14T10:32:59-04:00',
      component: [
        {
          code: { coding: [{ system: 'http://loinc.org', code: '8462-4' }] },
          valueQuantity: { value: 81, code: 'mm[Hg]' },
        },
        {
          code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] },
          valueQuantity: { value: 122, code: 'mm[Hg]' },
        },
      ],
    },
    {
      resourceType: 'Observation',
      id: 'weight',
      status: 'final',
      subject: { reference: 'Patient/a1b2' },
      code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
      effectiveDateTime: '2018-02-20T10:32:59+00:00',
      valueQuantity: { value: 80, unit: 'kg' },
    },
    { resourceType: 'Observation', id: 'broken', status: 'final', subject: { reference: 'Patient/a1b2' } },
  ],
  conditions: [
    {
      resourceType: 'Condition',
      id: 'alone',
      subject: { reference: 'Patient/a1b2' },
      clinicalStatus: { coding: [{ code: 'resolved' }] },
      code: { coding: [{ system: 'http://snomed.info/sct', code: '422650009' }] },
      onsetDateTime: '2019-03-22T11:06:21+00:00',
      abatementDateTime: '2020-03-22T11:06:21+00:00',
    },
  ],
};

function ndjson(resources: readonly object[]): string {
  return resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
}

describe('fairway import', () => {
  it('takes what others wrote, in the order of the alphabet, and says what became of every row', async () => {
    const paths = [
      await aFile('Condition.ndjson.gz', gzipSync(ndjson(FOREIGN.conditions))),
      await aFile('Encounter.ndjson', ndjson([{ resourceType: 'Encounter', id: 'e1' }])),
      await aFile('Observation.ndjson.gz', gzipSync(ndjson(FOREIGN.observations))),
      await aFile('Patient.ndjson', ndjson([FOREIGN.patient])),
    ];
    const { code, said } = await run(...paths);
    expect(code).toBe(0);
    expect(said.at(-1)).toBe('Read 6: accepted 5 + quarantined 1');
    expect(said.join('\n')).toMatch(/1 {2}ingest\.wrong_shape/);
    expect(said.join('\n')).toMatch(/1 {2}Encounter \(nothing of it is kept\)/);
    const person = await database.client.person.findFirstOrThrow({
      where: { source: 'foreign' },
      include: { facts: { orderBy: { effectiveAt: 'asc' } }, identifiers: true },
    });
    expect(person).toMatchObject({
      nhsNumber: null,
      family: 'Leffworth12',
      lsoa: null,
      imdDecile: null,
      teamKey: null,
    });
    expect(person.identifiers.map(({ system }) => system).sort()).toEqual(['source/foreign', 'urn:hospital']);
    expect(person.facts.map(({ kind, code: fact }) => `${kind}/${fact}`)).toEqual([
      'social/isolated',
      'resolved/isolated',
      'blood-pressure/clinic',
    ]);
  });

  it('takes a CSV without the ending', async () => {
    const path = await aFile(
      'people',
      'nhs_number,family,given,birth_date,sex\n9990123454,Thornley,Ada,1961-05-04,female\n',
    );
    expect((await run(path)).said.at(-1)).toBe('Read 1: accepted 1 + quarantined 0');
  });

  it('takes an empty file and a damaged one without falling over', async () => {
    const packed = gzipSync(ndjson([FOREIGN.patient]));
    const paths = [
      await aFile('empty.ndjson', ''),
      await aFile('cut.ndjson.gz', packed.subarray(0, packed.length - 12)),
    ];
    const { code, said } = await run(...paths);
    expect(code).toBe(0);
    expect(said.join('\n')).toMatch(/ingest\.damaged_file/);
  });

  it('says which file is not there, and imports none', async () => {
    const there = await aFile('there.ndjson', ndjson([FOREIGN.patient]));
    await expect(run(there, join(folder, 'missing.ndjson'))).rejects.toThrow(/missing\.ndjson cannot be opened/);
  });
});

describe('the demo population', () => {
  const make: Make = {
    seed: 'fairway',
    size: PEOPLE,
    asOf: '2026-11-22',
    geography: readGeography(shippedFolder('prisma/seed/geography')),
  };
  const told: string[] = [];

  async function seed() {
    return seedPopulation(rooms, { people: PEOPLE, today: NOW, tell: (line) => told.push(line) });
  }

  it(
    'goes through the door whole, but for the rows planted as faulty',
    async () => {
      const results = await seed();
      const [read, accepted, quarantined] = ['read', 'accepted', 'quarantined'].map((part) =>
        results.reduce((sum, result) => sum + result[part as 'read'], 0),
      );
      expect(accepted! + quarantined!).toBe(read);
      expect(quarantined).toBe(groundTruth(make).faultyRows);
      expect(await database.client.person.count({ where: { source: 'gp-record' } })).toBe(PEOPLE);
      expect(told.at(-1)).toMatch(/housing\.csv/);
    },
    A_MINUTE,
  );

  it('is found again as it was planted', async () => {
    const { groups } = groundTruth(make);
    const found = async (where: object): Promise<string[]> => {
      const rows = await database.client.person.findMany({ where: { source: 'gp-record', ...where } });
      return rows.map(({ nhsNumber }) => nhsNumber!).sort();
    };
    const fact = (kind: string, ...codes: string[]) => ({ facts: { some: { kind, code: { in: codes } } } });
    expect(await found({ deceasedOn: { not: null } })).toEqual([...groups.deceased].sort());
    expect(await found({ sensitive: true })).toEqual([...groups.sensitive].sort());
    expect(await found({ lsoa: null })).toEqual([...groups.noFixedAbode].sort());
    expect(await found(fact('flag', 'end-of-life'))).toEqual([...groups.endOfLife].sort());
    expect(await found(fact('flag', 'pregnant'))).toEqual([...groups.pregnant].sort());
    expect(await found(fact('condition', 'hypertension'))).toEqual([...groups.hypertension].sort());
    expect(await found(fact('social', 'lonely', 'isolated'))).toEqual([...groups.lonelyOrIsolated].sort());
    expect(await found({ facts: { some: { kind: 'housing' } } })).toEqual([...groups.housingNeed].sort());
    expect(await found({ contactPermissions: { some: { channel: 'all', purpose: 'all', allowed: false } } })).toEqual(
      [...groups.optedOutOfAll].sort(),
    );
    const smokers = await database.client.$queryRaw<{ nhs_number: string }[]>`
      SELECT nhs_number FROM (
        SELECT DISTINCT ON (person_id) person_id, code FROM fact WHERE kind = 'smoking-status'
        ORDER BY person_id, effective_at DESC, recorded_at DESC) latest
      JOIN person p ON p.id = latest.person_id WHERE code = 'current-smoker' AND p.source = 'gp-record' ORDER BY 1`;
    expect(smokers.map(({ nhs_number }) => nhs_number)).toEqual([...groups.currentSmoker].sort());
  });

  it(
    'a second time changes nothing',
    async () => {
      const count = async () => [
        await database.client.fact.count(),
        await database.client.auditEntry.count({ where: { action: { notIn: ['import.finished', 'places.loaded'] } } }),
        await database.client.outboxEntry.count(),
      ];
      const before = await count();
      await seed();
      expect(await count()).toEqual(before);
    },
    A_MINUTE,
  );
});
