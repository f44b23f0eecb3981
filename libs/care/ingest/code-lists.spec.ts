import { describe, expect, it } from '@jest/globals';
import { CodeLists, CodeListWrong, shippedFolder } from './code-lists.js';

function aList(changes: { code?: string } = {}): string {
  const code = changes.code ?? `{ system: snomed, code: '1', title: One, means: condition/one, checked: book }`;
  return `list: test
title: A test
dated: 2026-11-01
sources: { book: { title: A book, url: https://book.example/, read: 2026-11-01 } }
codes:
  - ${code}
`;
}

describe('CodeLists', () => {
  const shipped = CodeLists.read(shippedFolder('programmes/code-lists'));

  it('reads the shipped lists', () => {
    expect(shipped.facts).toContain('smoking-status/current-smoker');
    expect(shipped.facts.length).toBeGreaterThan(40);
  });

  it('ties no code to two kinds of fact that can both be ended', () => {
    const codes = shipped.facts
      .filter((fact) => /^(condition|housing|social|flag)\//.test(fact))
      .map((fact) => fact.split('/')[1]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('finds the meaning of the first coding that has one', () => {
    const codings = [
      { system: 'urn:other', code: '1' },
      { system: 'http://snomed.info/sct', code: '59621000' },
    ];
    expect(shipped.find(codings)).toMatchObject({ meaning: { kind: 'condition', code: 'hypertension' } });
  });

  it('takes an answer only for the question it belongs to', () => {
    const yes = [{ system: 'http://loinc.org', code: 'LA33-6' }];
    expect(shipped.find(yes)).toBeNull();
    expect(shipped.find(yes, '93033-9')?.meaning.code).toBe('threatened-with-homelessness');
    expect(shipped.find(yes, '76501-6')).toBeNull();
  });

  it.each([
    [
      'a field nobody knows',
      '{ system: snomed, code: 1, title: One, means: condition/one, checked: book, colour: red }',
    ],
    ['a source that is not named', `{ system: snomed, code: '1', title: One, means: condition/one, checked: hearsay }`],
    ['a kind that is none', `{ system: snomed, code: '1', title: One, means: weather/one, checked: book }`],
  ])('refuses a list with %s', (_what, code) => {
    expect(() => new CodeLists().add('test.yaml', aList({ code }))).toThrow(CodeListWrong);
  });

  it('refuses a code listed twice', () => {
    const lists = new CodeLists();
    lists.add('one.yaml', aList());
    expect(() => lists.add('two.yaml', aList())).toThrow(/1 is listed twice/);
  });
});
