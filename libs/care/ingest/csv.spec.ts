import { describe, expect, it } from '@jest/globals';
import { CodeLists, shippedFolder } from './code-lists.js';
import { readCsvLine, readHeader, splitCsvLine } from './csv.js';
import type { Feed } from './fhir.js';

const feed: Feed = {
  source: 'council',
  lists: CodeLists.read(shippedFolder('programmes/code-lists')),
  today: '2026-11-22',
};
const FACTS = 'nhs_number,person_id,record_id,kind,code,value,value2,date';

function aFact(changes: Partial<Record<string, string>> = {}): string {
  const row: Record<string, string | undefined> = {
    nhs_number: '9990000018',
    kind: 'housing',
    code: 'damp',
    date: '2026-05-01',
    ...changes,
  };
  return FACTS.split(',')
    .map((column) => row[column] ?? '')
    .join(',');
}

function read(header: string, line: string): ReturnType<typeof readCsvLine> {
  return readCsvLine(line, readHeader(header), feed);
}

describe('splitCsvLine', () => {
  it.each([
    ['a,b,c', ['a', 'b', 'c']],
    ['a,,', ['a', '', '']],
    ['"a, b","say ""hello""",c', ['a, b', 'say "hello"', 'c']],
    ['""', ['']],
    ['', ['']],
  ])('splits %p', (line, values) => {
    expect(splitCsvLine(line)).toEqual(values);
  });

  it.each(['"open', '"a"b,c', 'a"b'])('refuses %p', (line) => {
    expect(splitCsvLine(line)).toBeNull();
  });
});

describe('readHeader', () => {
  it('knows the file by its columns, in any order and case', () => {
    expect(readHeader('Date, Code,kind,NHS_NUMBER')?.kind).toBe('facts');
    expect(readHeader('nhs_number,family,given,birth_date,sex,notes')?.kind).toBe('people');
    expect(readHeader('nhs_number,channel,purpose,allowed,date')?.kind).toBe('permissions');
  });

  it.each(['name,age', 'nhs_number,kind,code,date,date', ''])('knows no file with the header %p', (line) => {
    expect(readHeader(line)).toBeNull();
  });
});

describe('a row of facts', () => {
  it('becomes a fact dated at the start of the day', () => {
    expect(read(FACTS, aFact({ record_id: 'H1' }))).toMatchObject({
      record: {
        kind: 'facts',
        person: { nhsNumber: '9990000018' },
        sourceId: 'facts/H1',
        facts: [{ kind: 'housing', code: 'damp', effectiveAt: '2026-05-01T00:00:00.000Z' }],
      },
    });
  });

  it('takes a blood pressure with both values', () => {
    const row = aFact({ kind: 'blood-pressure', code: 'clinic', value: '152', value2: '94' });
    expect(read(FACTS, row)).toMatchObject({ record: { facts: [{ value: 152, value2: 94 }] } });
  });

  it.each([
    [{ nhs_number: '9990000019' }, 'ingest.bad_nhs_number'],
    [{ nhs_number: '' }, 'ingest.no_person'],
    [{ code: 'draughty' }, 'ingest.unknown_fact'],
    [{ kind: 'weather' }, 'ingest.unknown_fact'],
    [{ date: '2026-02-30' }, 'ingest.impossible_date'],
    [{ date: '' }, 'ingest.missing_date'],
    [{ value: '3' }, 'ingest.impossible_value'],
    [{ kind: 'blood-pressure', code: 'clinic', value: '152' }, 'ingest.incomplete_reading'],
    [{ kind: 'blood-pressure', code: 'clinic', value: '80', value2: '120' }, 'ingest.impossible_value'],
    [{ kind: 'blood-pressure', code: 'clinic', value: '1e2', value2: '60' }, 'ingest.impossible_value'],
    [{ kind: 'measurement', code: 'bmi' }, 'ingest.impossible_value'],
    [{ kind: 'measurement', code: 'bmi', value: '900' }, 'ingest.impossible_value'],
  ])('is refused with %j', (changes, reason) => {
    expect(read(FACTS, aFact(changes))).toMatchObject({ refused: { reason } });
  });

  it('is refused when a value is missing or one too many', () => {
    expect(read(FACTS, '9990000018,housing')).toMatchObject({ refused: { reason: 'ingest.wrong_columns' } });
    expect(read(FACTS, `${aFact()},more`)).toMatchObject({ refused: { reason: 'ingest.wrong_columns' } });
  });

  it('is the same row when it is delivered again without an id', () => {
    const [one, other] = [read(FACTS, aFact()), read(FACTS, aFact())];
    expect(one).toEqual(other);
    expect(read(FACTS, aFact({ date: '2026-05-02' }))).not.toEqual(one);
  });
});

