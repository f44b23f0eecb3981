import { gzipSync } from 'node:zlib';
import type { TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Database } from '#platform/database';
import { StoppedClock } from '#platform/kernel';
import { IngestModule, IngestService, type ImportResult, REASONS } from '#care/ingest';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { type Person, Places, PopulationModule, PopulationService } from './index.js';

const NOW = new Date('2026-11-22T10:00:00Z');
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const NHS = 'https://fhir.nhs.uk/Id/nhs-number';

let copy: DatabaseCopy;
let rooms: TestingModule;
let database: Database;
let ingest: IngestService;
let population: PopulationService;
let deliveries = 0;
let people = 0;

beforeAll(async () => {
  copy = await cloneDatabase();
  rooms = await openRooms(copy.url, new StoppedClock(NOW), [IngestModule, PopulationModule]);
  database = rooms.get(Database);
  ingest = rooms.get(IngestService);
  population = rooms.get(PopulationService);
  await rooms.get(Places).load({
    areas: [
      anArea({ lsoa21cd: 'E01000001', imd25_decile: 1, demo_area: 'northamptonshire' }),
      anArea({ lsoa21cd: 'E01000002', imd25_decile: 7, demo_area: 'walsall' }),
    ],
    postcodes: [
      { postcode: 'NN1 1AA', lsoa21cd: 'E01000001' },
      { postcode: 'WS1 1AA', lsoa21cd: 'E01000002' },
    ],
    practices: [
      {
        practice_code: 'K83001',
        practice_name: 'A PRACTICE',
        pcn_name: '',
        lsoa21cd: 'E01000001',
        ltla24cd: 'E06000061',
        demo_area: 'northamptonshire',
      },
    ],
  });
});

afterAll(async () => {
  await rooms.close();
  await copy.drop();
});

type Json = Record<string, unknown>;

function anArea(changes: { lsoa21cd: string; imd25_decile: number; demo_area: string }) {
  return {
    lsoa21nm: 'Somewhere 001A',
    ltla24cd: 'E06000061',
    ltla24nm: 'Somewhere',
    icb24cdh: 'QPM',
    imd25_rank: 1,
    pop_census21: 1500,
    ...changes,
  };
}

/** A source of the test's own, so that no test meets another's people. */
function aSource(): string {
  deliveries += 1;
  return `feed-${deliveries}`;
}

/** A valid NHS number of the range for tests, a new one each time. */
function anNhsNumber(): string {
  for (;;) {
    people += 1;
    const stem = `999${String(people).padStart(6, '0')}`;
    const sum = [...stem].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check !== 10) return `${stem}${check}`;
  }
}

function aPatient(changes: Json = {}): Json {
  return {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: NHS, value: anNhsNumber() }],
    name: [{ family: 'Marlowe', given: ['Iris'] }],
    gender: 'female',
    birthDate: '1961-05-04',
    address: [{ line: ['4 Larchwood Lane'], postalCode: 'NN1 1AA' }],
    ...changes,
  };
}

function aReading(changes: Json = {}): Json {
  const half = (code: string, value: number): Json => ({
    code: { coding: [{ system: LOINC, code }] },
    valueQuantity: { value, code: 'mm[Hg]' },
  });
  return {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: { coding: [{ system: LOINC, code: '85354-9' }] },
    effectiveDateTime: '2026-03-01T09:30:00Z',
    component: [half('8480-6', 152), half('8462-4', 94)],
    ...changes,
  };
}

function aSmoker(changes: Json = {}): Json {
  return {
    resourceType: 'Observation',
    id: 's1',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: { coding: [{ system: LOINC, code: '72166-2' }] },
    effectiveDateTime: '2026-02-01',
    valueCodeableConcept: { coding: [{ system: SNOMED, code: '77176002' }] },
    ...changes,
  };
}

function aRefusal(changes: Json = {}): Json {
  return {
    resourceType: 'Consent',
    id: 'n1',
    status: 'active',
    patient: { reference: 'Patient/p1' },
    dateTime: '2026-01-02',
    provision: { type: 'deny', purpose: [{ system: 'urn:fairway:purpose', code: 'all' }] },
    ...changes,
  };
}

function ndjson(...resources: Json[]): string {
  return resources.map((resource) => `${JSON.stringify(resource)}\n`).join('');
}

async function deliver(source: string, ...resources: Json[]): Promise<ImportResult> {
  return ingest.importNdjson({ source, name: 'test.ndjson', lines: [ndjson(...resources)] });
}

