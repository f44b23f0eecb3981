import { describe as group, expect, it } from '@jest/globals';
import type { Rule } from './rule.js';
import { describe, sayAnswer } from './words.js';

const adult: Rule = { test: 'age', from: 18 };
const smokes: Rule = { test: 'latest', of: 'smoking-status', isAny: ['current-smoker'] };
const copd: Rule = { test: 'standing', kind: 'condition', any: ['copd'] };
const asked: Rule = {
  test: 'recorded',
  kind: 'referral',
  any: ['stop-smoking'],
  within: { amount: 12, unit: 'months' },
};

group('a rule in plain English', () => {
  it('is a list of what must all hold', () => {
    expect(describe({ test: 'all', rules: [adult, smokes, { test: 'not', rule: asked }] })).toEqual([
      'aged 18 or over',
      'whose latest smoking status is current smoker',
      'with no referral for stop smoking in the last 12 months',
    ]);
  });

  it('puts a group within a group in brackets', () => {
    const either: Rule = { test: 'any', rules: [copd, smokes] };
    expect(describe({ test: 'any', rules: [adult, { test: 'all', rules: [asked, either] }] })).toEqual([
      'aged 18 or over or (with a referral for stop smoking in the last 12 months and (currently recorded as COPD or whose latest smoking status is current smoker))',
    ]);
  });

  it('turns "not any of" into none of them, and "not all of" into one of them not', () => {
    expect(describe({ test: 'not', rule: { test: 'any', rules: [adult, copd] } })).toEqual([
      'not aged 18 or over',
      'not currently recorded as COPD',
    ]);
    expect(describe({ test: 'not', rule: { test: 'all', rules: [adult, copd] } })).toEqual([
      'not aged 18 or over or not currently recorded as COPD',
    ]);
  });

  it('says a reading with its threshold', () => {
    const reading: Rule = {
      test: 'reading',
      of: 'blood-pressure',
      from: { clinic: { systolic: 140, diastolic: 90 }, home: { systolic: 135, diastolic: 85 }, match: 'either' },
      olderThan: { amount: 3, unit: 'months' },
    };
    expect(describe(reading)).toEqual([
      'whose latest blood pressure is 140/90 or above in clinic, or 135/85 or above at home (either figure) and is more than 3 months old',
    ]);
    const home = { kind: 'blood-pressure', code: 'home', value: 128, value2: 80, at: '', source: '' };
    expect(sayAnswer(reading, false, home)).toBe(
      'Blood pressure 128/80 (at home): not 135/85 or above and more than 3 months old',
    );
  });

  it('says neighbourhoods as a share', () => {
    expect(describe({ test: 'deprivation', deciles: [2, 1] })).toEqual([
      'living in one of the 20% most deprived neighbourhoods',
    ]);
  });
});
