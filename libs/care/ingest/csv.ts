import { isNation, NATIONS, parseNhsNumber } from '#platform/kernel';
import { tidyEmail, tidyPhone, tidyPostcode } from './contact-details.js';
import { parseDay, parseWhen } from './dates.js';
import { isPurpose } from './fhir-consent.js';
import { fact, pressureIsPossible } from './fhir-facts.js';
import { type Feed, sourceIdOf } from './fhir.js';
import { sourceSystem } from './fhir-patient.js';
import { refuse } from './reasons.js';
import {
  CHANNELS,
  type Channel,
  FACT_KINDS,
  type FactKind,
  type AccessibleFormat,
  ACCESSIBLE_FORMATS,
  type IncomingProxy,
  type PersonReference,
  PROXY_RELATIONS,
  type ProxyRelation,
  type Reading,
  type Refusal,
  type Sex,
  SEXES,
} from './record.js';

export type CsvKind = 'people' | 'facts' | 'permissions';

/** The columns of each file; `needs` must be in the header, the others may be left out. Others still are passed over. */
export const CSV_COLUMNS: Readonly<
  Record<CsvKind, { readonly needs: readonly string[]; readonly may: readonly string[] }>
> = {
  people: {
    needs: ['nhs_number', 'family', 'given', 'birth_date', 'sex'],
    may: [
      'person_id',
      'ethnic_category',
      'language',
      'nation',
      'format',
      'proxy_name',
      'proxy_relation',
      'proxy_email',
      'proxy_phone',
      'email',
      'phone',
      'address',
      'postcode',
      'practice_code',
      'died_on',
      'sensitive',
    ],
  },
  facts: { needs: ['nhs_number', 'kind', 'code', 'date'], may: ['person_id', 'record_id', 'value', 'value2'] },
  permissions: { needs: ['nhs_number', 'channel', 'purpose', 'allowed', 'date'], may: ['person_id', 'record_id'] },
};

/** The columns a file's first line names, and which kind of file that makes it; null when none. */
export function readHeader(line: string): { readonly kind: CsvKind; readonly columns: readonly string[] } | null {
  const columns = splitCsvLine(line)?.map((column) => column.trim().toLowerCase());
  if (!columns || new Set(columns).size !== columns.length) return null;
  const kind = (Object.keys(CSV_COLUMNS) as CsvKind[]).find((each) =>
    CSV_COLUMNS[each].needs.every((column) => columns.includes(column)),
  );
  return kind ? { kind, columns } : null;
}

/** Reads one row under the header. */
export function readCsvLine(
  line: string,
  header: { readonly kind: CsvKind; readonly columns: readonly string[] } | null,
  feed: Feed,
): Reading & { readonly kind: string } {
  if (!header) return { kind: 'csv', ...refuse('ingest.bad_header') };
  const values = splitCsvLine(line);
  if (!values || values.length !== header.columns.length) {
    return { kind: header.kind, ...refuse('ingest.wrong_columns') };
  }
  const row = new Map(header.columns.map((column, place) => [column, values[place]!.trim()]));
  const value = (column: string): string => row.get(column) ?? '';
  return { kind: header.kind, ...READERS[header.kind](value, line, feed) };
}

type Row = (column: string) => string;

const READERS: Readonly<Record<CsvKind, (row: Row, line: string, feed: Feed) => Reading>> = {
  people: readPerson,
  facts: readFact,
  permissions: readPermission,
};