async function personOf(source: string, id = 'p1'): Promise<Person> {
  const row = await database.client.personIdentifier.findUniqueOrThrow({
    where: { system_value: { system: `source/${source}`, value: id } },
  });
  return population.getPerson(row.personId);
}

async function actsOn(personId: string): Promise<string[]> {
  const entries = await database.client.auditEntry.findMany({ where: { personId }, orderBy: { seq: 'asc' } });
  return entries.map(({ action }) => action);
}

async function departuresOf(personId: string): Promise<unknown[]> {
  const entries = await database.client.outboxEntry.findMany({ where: { lane: personId }, orderBy: { seq: 'asc' } });
  return entries.map(({ topic, body }) => ({ topic, body }));
}

describe('what people need to be reached', () => {
  const HEADER =
    'person_id,nhs_number,family,given,birth_date,sex,postcode,nation,format,proxy_name,proxy_relation,proxy_email\n';
  const deliverRow = async (source: string, needs: string): Promise<ImportResult> =>
    ingest.importCsv({ source, name: 'people.csv', lines: [HEADER, `p1,,Marlowe,Iris,2015-05-04,female,${needs}\n`] });

  it('is kept, changed and taken away as their own source says', async () => {
    const source = aSource();
    await deliverRow(source, 'NN1 1AA,,large-print,Rosa Marlowe,parent,rosa@mail.example');
    const { id, ...first } = await personOf(source);
    expect(first).toMatchObject({
      nation: 'england',
      format: 'large-print',
      proxy: { name: 'Rosa Marlowe', relation: 'parent', email: 'rosa@mail.example', phone: null },
    });
    await deliverRow(source, 'NN1 1AA,,large-print,Rosa Marlowe,guardian,rosa@mail.example');
    expect((await personOf(source)).proxy?.relation).toBe('guardian');
    await deliverRow(source, 'NN1 1AA,,,,,');
    expect(await personOf(source)).toMatchObject({ format: 'standard', proxy: null });
    expect(await actsOn(id)).toEqual([
      'person.registered',
      'proxy.recorded',
      'proxy.recorded',
      'person.updated',
      'proxy.removed',
    ]);
  });

  it('is what one source said, whatever another is silent about', async () => {
    const [practice, council] = [aSource(), aSource()];
    const nhsNumber = anNhsNumber();
    const row = (needs: string): string => `p1,${nhsNumber},Marlowe,Iris,2015-05-04,female,${needs}\n`;
    const lines = [HEADER, row('NN1 1AA,wales,braille,Rosa Marlowe,parent,rosa@mail.example')];
    await ingest.importCsv({ source: practice, name: 'people.csv', lines });
    await ingest.importCsv({ source: council, name: 'people.csv', lines: [HEADER, row(',,,,,')] });
    expect(await personOf(council)).toMatchObject({
      nation: 'wales',
      format: 'braille',
      proxy: { name: 'Rosa Marlowe' },
    });
  });

  it('tells the nation by the postcode, unless the feed does', async () => {
    const source = aSource();
    await deliverRow(source, 'EH1 1AA,,,,,');
    expect((await personOf(source)).nation).toBe('scotland');
    await deliverRow(source, 'EH1 1AA,england,,,,');
    expect((await personOf(source)).nation).toBe('england');
    await deliverRow(source, 'NN1 1AA,,,,,');
    expect((await personOf(source)).nation).toBe('england');
  });

  it('is set aside with the mend when it cannot be understood', async () => {
    const source = aSource();
    const result = await deliverRow(source, 'NN1 1AA,,gigantic,,,');
    expect(result).toMatchObject({ accepted: 0, quarantined: 1 });
    const [row] = await ingest.listQuarantine(result.runId);
    expect(row?.explain).toContain('format: one of standard, large-print');
  });
});

describe('a refusal that was a mistake', () => {
  it('is taken back by the row that said it, and the audit knows', async () => {
    const source = aSource();
    await deliver(source, aPatient(), aRefusal());
    const { id } = await personOf(source);
    const may = async () => population.mayContact(id, { channel: 'letter', purpose: 'stop-smoking', at: NOW });
    expect(await may()).toEqual({ allowed: false, because: 'opted-out' });
    await deliver(source, aRefusal({ status: 'entered-in-error' }));
    expect(await may()).toEqual({ allowed: true });
    expect(await actsOn(id)).toEqual(['person.registered', 'permissions.recorded', 'permissions.taken-back']);
  });
});

