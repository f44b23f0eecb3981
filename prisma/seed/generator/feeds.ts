import { CHANNEL_SYSTEM, FORMAT_SYSTEM, NHS_NUMBER_SYSTEM, PURPOSE_SYSTEM, WRITTEN_FORMAT_SYSTEM } from '#care/ingest';
import { Chance } from './random.js';
import { CONDITIONS } from './rates.js';
import { GROUPS, type Group, type MadeUp, Maker, type Make, shift } from './people.js';

/** A file as another system would deliver it: text in pieces. */
export interface FeedFile {
  readonly name: string;
  readonly format: 'fhir-ndjson' | 'csv';
  readonly lines: Iterable<string>;
}

/** What was planted: NHS numbers by group, and the rows that are wrong on purpose. */
export interface GroundTruth {
  readonly people: number;
  readonly groups: Readonly<Record<Group, readonly string[]>>;
  readonly faultyRows: number;
}

const SNOMED = 'http://snomed.info/sct';
const LOINC = 'http://loinc.org';
const LINES_IN_A_PIECE = 500;

/** What general practice delivers: FHIR R4 as bulk export writes it, one resource a line. */
export function* practiceFeed(make: Make, from = 0, to = make.size): Generator<FeedFile> {
  const people = [...new Maker(make).people(from, to)];
  const file = (type: string, rowsOf: (person: MadeUp) => object[], faulty: object[] = []): FeedFile => ({
    name: `${type}.ndjson`,
    format: 'fhir-ndjson',
    lines: inPieces(
      people,
      (person) => rowsOf(person).map((row) => JSON.stringify({ resourceType: type, ...row })),
      from === 0 ? faulty.map((row) => JSON.stringify({ resourceType: type, ...row })) : [],
    ),
  });
  yield file('Patient', patient, FAULTY.patients);
  yield file('Condition', conditions, FAULTY.conditions(make.asOf));
  yield file('Observation', observations, FAULTY.observations(make.asOf));
  yield file('MedicationRequest', medicines);
  yield file('ServiceRequest', referrals);
  yield file('Procedure', declined);
  yield file('Flag', flags);
  yield file('Consent', consents);
}

/** What a council's housing team delivers: a CSV of facts. */
export function* councilFeed(make: Make, from = 0, to = make.size): Generator<FeedFile> {
  const people = new Maker(make).people(from, to);
  const header = 'nhs_number,record_id,kind,code,date';
  yield {
    name: 'housing.csv',
    format: 'csv',
    lines: inPieces(
      people,
      ({ nhsNumber, index, housing }) => housing.map(({ code, on }) => `${nhsNumber},H${index},housing,${code},${on}`),
      [],
      header,
    ),
  };
}

/** Who was planted as what. */
export function groundTruth(make: Make): GroundTruth {
  const groups = Object.fromEntries(GROUPS.map((group) => [group, [] as string[]])) as Record<Group, string[]>;
  for (const { planted, nhsNumber } of new Maker(make).people()) {
    for (const group of planted) groups[group].push(nhsNumber);
  }
  return { people: make.size, groups, faultyRows: 3 };
}

/** Rows with mistakes that real feeds make, so that there is something to see where rows are set aside. */
const FAULTY = {
  patients: [
    {
      id: 'faulty-1',
      identifier: [{ system: NHS_NUMBER_SYSTEM, value: '9990000019' }],
      name: [{ use: 'official', family: 'Sample', given: ['Row'] }],
      gender: 'female',
      birthDate: '1970-01-01',
    },
  ],
  conditions: (asOf: string) => [
    {
      id: 'faulty-2',
      subject: { reference: 'Patient/left-last-year' },
      code: concept(SNOMED, '59621000'),
      onsetDateTime: shift(asOf, -400),
    },
  ],
  observations: (asOf: string) => [
    {
      id: 'faulty-3',
      status: 'final',
      subject: { reference: 'Patient/p0' },
      code: concept(LOINC, '85354-9'),
      effectiveDateTime: shift(asOf, -30),
      component: [{ code: concept(LOINC, '8480-6'), valueQuantity: mercury(128) }],
    },
  ],
};