function readPerson(row: Row, _line: string, feed: Feed): Reading {
  const nhsNumber = parseNhsNumber(row('nhs_number'));
  if (row('nhs_number') && !nhsNumber) return refuse('ingest.bad_nhs_number');
  if (!nhsNumber && !row('person_id')) return refuse('ingest.no_identity');
  if (!row('family')) return refuse('ingest.missing_name', 'family');
  const birthDate = parseDay(row('birth_date'));
  if (!birthDate) return refuse('ingest.missing_birth_date', 'birth_date');
  const sex = row('sex').toLowerCase() || 'unknown';
  if (!SEXES.includes(sex as Sex)) return refuse('ingest.wrong_shape', `sex: one of ${SEXES.join(', ')}`);
  const deceasedOn = parseDay(row('died_on'));
  if (row('died_on') && !deceasedOn) return refuse('ingest.impossible_date', 'died_on');
  const sensitive = row('sensitive').toLowerCase();
  if (!['', 'yes', 'no'].includes(sensitive)) return refuse('ingest.wrong_shape', 'sensitive: yes or no');
  const remarks: string[] = [];
  const email = tidyEmail(row('email'));
  if (row('email') && !email) remarks.push('An e-mail address that cannot be used was left out');
  const postcode = tidyPostcode(row('postcode'));
  if (row('postcode') && !postcode) remarks.push('A postcode that is none of the UK was left out');
  const nation = row('nation').toLowerCase();
  if (nation && !isNation(nation)) return refuse('ingest.wrong_shape', `nation: one of ${NATIONS.join(', ')}`);
  const format = row('format').toLowerCase();
  if (format && !ACCESSIBLE_FORMATS.includes(format as AccessibleFormat)) {
    return refuse('ingest.wrong_shape', `format: one of ${ACCESSIBLE_FORMATS.join(', ')}`);
  }
  const proxy = readProxy(row, remarks);
  if (proxy && 'refused' in proxy) return proxy;
  const category = row('ethnic_category').toUpperCase();
  return {
    record: {
      kind: 'person',
      nhsNumber,
      identifiers: row('person_id') ? [{ system: sourceSystem(feed.source), value: row('person_id') }] : [],
      given: row('given'),
      family: row('family'),
      birthDate,
      sex: sex as Sex,
      ethnicCategory: /^([A-HJ-NPRSZ]|99)$/.test(category) ? category : null,
      language: row('language').toLowerCase().slice(0, 20) || null,
      nation: isNation(nation) ? nation : null,
      format: (format as AccessibleFormat) || null,
      proxy,
      email,
      phone: tidyPhone(row('phone')),
      addressLine: row('address') || null,
      postcode,
      practiceCode: row('practice_code').slice(0, 20) || null,
      deceasedOn,
      sensitive: sensitive === 'yes',
    },
    remarks,
  };
}

/** The person who is written to in their stead; null when the row names none. */
function readProxy(row: Row, remarks: string[]): IncomingProxy | { readonly refused: Refusal } | null {
  const parts = ['proxy_name', 'proxy_relation', 'proxy_email', 'proxy_phone'];
  if (parts.every((part) => row(part) === '')) return null;
  const name = row('proxy_name');
  if (!name) return refuse('ingest.wrong_shape', 'proxy_name: the name of whoever speaks for them');
  const relation = row('proxy_relation').toLowerCase();
  if (!PROXY_RELATIONS.includes(relation as ProxyRelation)) {
    return refuse('ingest.wrong_shape', `proxy_relation: one of ${PROXY_RELATIONS.join(', ')}`);
  }
  const email = tidyEmail(row('proxy_email'));
  if (row('proxy_email') && !email) remarks.push('An e-mail address of a proxy that cannot be used was left out');
  const phone = tidyPhone(row('proxy_phone'));
  if (row('proxy_phone') && !phone) remarks.push('A phone number of a proxy that cannot be used was left out');
  return { name, relation: relation as ProxyRelation, email, phone };
}