describe('a delivery', () => {
  it('puts a person, where they live, and what is known of them into the register', async () => {
    const source = aSource();
    const result = await deliver(source, aPatient(), aReading(), aSmoker());
    expect(result).toMatchObject({ read: 3, accepted: 3, quarantined: 0, unused: {} });
    const person = await personOf(source);
    expect(person).toMatchObject({ lsoa: 'E01000001', imdDecile: 1, teamKey: 'northamptonshire', family: 'Marlowe' });
    expect(await population.factsOf(person.id)).toMatchObject([
      { kind: 'blood-pressure', code: 'clinic', value: 152, value2: 94, source },
      { kind: 'smoking-status', code: 'current-smoker' },
    ]);
    expect(await actsOn(person.id)).toEqual(['person.registered', 'facts.recorded']);
  });

  it('a second time changes nothing', async () => {
    const source = aSource();
    const feed = [aPatient(), aReading(), aSmoker(), aRefusal()];
    await deliver(source, ...feed);
    const person = await personOf(source);
    const before = [
      await population.factsOf(person.id),
      await actsOn(person.id),
      await departuresOf(person.id),
      person,
    ];
    const again = await deliver(source, ...feed);
    expect(again).toMatchObject({ read: 4, accepted: 4 });
    const after = [
      await population.factsOf(person.id),
      await actsOn(person.id),
      await departuresOf(person.id),
      await personOf(source),
    ];
    expect(after).toEqual(before);
  });

  it('takes the rows in any order, and the files in any order, packed or not', async () => {
    const source = aSource();
    const files = [
      { name: 'Observation.ndjson', text: ndjson(aReading(), aSmoker()) },
      { name: 'Patient.ndjson.gz', text: ndjson(aPatient()) },
    ];
    const results = await ingest.importFiles(
      source,
      files.map(({ name, text }) => ({
        name,
        format: 'fhir-ndjson',
        lines: [name.endsWith('.gz') ? gzipSync(text) : text],
      })),
    );
    expect(results).toMatchObject([
      { read: 2, accepted: 2, quarantined: 0 },
      { read: 1, accepted: 1, quarantined: 0 },
    ]);
    expect(await population.factsOf((await personOf(source)).id)).toHaveLength(2);
  });

  it('sets aside what is about nobody, with the line and how to mend it', async () => {
    const result = await deliver(aSource(), aPatient(), aReading({ subject: { reference: 'Patient/nobody' } }));
    expect(result).toMatchObject({ read: 2, accepted: 1, quarantined: 1, reasons: { 'ingest.unknown_person': 1 } });
    const [row] = await ingest.listQuarantine(result.runId);
    expect(row).toMatchObject({
      line: 2,
      kind: 'Observation',
      reason: 'ingest.unknown_person',
      explain: REASONS['ingest.unknown_person'],
    });
    expect(row!.content).toContain('Patient/nobody');
  });

  it('counts a resource of which nothing is kept as accepted, and says so', async () => {
    const result = await deliver(aSource(), aPatient(), { resourceType: 'Encounter', id: 'e1' });
    expect(result).toMatchObject({ accepted: 2, unused: { 'Encounter (nothing of it is kept)': 1 } });
  });

  it('keeps a corrected row’s new word and drops its old one', async () => {
    const source = aSource();
    await deliver(source, aPatient(), aSmoker());
    await deliver(source, aSmoker({ valueCodeableConcept: { coding: [{ system: SNOMED, code: '8517006' }] } }));
    const person = await personOf(source);
    expect(await population.factsOf(person.id)).toMatchObject([{ code: 'ex-smoker' }]);
    await deliver(source, aSmoker({ status: 'entered-in-error' }));
    expect(await population.factsOf(person.id)).toEqual([]);
    expect(await actsOn(person.id)).toEqual([
      'person.registered',
      'facts.recorded',
      'facts.recorded',
      'facts.recorded',
    ]);
  });

  it('keeps two sources apart that use the same id', async () => {
    const [one, other] = [aSource(), aSource()];
    await deliver(one, aPatient());
    await deliver(other, aPatient({ birthDate: '1990-01-01' }));
    expect((await personOf(one)).id).not.toBe((await personOf(other)).id);
  });

  it('knows a person of two sources by their NHS number', async () => {
    const [one, other] = [aSource(), aSource()];
    const patient = aPatient();
    await deliver(one, patient);
    await deliver(other, { ...patient, id: 'other-id', address: undefined, telecom: undefined });
    const person = await personOf(other, 'other-id');
    expect(person.id).toBe((await personOf(one)).id);
    // What the second source does not say is no reason to forget it.
    expect(person).toMatchObject({ addressLine: '4 Larchwood Lane', lsoa: 'E01000001', teamKey: 'northamptonshire' });
  });

  it('keeps somebody whose postcode is not known as of unknown deprivation, never as not deprived', async () => {
    const source = aSource();
    const result = await deliver(source, aPatient({ address: [{ line: ['1 High Street'], postalCode: 'ZZ99 3VZ' }] }));
    expect(await personOf(source)).toMatchObject({ lsoa: null, imdDecile: null, teamKey: null });
    expect(Object.values(result.remarks)).toEqual([1]);
  });

  it('gives somebody without a home the team of their practice', async () => {
    const source = aSource();
    const practice = { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'K83001' } };
    await deliver(source, aPatient({ address: undefined, generalPractitioner: [practice] }));
    expect(await personOf(source)).toMatchObject({ teamKey: 'northamptonshire', imdDecile: null });
  });

  it('leaves the run as it was read, for the list of imports', async () => {
    const { runId } = await deliver(aSource(), aPatient(), { resourceType: 'Nonsense' });
    const [run] = (await ingest.listRuns()).filter(({ id }) => id === runId);
    expect(run).toMatchObject({ rowsRead: 2, accepted: 1, quarantined: 1, finishedAt: NOW });
  });
});

