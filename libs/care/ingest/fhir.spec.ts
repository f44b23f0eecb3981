import { describe, expect, it } from '@jest/globals';
import { CodeLists, shippedFolder } from './code-lists.js';
import { type Feed, personOf, readFhirLine } from './fhir.js';
import { REASONS } from './reasons.js';
import type { IncomingFacts, IncomingPerson } from './record.js';

const feed: Feed = {
  source: 'gp',
  lists: CodeLists.read(shippedFolder('programmes/code-lists')),
  today: '2026-11-22',
};
const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const NHS = 'https://fhir.nhs.uk/Id/nhs-number';

type Json = Record<string, unknown>;

function read(resource: Json): ReturnType<typeof readFhirLine> {
  return readFhirLine(JSON.stringify(resource), feed);
}

function personFrom(resource: Json): IncomingPerson {
  const reading = read(resource);
  if (!('record' in reading) || reading.record.kind !== 'person') throw new Error(JSON.stringify(reading));
  return reading.record;
}

function factsFrom(resource: Json): IncomingFacts['facts'] {
  const reading = read(resource);
  if (!('record' in reading) || reading.record.kind !== 'facts') throw new Error(JSON.stringify(reading));
  return reading.record.facts;
}

function coded(system: string, code: string): Json {
  return { coding: [{ system, code }] };
}

function aPatient(changes: Json = {}): Json {
  return {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: NHS, value: '999 000 0018' }],
    name: [{ use: 'official', family: 'Marlowe', given: ['Iris', 'May'] }],
    gender: 'female',
    birthDate: '1961-05-04',
    ...changes,
  };
}

/** How a person would be written to, as UK Core says it. */
function aWish(format: Json): Json {
  return {
    url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference',
    extension: [{ url: 'PreferredWrittenCommunicationFormat', valueCodeableConcept: format }],
  };
}

function aReading(changes: Json = {}): Json {
  return {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: coded(LOINC, '85354-9'),
    effectiveDateTime: '2026-03-01T09:30:00Z',
    component: [half('8480-6', 152), half('8462-4', 94)],
    ...changes,
  };
}

function half(code: string, value: number, unit = 'mm[Hg]', system = LOINC): Json {
  return { code: coded(system, code), valueQuantity: { value, unit, code: unit } };
}

function anAnswer(changes: Json = {}): Json {
  return {
    resourceType: 'Observation',
    id: 'o2',
    status: 'final',
    subject: { reference: 'Patient/p1' },
    code: coded(LOINC, '72166-2'),
    effectiveDateTime: '2026-03-01',
    valueCodeableConcept: coded(SNOMED, '77176002'),
    ...changes,
  };
}