function readFact(row: Row, line: string, feed: Feed): Reading {
  const person = whom(row, feed);
  if ('refused' in person) return person;
  const [kind, code] = [row('kind'), row('code')];
  const known = FACT_KINDS.includes(kind as FactKind) && (feed.lists.gives(kind, code) || resolves(feed, kind, code));
  if (!known) return refuse('ingest.unknown_fact');
  const when = parseWhen(row('date'));
  if (!when) return refuse(row('date') ? 'ingest.impossible_date' : 'ingest.missing_date', 'date');
  const [value, value2] = [numberOf(row('value')), numberOf(row('value2'))];
  if (Number.isNaN(value) || Number.isNaN(value2)) return refuse('ingest.impossible_value', 'value');
  if (kind === 'blood-pressure') {
    if (value === null || value2 === null) return refuse('ingest.incomplete_reading');
    const [upper, lower] = [feed.lists.limitsOf(kind, code, 'systolic'), feed.lists.limitsOf(kind, code, 'diastolic')];
    if (!pressureIsPossible(value, value2, upper, lower)) return refuse('ingest.impossible_value', 'blood pressure');
  } else if (kind === 'measurement') {
    const limits = feed.lists.limitsOf(kind, code);
    if (value === null || (limits && (value < limits[0] || value > limits[1]))) {
      return refuse('ingest.impossible_value', code);
    }
  } else if (value !== null || value2 !== null) {
    return refuse('ingest.impossible_value', 'this kind of fact has no value');
  }
  const sourceId = sourceIdOf('facts', row('record_id') || undefined, line);
  const facts = [fact(kind as FactKind, code, when, null, value, value2)];
  return { record: { kind: 'facts', person, sourceId, facts } };
}

/** Anything that can be so can also be over. */
function resolves({ lists }: Feed, kind: string, code: string): boolean {
  return kind === 'resolved' && ['condition', 'housing', 'social', 'flag'].some((each) => lists.gives(each, code));
}

function readPermission(row: Row, line: string, feed: Feed): Reading {
  const person = whom(row, feed);
  if ('refused' in person) return person;
  const channel = row('channel').toLowerCase();
  if (!CHANNELS.includes(channel as Channel)) {
    return refuse('ingest.wrong_shape', `channel: one of ${CHANNELS.join(', ')}`);
  }
  const purpose = row('purpose').toLowerCase();
  if (!isPurpose(purpose)) return refuse('ingest.wrong_shape', 'purpose: all, or the key of a programme');
  const allowed = row('allowed').toLowerCase();
  if (allowed !== 'yes' && allowed !== 'no') return refuse('ingest.wrong_shape', 'allowed: yes or no');
  const when = parseWhen(row('date'));
  if (!when) return refuse(row('date') ? 'ingest.impossible_date' : 'ingest.missing_date', 'date');
  return {
    record: {
      kind: 'permissions',
      person,
      sourceId: sourceIdOf('permissions', row('record_id') || undefined, line),
      permissions: [{ channel: channel as Channel, purpose, allowed: allowed === 'yes', at: when.from }],
    },
  };
}

function whom(row: Row, feed: Feed): PersonReference | { readonly refused: Refusal } {
  if (row('nhs_number')) {
    const nhsNumber = parseNhsNumber(row('nhs_number'));
    return nhsNumber ? { nhsNumber } : refuse('ingest.bad_nhs_number');
  }
  return row('person_id')
    ? { system: sourceSystem(feed.source), value: row('person_id') }
    : refuse('ingest.no_person', 'nhs_number or person_id');
}

/** Null for nothing, NaN for what is no plain decimal number. */
function numberOf(text: string): number | null {
  if (text === '') return null;
  return /^-?\d{1,9}(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
}

/** The values of one line: commas between, double quotes around, a doubled quote inside. Null when the quotes do not match. */
export function splitCsvLine(line: string): string[] | null {
  const values: string[] = [];
  let place = 0;
  for (;;) {
    if (line[place] === '"') {
      let value = '';
      for (place += 1; ; place += 1) {
        const end = line.indexOf('"', place);
        if (end === -1) return null;
        value += line.slice(place, end);
        place = end + 1;
        if (line[place] !== '"') break;
        value += '"';
      }
      if (place < line.length && line[place] !== ',') return null;
      values.push(value);
    } else {
      const end = line.indexOf(',', place);
      const value = line.slice(place, end === -1 ? line.length : end);
      if (value.includes('"')) return null;
      values.push(value);
      place = end === -1 ? line.length : end;
    }
    if (place >= line.length) return values;
    place += 1;
  }
}