describe('identity', () => {
  it('is never merged: an NHS number with another date of birth is set aside', async () => {
    const source = aSource();
    const patient = aPatient();
    await deliver(source, patient);
    const before = await personOf(source);
    const result = await deliver(aSource(), { ...patient, id: 'p9', birthDate: '1999-09-09' });
    expect(result.reasons).toEqual({ 'ingest.nhs_number_reused': 1 });
    expect(await population.getPerson(before.id)).toEqual(before);
  });

  it('within one delivery is checked row by row', async () => {
    const identifier = [{ system: NHS, value: anNhsNumber() }];
    const result = await deliver(
      aSource(),
      aPatient({ identifier }),
      aPatient({ identifier, id: 'p2', birthDate: '1999-09-09' }),
    );
    expect(result).toMatchObject({ accepted: 1, reasons: { 'ingest.nhs_number_reused': 1 } });
  });

  it('is set aside when one row names two people', async () => {
    const source = aSource();
    const [one, other] = [anNhsNumber(), anNhsNumber()];
    await deliver(
      source,
      aPatient({ identifier: [{ system: NHS, value: one }] }),
      aPatient({ id: 'p2', identifier: [{ system: NHS, value: other }] }),
    );
    const result = await deliver(source, aPatient({ id: 'p1', identifier: [{ system: NHS, value: other }] }));
    expect(result.reasons).toEqual({ 'ingest.identity_conflict': 1 });
  });

  it('by the sender’s id alone is set aside when the date of birth has changed', async () => {
    const source = aSource();
    await deliver(source, aPatient({ identifier: [] }));
    const result = await deliver(source, aPatient({ identifier: [], birthDate: '1971-05-04' }));
    expect(result.reasons).toEqual({ 'ingest.identity_conflict': 1 });
  });

  it('gains an NHS number when the sender learns it', async () => {
    const source = aSource();
    await deliver(source, aPatient({ identifier: [] }));
    const nhsNumber = anNhsNumber();
    await deliver(source, aPatient({ identifier: [{ system: NHS, value: nhsNumber }] }));
    expect((await personOf(source)).nhsNumber).toBe(nhsNumber);
  });
});

describe('dates that cannot be', () => {
  it.each([
    ['a birth to come', aPatient({ birthDate: '2027-01-01' })],
    ['a birth too long ago', aPatient({ birthDate: '1850-01-01' })],
    ['a death before birth', aPatient({ deceasedDateTime: '1950-01-01' })],
    ['a death to come', aPatient({ deceasedDateTime: '2027-01-01' })],
  ])('%s is set aside', async (_what, patient) => {
    const result = await deliver(aSource(), patient);
    expect(result.reasons).toEqual({ 'ingest.impossible_date': 1 });
  });

  it.each([
    ['2027-01-01', 1],
    ['1960-01-01', 1],
    ['1961', 0],
    ['1961-05-04', 0],
  ])('a reading of %s: %i set aside', async (effectiveDateTime, setAside) => {
    const result = await deliver(aSource(), aPatient(), aReading({ effectiveDateTime }));
    expect(result.quarantined).toBe(setAside);
  });
});