function* inPieces(
  people: Iterable<MadeUp>,
  linesOf: (person: MadeUp) => string[],
  last: string[],
  first?: string,
): Generator<string> {
  let lines = first ? [first] : [];
  for (const person of people) {
    lines.push(...linesOf(person));
    if (lines.length < LINES_IN_A_PIECE) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  lines.push(...last);
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

function concept(system: string, code: string, text?: string): object {
  return { coding: [{ system, code }], text };
}

function mercury(value: number): object {
  return { value, unit: 'mm[Hg]', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' };
}

function idOf({ index }: MadeUp): string {
  return `p${index}`;
}

function about(person: MadeUp, id: string): { id: string; subject: { reference: string } } {
  return { id: `${idOf(person)}-${id}`, subject: { reference: `Patient/${idOf(person)}` } };
}

/** A time in surgery hours of the day, the same for the same row. */
function duringSurgery(person: MadeUp, day: string, row: string): string {
  const chance = new Chance(`${person.index}/${row}`);
  return `${day}T${String(chance.whole(8, 17)).padStart(2, '0')}:${String(chance.whole(0, 59)).padStart(2, '0')}:00+00:00`;
}

function patient(person: MadeUp): object[] {
  return [
    {
      id: idOf(person),
      meta: person.sensitive
        ? { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'R' }] }
        : undefined,
      identifier: [{ system: NHS_NUMBER_SYSTEM, value: person.nhsNumber }],
      extension: [
        {
          url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-EthnicCategory',
          valueCodeableConcept: concept(
            'https://fhir.hl7.org.uk/CodeSystem/UKCore-EthnicCategoryEngland',
            person.ethnicCategory,
          ),
        },
        ...contactPreference(person),
      ],
      name: [{ use: 'official', family: person.family, given: [person.given] }],
      gender: person.sex,
      birthDate: person.birthDate,
      deceasedDateTime: person.diedOn ?? undefined,
      telecom: [
        ...(person.email ? [{ system: 'email', value: person.email }] : []),
        ...(person.phone ? [{ system: 'phone', use: 'mobile', value: person.phone }] : []),
      ],
      address: person.addressLine
        ? [{ use: 'home', line: [person.addressLine], city: person.town, postalCode: person.postcode }]
        : undefined,
      contact: person.proxy ? [speaksFor(person.proxy)] : undefined,
      communication: [{ language: concept('urn:ietf:bcp:47', person.language), preferred: true }],
      generalPractitioner: [
        { identifier: { system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: person.practiceCode } },
      ],
    },
  ];
}

/** UK Core has codes for three formats; the others go under a system of ours. */
function contactPreference({ format }: MadeUp): object[] {
  if (format === 'standard') return [];
  const code = { 'large-print': '11', braille: '12', audio: '13', 'easy-read': null, bsl: null }[format];
  const wish = code ? concept(WRITTEN_FORMAT_SYSTEM, code) : concept(FORMAT_SYSTEM, format);
  return [
    {
      url: 'https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference',
      extension: [{ url: 'PreferredWrittenCommunicationFormat', valueCodeableConcept: wish }],
    },
  ];
}

function speaksFor({ name, relation, email, phone }: NonNullable<MadeUp['proxy']>): object {
  const role = relation === 'parent' ? 'PRN' : 'GUARD';
  return {
    relationship: [concept('http://terminology.hl7.org/CodeSystem/v3-RoleCode', role)],
    name: { text: name },
    telecom: [
      ...(email ? [{ system: 'email', value: email }] : []),
      ...(phone ? [{ system: 'phone', use: 'mobile', value: phone }] : []),
    ],
  };
}

function conditions(person: MadeUp): object[] {
  const row = (id: string, code: string, on: string, title?: string): object => ({
    ...about(person, id),
    clinicalStatus: concept('http://terminology.hl7.org/CodeSystem/condition-clinical', 'active'),
    verificationStatus: concept('http://terminology.hl7.org/CodeSystem/condition-ver-status', 'confirmed'),
    code: concept(SNOMED, code, title),
    onsetDateTime: on,
  });
  return [
    ...person.conditions.map(({ code, on }) => row(code, CONDITIONS[code]!.snomed, on, CONDITIONS[code]!.title)),
    ...person.social.map(({ code, on }) => row(code, code, on)),
    ...(person.pregnantSince ? [row('pregnant', '77386006', person.pregnantSince, 'Pregnant')] : []),
  ];
}

function observations(person: MadeUp): object[] {
  const rows: object[] = person.smoking.map(({ code, on }, place) => ({
    ...about(person, `smoking-${place}`),
    status: 'final',
    code: concept(LOINC, '72166-2', 'Tobacco smoking status'),
    effectiveDateTime: duringSurgery(person, on, `smoking-${place}`),
    valueCodeableConcept: concept(SNOMED, code),
  }));
  for (const [place, { systolic, diastolic, home, on }] of person.pressures.entries()) {
    rows.push({
      ...about(person, `pressure-${place}`),
      status: 'final',
      code: concept(LOINC, '85354-9', 'Blood pressure panel'),
      effectiveDateTime: duringSurgery(person, on, `pressure-${place}`),
      component: [
        { code: home ? concept(SNOMED, '413606001') : concept(LOINC, '8480-6'), valueQuantity: mercury(systolic) },
        { code: home ? concept(SNOMED, '413605002') : concept(LOINC, '8462-4'), valueQuantity: mercury(diastolic) },
      ],
    });
  }
  if (person.bmi) {
    rows.push({
      ...about(person, 'bmi'),
      status: 'final',
      code: concept(LOINC, '39156-5', 'Body mass index'),
      effectiveDateTime: duringSurgery(person, person.bmi.on, 'bmi'),
      valueQuantity: { value: person.bmi.value, unit: 'kg/m2', system: 'http://unitsofmeasure.org', code: 'kg/m2' },
    });
  }
  return rows;
}

function medicines(person: MadeUp): object[] {
  return person.medicines.map(({ code, on }) => ({
    ...about(person, `medicine-${code}`),
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: concept(SNOMED, code),
    authoredOn: on,
  }));
}

function referrals(person: MadeUp): object[] {
  return person.referrals.map(({ code, on }) => ({
    ...about(person, `referral-${code}`),
    status: 'active',
    intent: 'order',
    code: concept(SNOMED, code),
    authoredOn: on,
  }));
}

function declined(person: MadeUp): object[] {
  return person.declined.map(({ code, on }) => ({
    ...about(person, `declined-${code}`),
    status: 'completed',
    code: concept(SNOMED, code),
    performedDateTime: on,
  }));
}

function flags(person: MadeUp): object[] {
  if (!person.endOfLifeSince) return [];
  return [
    {
      ...about(person, 'end-of-life'),
      status: 'active',
      code: concept(SNOMED, '526631000000108', 'On the end of life care register'),
      period: { start: person.endOfLifeSince },
    },
  ];
}

function consents(person: MadeUp): object[] {
  return person.refusals.map(({ channel, purpose, on }) => ({
    id: `${idOf(person)}-no-${channel}-${purpose}`,
    status: 'active',
    scope: concept('http://terminology.hl7.org/CodeSystem/consentscope', 'patient-privacy'),
    category: [concept(LOINC, '59284-0')],
    patient: { reference: `Patient/${idOf(person)}` },
    dateTime: on,
    provision: {
      type: 'deny',
      purpose: [{ system: PURPOSE_SYSTEM, code: purpose }],
      code: [concept(CHANNEL_SYSTEM, channel)],
    },
  }));
}