function aCondition(changes: Json = {}): Json {
  return {
    resourceType: 'Condition',
    id: 'c1',
    subject: { reference: 'Patient/p1' },
    clinicalStatus: coded('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    code: coded(SNOMED, '59621000'),
    onsetDateTime: '2015-06-01',
    ...changes,
  };
}

function aConsent(changes: Json = {}): Json {
  return {
    resourceType: 'Consent',
    id: 'n1',
    status: 'active',
    scope: coded('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    patient: { reference: 'Patient/p1' },
    dateTime: '2026-01-02',
    provision: {
      type: 'deny',
      purpose: [{ system: 'urn:fairway:purpose', code: 'all' }],
      code: [coded('urn:fairway:channel', 'email')],
    },
    ...changes,
  };
}

describe('a line', () => {
  it.each([
    ['{"resourceType":"Patient"', 'ingest.not_json'],
    ['[]', 'ingest.not_json'],
    ['null', 'ingest.not_json'],
    ['"Patient"', 'ingest.not_json'],
    ['{}', 'ingest.unknown_resource'],
    ['{"resourceType":"Spaceship"}', 'ingest.unknown_resource'],
    ['{"resourceType":"constructor"}', 'ingest.unknown_resource'],
    ['{"resourceType":7}', 'ingest.unknown_resource'],
    ['{"resourceType":"Bundle","entry":[]}', 'ingest.bundle'],
    ['{"resourceType":"Observation","status":7,"code":{}}', 'ingest.wrong_shape'],
    ['{"resourceType":"Patient","name":"Iris"}', 'ingest.wrong_shape'],
  ])('%s is refused', (line, reason) => {
    expect(readFhirLine(line, feed)).toMatchObject({ refused: { reason } });
  });

  it('of a type that nothing is kept of is understood', () => {
    expect(read({ resourceType: 'Encounter', id: 'e1' })).toMatchObject({ unused: expect.stringMatching(/Encounter/) });
  });

  it('is refused without repeating what it held', () => {
    const secret = 'Kingfisher';
    for (const resource of [
      aPatient({ name: secret }),
      aPatient({ gender: secret }),
      aPatient({ birthDate: secret }),
      aReading({ status: { text: secret } }),
      aReading({ effectiveDateTime: secret }),
    ]) {
      const reading = read(resource);
      if (!('refused' in reading)) throw new Error('taken');
      expect(reading.refused.explain).not.toContain(secret);
      expect(Object.keys(REASONS)).toContain(reading.refused.reason);
    }
  });
});

describe('a Patient', () => {
  it('becomes a person with their NHS number, name and own id', () => {
    expect(personFrom(aPatient())).toMatchObject({
      nhsNumber: '9990000018',
      identifiers: [{ system: 'source/gp', value: 'p1' }],
      given: 'Iris May',
      family: 'Marlowe',
      birthDate: '1961-05-04',
      sex: 'female',
    });
  });

  it('tells how to reach them, in which language, and where they are registered', () => {
    const person = personFrom(
      aPatient({
        telecom: [
          { system: 'phone', value: '01604 000 000', use: 'home' },
          { system: 'phone', value: '07700 900 123', use: 'mobile' },
          { system: 'email', value: 'iris@mail.example' },
        ],
        address: [
          { use: 'old', line: ['9 Gone Road'], postalCode: 'S1 1AA' },
          { use: 'home', line: ['4 Larchwood Lane'], city: 'Kettering', postalCode: 'nn1 1aa' },
        ],
        communication: [{ language: { coding: [{ code: 'pl' }] }, preferred: true }],
        generalPractitioner: [
          { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'K83001' } },
        ],
        extension: [
          {
            url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory',
            valueCodeableConcept: { coding: [{ code: 'C' }] },
          },
        ],
        meta: { security: [{ code: 'R' }] },
      }),
    );
    expect(person).toMatchObject({
      phone: '07700900123',
      email: 'iris@mail.example',
      addressLine: '4 Larchwood Lane, Kettering',
      postcode: 'NN1 1AA',
      language: 'pl',
      practiceCode: 'K83001',
      ethnicCategory: 'C',
      sensitive: true,
    });
  });

  it.each([
    ['11', 'large-print'],
    ['12', 'braille'],
    ['13', 'audio'],
  ])('who asked UK Core’s format %s reads %s', (code, format) => {
    const system = 'https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredWrittenCommunicationFormat';
    expect(personFrom(aPatient({ extension: [aWish({ coding: [{ system, code }] })] })).format).toBe(format);
  });

  it('may ask for a format of our own, and one that nobody knows is said to be left out', () => {
    const wish = (code: string) =>
      aPatient({ extension: [aWish({ coding: [{ system: 'urn:fairway:format', code }] })] });
    expect(personFrom(wish('easy-read')).format).toBe('easy-read');
    expect(read(wish('smoke-signals'))).toMatchObject({
      record: { format: null },
      remarks: ['An accessible format that we do not know was left out: ask them'],
    });
  });

  it('tells the nation when its address does', () => {
    const living = (country?: string) =>
      personFrom(aPatient({ address: [{ line: ['1 High Street'], country }] })).nation;
    expect([living('Wales'), living('GB-SCT'), living(' Northern Ireland '), living('GB'), living()]).toEqual([
      'wales',
      'scotland',
      'northern-ireland',
      null,
      null,
    ]);
  });

  it('is spoken for by a parent or an attorney, not by a friend or by somebody of the past', () => {
    const contact = (code: string, changes: Json = {}): Json => ({
      relationship: [coded('http://terminology.hl7.org/CodeSystem/v3-RoleCode', code)],
      name: { given: ['Rosa'], family: 'Marlowe' },
      telecom: [
        { system: 'phone', value: '07700 900 124' },
        { system: 'email', value: 'rosa@mail.example' },
      ],
      ...changes,
    });
    const past = contact('MTH', { period: { end: '2020-01-01' } });
    expect(personFrom(aPatient({ contact: [contact('FRND'), past, contact('POWATT')] })).proxy).toEqual({
      name: 'Rosa Marlowe',
      relation: 'attorney',
      email: 'rosa@mail.example',
      phone: '07700900124',
    });
    expect(personFrom(aPatient({ contact: [contact('MTH')] })).proxy?.relation).toBe('parent');
    expect(personFrom(aPatient({ contact: [contact('FRND')] })).proxy).toBeNull();
  });

  it('without an NHS number is known by the sender’s id, and never by a social security number', () => {
    const person = personFrom(
      aPatient({
        identifier: [
          { type: coded('v2', 'SS'), system: 'http://hl7.org/fhir/sid/us-ssn', value: '999-00-0001' },
          { type: coded('v2', 'MR'), system: 'urn:hospital', value: 'M1' },
        ],
        address: [{ line: ['1 Main Street'], city: 'Boston', postalCode: '02467' }],
      }),
    );
    expect(person.nhsNumber).toBeNull();
    expect(person.identifiers).toEqual([
      { system: 'source/gp', value: 'p1' },
      { system: 'urn:hospital', value: 'M1' },
    ]);
    expect(person.postcode).toBeNull();
  });

  it('who died on a day we are not told died when we were told', () => {
    expect(personFrom(aPatient({ deceasedBoolean: true })).deceasedOn).toBe('2026-11-22');
    expect(personFrom(aPatient({ deceasedDateTime: '2025-02-03T22:00:00-05:00' })).deceasedOn).toBe('2025-02-04');
    expect(personFrom(aPatient({ deceasedBoolean: false })).deceasedOn).toBeNull();
  });

  it.each([
    [{ identifier: [{ system: NHS, value: '9990000019' }] }, 'ingest.bad_nhs_number'],
    [{ identifier: [], id: undefined }, 'ingest.no_identity'],
    [{ name: [] }, 'ingest.missing_name'],
    [{ name: [{ given: ['Iris'] }] }, 'ingest.missing_name'],
    [{ birthDate: '1961' }, 'ingest.missing_birth_date'],
    [{ birthDate: undefined }, 'ingest.missing_birth_date'],
    [{ deceasedDateTime: 'lately' }, 'ingest.impossible_date'],
  ])('is refused with %j', (changes, reason) => {
    expect(read(aPatient(changes))).toMatchObject({ refused: { reason } });
  });
});

describe('a blood pressure', () => {
  it('is one fact with both halves', () => {
    expect(factsFrom(aReading())).toEqual([
      expect.objectContaining({ kind: 'blood-pressure', code: 'clinic', value: 152, value2: 94 }),
    ]);
  });

  it('taken at home says so', () => {
    const component = [half('413606001', 138, 'mmHg', SNOMED), half('413605002', 86, 'mmHg', SNOMED)];
    expect(factsFrom(aReading({ component }))[0]).toMatchObject({ code: 'home', value: 138, value2: 86 });
  });

  it.each([
    ['no diastolic', [half('8480-6', 152)], 'ingest.incomplete_reading'],
    [
      'halves of different readings',
      [half('413606001', 138, 'mmHg', SNOMED), half('8462-4', 86)],
      'ingest.incomplete_reading',
    ],
    ['kilopascals', [half('8480-6', 20, 'kPa'), half('8462-4', 12, 'kPa')], 'ingest.unknown_unit'],
    ['the halves the wrong way round', [half('8480-6', 60), half('8462-4', 120)], 'ingest.impossible_value'],
    ['a value nobody has', [half('8480-6', 1520), half('8462-4', 94)], 'ingest.impossible_value'],
  ])('with %s is refused', (_what, component, reason) => {
    expect(read(aReading({ component }))).toMatchObject({ refused: { reason } });
  });

  it('entered in error takes back what it said', () => {
    expect(factsFrom(aReading({ status: 'entered-in-error' }))).toEqual([]);
  });

  it('without a date is refused', () => {
    expect(read(aReading({ effectiveDateTime: undefined }))).toMatchObject({
      refused: { reason: 'ingest.missing_date' },
    });
  });
});

describe('an answered question', () => {
  it.each([
    ['77176002', 'current-smoker'],
    ['8517006', 'ex-smoker'],
    ['266919005', 'never-smoked'],
  ])('about smoking, answered %s, is %s', (code, status) => {
    const [fact] = factsFrom(anAnswer({ valueCodeableConcept: coded(SNOMED, code) }));
    expect(fact).toMatchObject({ kind: 'smoking-status', code: status });
  });

  it('answered in LOINC counts the same', () => {
    const [fact] = factsFrom(anAnswer({ valueCodeableConcept: coded(LOINC, 'LA18977-1') }));
    expect(fact).toMatchObject({ kind: 'smoking-status', code: 'current-smoker' });
  });

  it('that we do not ask keeps nothing, whatever the answer', () => {
    const familyHistory = anAnswer({ code: coded(LOINC, '54123-6') });
    expect(read(familyHistory)).toMatchObject({ unused: 'Observation outside the code lists' });
  });

  it('in a survey counts part by part', () => {
    const facts = factsFrom(
      anAnswer({
        code: coded(LOINC, '93025-5'),
        valueCodeableConcept: undefined,
        component: [
          { code: coded(LOINC, '93033-9'), valueCodeableConcept: coded(LOINC, 'LA33-6') },
          { code: coded(LOINC, '93029-7'), valueCodeableConcept: coded(LOINC, 'LA27722-0') },
          { code: coded(LOINC, '76501-6'), valueCodeableConcept: coded(LOINC, 'LA33-6') },
          { code: coded(LOINC, '71802-3'), valueCodeableConcept: coded(LOINC, 'LA30189-7') },
        ],
      }),
    );
    expect(facts.map(({ kind, code }) => `${kind}/${code}`)).toEqual([
      'housing/threatened-with-homelessness',
      'social/isolated',
      'resolved/homeless',
    ]);
  });

  it('with yes or nothing is so, with no is not', () => {
    const lonely = { code: coded(SNOMED, '267076002'), valueCodeableConcept: undefined };
    expect(factsFrom(anAnswer(lonely))).toHaveLength(1);
    expect(factsFrom(anAnswer({ ...lonely, valueBoolean: true }))).toHaveLength(1);
    expect(read(anAnswer({ ...lonely, valueBoolean: false }))).toMatchObject({ unused: expect.any(String) });
    expect(read(anAnswer({ ...lonely, valueString: 'not at all' }))).toMatchObject({ unused: expect.any(String) });
  });
});

describe('a measurement', () => {
  it('of HbA1c in percent is kept in mmol/mol', () => {
    const [fact] = factsFrom(
      anAnswer({
        code: coded(LOINC, '4548-4'),
        valueCodeableConcept: undefined,
        valueQuantity: { value: 6.5, unit: '%' },
      }),
    );
    expect(fact).toMatchObject({ kind: 'measurement', code: 'hba1c' });
    expect(fact!.value).toBeCloseTo(47.53, 1);
  });

  it('in a unit we do not know is refused', () => {
    const bmi = { code: coded(LOINC, '39156-5'), valueCodeableConcept: undefined };
    expect(read(anAnswer({ ...bmi, valueQuantity: { value: 24, unit: 'stone' } }))).toMatchObject({
      refused: { reason: 'ingest.unknown_unit' },
    });
  });
});

describe('a Condition', () => {
  it('that has ended gives both facts', () => {
    const facts = factsFrom(aCondition({ code: coded(SNOMED, '422650009'), abatementDateTime: '2020-01-01' }));
    expect(facts.map(({ kind, code }) => `${kind}/${code}`)).toEqual(['social/isolated', 'resolved/isolated']);
  });

  it('resolved on a day we are not told ended when that was written down', () => {
    const facts = factsFrom(aCondition({ clinicalStatus: coded('x', 'resolved'), recordedDate: '2021-05-05' }));
    expect(facts[1]).toMatchObject({ kind: 'resolved', code: 'hypertension', effectiveAt: '2021-05-05T00:00:00.000Z' });
  });

  it('refuted takes back what it said, and suspected says nothing', () => {
    expect(factsFrom(aCondition({ verificationStatus: coded('x', 'refuted') }))).toEqual([]);
    expect(read(aCondition({ verificationStatus: coded('x', 'differential') }))).toMatchObject({
      unused: expect.any(String),
    });
  });

  it.each([
    [{ onsetDateTime: undefined }, 'ingest.missing_date'],
    [{ onsetDateTime: '2015-02-30' }, 'ingest.impossible_date'],
    [{ abatementDateTime: '2014-01-01' }, 'ingest.impossible_date'],
    [{ subject: undefined }, 'ingest.no_person'],
    [{ subject: { reference: 'Group/g1' } }, 'ingest.no_person'],
  ])('is refused with %j', (changes, reason) => {
    expect(read(aCondition(changes))).toMatchObject({ refused: { reason } });
  });
});

describe('other resources', () => {
  it.each([
    [
      {
        resourceType: 'MedicationRequest',
        status: 'stopped',
        medicationCodeableConcept: coded(SNOMED, '108537001'),
        authoredOn: '2026-01-01',
      },
      'medicine/antihypertensive',
    ],
    [
      { resourceType: 'ServiceRequest', status: 'active', code: coded(SNOMED, '315232003'), authoredOn: '2026-01-01' },
      'referral/stop-smoking',
    ],
    [
      {
        resourceType: 'Procedure',
        status: 'completed',
        code: coded(SNOMED, '871641000000105'),
        performedPeriod: { start: '2026-01-01' },
      },
      'declined/stop-smoking',
    ],
    [
      {
        resourceType: 'Flag',
        status: 'active',
        code: coded(SNOMED, '526631000000108'),
        period: { start: '2026-01-01' },
      },
      'flag/end-of-life',
    ],
  ])('%j give their fact', (resource, expected) => {
    const [fact] = factsFrom({ id: 'x1', subject: { reference: 'Patient/p1' }, ...resource });
    expect(`${fact!.kind}/${fact!.code}`).toBe(expected);
  });

  it('an immunisation is about its patient', () => {
    const reading = read({
      resourceType: 'Immunization',
      id: 'i1',
      status: 'completed',
      patient: { reference: 'Patient/p1' },
      vaccineCode: coded('http://hl7.org/fhir/sid/cvx', '140'),
      occurrenceDateTime: '2026-10-01',
    });
    expect(reading).toMatchObject({ record: { facts: [{ kind: 'medicine', code: 'flu-vaccine' }] } });
  });

  it('a Flag whose period has ended is also resolved', () => {
    const facts = factsFrom({
      resourceType: 'Flag',
      id: 'f1',
      status: 'inactive',
      subject: { reference: 'Patient/p1' },
      code: coded(SNOMED, '526631000000108'),
      period: { start: '2026-01-01', end: '2026-02-01' },
    });
    expect(facts.map(({ kind }) => kind)).toEqual(['flag', 'resolved']);
  });
});

describe('a Consent', () => {
  it('that denies a channel becomes a refusal', () => {
    expect(read(aConsent())).toMatchObject({
      record: { kind: 'permissions', permissions: [{ channel: 'email', purpose: 'all', allowed: false }] },
    });
  });

  it('without a channel speaks of all of them', () => {
    const provision = { type: 'deny', purpose: [{ system: 'urn:fairway:purpose', code: 'stop-smoking' }] };
    expect(read(aConsent({ provision }))).toMatchObject({
      record: { permissions: [{ channel: 'all', purpose: 'stop-smoking', allowed: false }] },
    });
  });

  it.each([
    [{ provision: { type: 'deny' } }],
    [{ provision: { type: 'deny', purpose: [{ system: 'urn:theirs', code: 'marketing' }] } }],
    [
      {
        provision: {
          type: 'deny',
          purpose: [{ system: 'urn:fairway:purpose', code: 'all' }],
          code: [coded('urn:fairway:channel', 'pigeon')],
        },
      },
    ],
    [{ status: 'rejected', provision: undefined }],
  ])('that refuses something unclear is set aside for a person: %j', (changes) => {
    expect(read(aConsent(changes))).toMatchObject({ refused: { reason: 'ingest.consent_unclear' } });
  });

  it('about research, or that permits something else, is none of ours', () => {
    expect(read(aConsent({ scope: coded('x', 'research') }))).toMatchObject({ unused: expect.any(String) });
    expect(read(aConsent({ provision: { type: 'permit' } }))).toMatchObject({ unused: expect.any(String) });
  });

  it('that is withdrawn takes back what it said', () => {
    expect(read(aConsent({ status: 'inactive' }))).toMatchObject({ record: { permissions: [] } });
  });
});

describe('personOf', () => {
  it.each([
    [{ reference: 'Patient/p1' }, { system: 'source/gp', value: 'p1' }],
    [{ reference: 'urn:uuid:0f6e' }, { system: 'source/gp', value: '0f6e' }],
    [{ reference: 'https://gp.example/fhir/Patient/p1/_history/2' }, { system: 'source/gp', value: 'p1' }],
    [{ reference: 'Patient?identifier=urn:hospital|M1' }, { system: 'urn:hospital', value: 'M1' }],
    [{ reference: `Patient?identifier=${NHS}|9990000018` }, { nhsNumber: '9990000018' }],
    [{ identifier: { system: NHS, value: '999 000 0018' } }, { nhsNumber: '9990000018' }],
    [{ identifier: { system: 'urn:hospital', value: 'M1' } }, { system: 'urn:hospital', value: 'M1' }],
  ])('%j', (reference, person) => {
    expect(personOf(reference, 'gp')).toEqual(person);
  });

  it('refuses an NHS number that cannot be one', () => {
    expect(personOf({ identifier: { system: NHS, value: '9990000019' } }, 'gp')).toMatchObject({
      refused: { reason: 'ingest.bad_nhs_number' },
    });
  });
});