describe('somebody who leaves', () => {
  it('by death reaches their pathways, once', async () => {
    const source = aSource();
    const patient = aPatient();
    await deliver(source, patient);
    const dead = { ...patient, deceasedDateTime: '2026-11-20' };
    await deliver(source, dead);
    await deliver(source, dead);
    const person = await personOf(source);
    expect(person.deceasedOn).toBe('2026-11-20');
    expect(await departuresOf(person.id)).toEqual([
      { topic: 'person-left', body: { personId: person.id, reason: 'died' } },
    ]);
    expect(await actsOn(person.id)).toContain('person.death-recorded');
  });

  it('stays dead when a feed forgets it', async () => {
    const source = aSource();
    const patient = aPatient();
    await deliver(source, { ...patient, deceasedDateTime: '2026-11-20' });
    await deliver(source, patient);
    expect((await personOf(source)).deceasedOn).toBe('2026-11-20');
  });

  it('for an address outside every area is told to their pathways, and may come back', async () => {
    const source = aSource();
    const patient = aPatient();
    await deliver(source, patient);
    await deliver(source, { ...patient, address: [{ line: ['9 Far Lane'], postalCode: 'TR26 1AB' }] });
    const gone = await personOf(source);
    expect(gone).toMatchObject({ movedAwayOn: '2026-11-22', lsoa: null, teamKey: 'northamptonshire' });
    expect(await departuresOf(gone.id)).toEqual([
      { topic: 'person-left', body: { personId: gone.id, reason: 'moved-away' } },
    ]);
    await deliver(source, { ...patient, address: [{ line: ['2 Back Lane'], postalCode: 'WS1 1AA' }] });
    expect(await personOf(source)).toMatchObject({ movedAwayOn: null, teamKey: 'walsall', imdDecile: 7 });
  });

  it('for another area has not left', async () => {
    const source = aSource();
    const patient = aPatient();
    await deliver(source, patient);
    await deliver(source, { ...patient, address: [{ line: ['2 Back Lane'], postalCode: 'WS1 1AA' }] });
    const person = await personOf(source);
    expect(person).toMatchObject({ teamKey: 'walsall', movedAwayOn: null });
    expect(await departuresOf(person.id)).toEqual([]);
  });

  it('by refusing all contact is told to their pathways, once', async () => {
    const source = aSource();
    await deliver(source, aPatient());
    await deliver(source, aRefusal());
    await deliver(source, aRefusal());
    const person = await personOf(source);
    const contact = { channel: 'letter', purpose: 'stop-smoking', at: NOW } as const;
    expect(await population.mayContact(person.id, contact)).toEqual({ allowed: false, because: 'opted-out' });
    expect(await departuresOf(person.id)).toHaveLength(1);
  });
});

describe('CSV', () => {
  it('brings people, facts and permissions', async () => {
    const source = aSource();
    const nhsNumber = anNhsNumber();
    const csv = (name: string, ...lines: string[]) => ({ name, format: 'csv' as const, lines: [lines.join('\r\n')] });
    const results = await ingest.importFiles(source, [
      csv('facts.csv', 'nhs_number,kind,code,date', `${nhsNumber},housing,damp,2026-05-01`),
      csv('permissions.csv', 'nhs_number,channel,purpose,allowed,date', `${nhsNumber},sms,all,no,2026-05-01`),
      csv(
        'people.csv',
        'nhs_number,person_id,family,given,birth_date,sex,postcode',
        `${nhsNumber},p1,"Marlowe, née Firth",Iris,1961-05-04,female,NN1 1AA`,
        '',
        `not a number,p2,Firth,Ada,1961-05-04,female,NN1 1AA`,
      ),
    ]);
    expect(results.map(({ read, accepted, quarantined }) => [read, accepted, quarantined])).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [2, 1, 1],
    ]);
    const person = await personOf(source);
    expect(person.family).toBe('Marlowe, née Firth');
    expect(await population.factsOf(person.id)).toMatchObject([{ kind: 'housing', code: 'damp' }]);
    expect(await population.permissionsOf(person.id)).toMatchObject([{ channel: 'sms', allowed: false }]);
  });

  it('with a header nobody knows sets every row aside', async () => {
    const lines = ['colour,shape\nred,round\nblue,square\n'];
    const result = await ingest.importCsv({ source: aSource(), name: 'odd.csv', lines });
    expect(result).toMatchObject({ read: 2, accepted: 0, quarantined: 2, reasons: { 'ingest.bad_header': 2 } });
  });
});