describe('a row of people', () => {
  const header = 'nhs_number,person_id,family,given,birth_date,sex,email,postcode,died_on,sensitive';

  it('becomes a person with a tidy postcode', () => {
    expect(read(header, '999 000 0018,7,Marlowe,Iris,1961-05-04,female,iris@mail.example,nn11aa,,no')).toMatchObject({
      record: {
        kind: 'person',
        nhsNumber: '9990000018',
        identifiers: [{ system: 'source/council', value: '7' }],
        postcode: 'NN1 1AA',
        email: 'iris@mail.example',
        sensitive: false,
      },
    });
  });

  it('leaves out an address that would mail somebody else as well', () => {
    const row = read(header, '9990000018,,Marlowe,Iris,1961-05-04,female,"a@mail.example, b@mail.example",,,');
    expect(row).toMatchObject({ record: { email: null }, remarks: [expect.stringMatching(/e-mail/)] });
  });

  it.each([
    [',,Marlowe,Iris,1961-05-04,female,,,,', 'ingest.no_identity'],
    ['9990000018,,,Iris,1961-05-04,female,,,,', 'ingest.missing_name'],
    ['9990000018,,Marlowe,Iris,1961,female,,,,', 'ingest.missing_birth_date'],
    ['9990000018,,Marlowe,Iris,1961-05-04,woman,,,,', 'ingest.wrong_shape'],
    ['9990000018,,Marlowe,Iris,1961-05-04,female,,,31/12/2025,', 'ingest.impossible_date'],
    ['9990000018,,Marlowe,Iris,1961-05-04,female,,,,perhaps', 'ingest.wrong_shape'],
  ])('is refused: %s', (line, reason) => {
    expect(read(header, line)).toMatchObject({ refused: { reason } });
  });
});

describe('a row of permissions', () => {
  const header = 'nhs_number,channel,purpose,allowed,date';

  it('says what is refused', () => {
    expect(read(header, '9990000018,sms,stop-smoking,no,2026-01-01')).toMatchObject({
      record: { permissions: [{ channel: 'sms', purpose: 'stop-smoking', allowed: false }] },
    });
  });

  it.each([
    '9990000018,pigeon,all,no,2026-01-01',
    '9990000018,sms,Stop It!,no,2026-01-01',
    '9990000018,sms,all,maybe,2026-01-01',
  ])('is refused: %s', (line) => {
    expect(read(header, line)).toMatchObject({ refused: { reason: 'ingest.wrong_shape' } });
  });
});

describe('a row of people with needs', () => {
  const header =
    'person_id,nhs_number,family,given,birth_date,sex,nation,format,proxy_name,proxy_relation,proxy_email,proxy_phone';
  const row = (needs: string): string => `7,,Marlowe,Iris,2015-05-04,female,${needs}`;

  it('says nation, format and who speaks for them', () => {
    const needs = 'Wales,large-print,Rosa Marlowe,parent,rosa@mail.example,07700 900124';
    expect(read(header, row(needs))).toMatchObject({
      record: {
        nation: 'wales',
        format: 'large-print',
        proxy: { name: 'Rosa Marlowe', relation: 'parent', email: 'rosa@mail.example', phone: '07700900124' },
      },
      remarks: [],
    });
  });

  it('may say nothing of them', () => {
    expect(read(header, row(',,,,,'))).toMatchObject({ record: { nation: null, format: null, proxy: null } });
  });

  it('leaves out an address of a proxy that cannot be used, and says so', () => {
    expect(read(header, row(',,Rosa Marlowe,parent,rosa,12'))).toMatchObject({
      record: { proxy: { email: null, phone: null } },
      remarks: [
        'An e-mail address of a proxy that cannot be used was left out',
        'A phone number of a proxy that cannot be used was left out',
      ],
    });
  });

  it.each([
    ['france,,,,,', /nation: one of england, wales, scotland, northern-ireland/],
    [',big letters,,,,', /format: one of standard, large-print, easy-read, braille, audio, bsl/],
    [',,,parent,,', /proxy_name: the name of whoever speaks for them/],
    [',,Rosa Marlowe,friend,,', /proxy_relation: one of parent, guardian, carer, attorney/],
    [',,Rosa Marlowe,,rosa@mail.example,', /proxy_relation/],
  ])('is set aside with %p, and says how to mend it', (needs, explain) => {
    const reading = read(header, row(needs));
    expect(reading).toMatchObject({ refused: { reason: 'ingest.wrong_shape' } });
    expect('refused' in reading && reading.refused.explain).toMatch(explain);
    expect(JSON.stringify(reading)).not.toMatch(/Rosa|france|friend|big letters/);
  });
});