describe('whatever the rows hold', () => {
  const good = [aPatient(), aReading(), aSmoker(), aRefusal(), aPatient({ id: 'p2' })].map((row) =>
    JSON.stringify(row),
  );
  const mangled = fc.oneof(
    fc.constantFrom(...good),
    fc.tuple(fc.constantFrom(...good), fc.nat()).map(([row, at]) => row.slice(0, at % row.length)),
    fc
      .tuple(fc.constantFrom(...good), fc.nat(), fc.string({ unit: 'binary', maxLength: 6 }))
      .map(
        ([row, at, noise]) => row.slice(0, at % row.length) + noise.replaceAll('\n', '') + row.slice(at % row.length),
      ),
    fc
      .tuple(fc.constantFrom('Patient', 'Condition', 'Observation', 'Consent', 'Flag', 'Claim', 'X'), fc.jsonValue())
      .map(([resourceType, value]) =>
        JSON.stringify({ resourceType, id: 'z', value, name: value, code: value, status: 'final' }),
      ),
    fc
      .tuple(fc.string({ unit: 'binary' }), fc.constantFrom('id', 'birthDate'))
      .map(([text, field]) =>
        JSON.stringify(aPatient({ [field]: text, name: [{ family: text || 'x', given: [text] }] })),
      ),
    fc.constantFrom(
      '',
      '   ',
      '\t',
      'null',
      '[]',
      '7',
      '{"resourceType":"Patient"}',
      JSON.stringify(aPatient({ id: 'y'.repeat(5_000) })),
    ),
    fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' ')),
  );

  it('every row is accepted or set aside with a reason, and none is half written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mangled, { maxLength: 30 }), fc.boolean(), async (rows, noNewline) => {
        const text = rows.join('\n') + (noNewline ? '' : '\n');
        const source = aSource();
        const result = await ingest.importNdjson({ source, name: 'mangled', lines: [Buffer.from(text)] });
        const expected = Buffer.from(text)
          .toString()
          .split('\n')
          .filter((row) => row.replace(/^\uFEFF/, '').trim() !== '');
        expect(result.read).toBe(expected.length);
        expect(result.accepted + result.quarantined).toBe(result.read);
        const setAside = await database.client.quarantinedRow.count({ where: { runId: result.runId } });
        expect(setAside).toBe(result.quarantined);
        expect(Object.values(result.reasons).reduce((sum, count) => sum + count, 0)).toBe(setAside);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('of a CSV, the sum is right as well', async () => {
    const row = fc
      .tuple(
        fc.constantFrom(anNhsNumber(), '', '9990000019'),
        fc.oneof(fc.constantFrom('housing', 'blood-pressure', 'measurement'), fc.string()),
        fc.oneof(fc.constantFrom('damp', 'clinic', 'bmi'), fc.string()),
        fc.oneof(fc.constantFrom('140', '90', '1e9', '-0'), fc.string({ unit: 'binary' })),
        fc.oneof(fc.constantFrom('2026-05-01', '2026', '0000-01-01'), fc.string()),
      )
      .map((values) => values.join(',').replaceAll('\n', ' '));
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
        const lines = ['nhs_number,kind,code,value,date\n', `${rows.join('\n')}\n`];
        const result = await ingest.importCsv({ source: aSource(), name: 'mangled.csv', lines });
        expect(result.read).toBe(rows.length);
        expect(result.accepted + result.quarantined).toBe(result.read);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('what Postgres cannot hold is set aside alone', async () => {
    const zero = aPatient({ id: 'p3', name: [{ family: 'Zero\u0000' }] });
    const half = JSON.stringify(aPatient({ id: 'p4' })).replace('Marlowe', String.raw`\ud800`);
    const lines = [ndjson(aPatient(), zero), `${half}\n`, Buffer.from([0x7b, 0xc3, 0x28, 0x0a]), 'x'.repeat(1_100_000)];
    const result = await ingest.importNdjson({ source: aSource(), name: 'odd.ndjson', lines });
    expect(result).toMatchObject({
      read: 5,
      accepted: 1,
      reasons: { 'ingest.bad_character': 2, 'ingest.not_utf8': 1, 'ingest.too_long': 1 },
    });
  });
});
