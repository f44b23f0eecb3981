import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { after } from '#platform/kernel';
import type { Known, KnownFact } from './definition.js';
import { answersFrom, evaluate, until } from './evaluate.js';
import type { Leaf, Rule } from './rule.js';

const NOW = new Date('2026-11-22T09:00:00.000Z');

function aPerson(changes: Partial<Known> = {}): Known {
  return {
    birthDate: '1980-05-01',
    imdDecile: null,
    hasNo: [],
    facts: [],
    openEpisodes: [],
    endings: [],
    permissions: [],
    ...changes,
  };
}

function aFact(changes: Partial<KnownFact> = {}): KnownFact {
  return {
    id: '1',
    kind: 'condition',
    code: 'hypertension',
    value: null,
    value2: null,
    at: '2026-01-10T09:00:00.000Z',
    recordedAt: '2026-01-10T09:00:00.000Z',
    source: 'practice',
    ...changes,
  };
}

const meets = (rule: Rule, known: Known, at = NOW): boolean => evaluate(rule, known, at).met;

describe('a register', () => {
  const onRegister: Rule = { test: 'standing', kind: 'condition', any: ['hypertension'] };
  const resolved = (at: string): KnownFact => aFact({ id: '2', kind: 'resolved', at });

  it('holds whoever was diagnosed', () => {
    expect(meets(onRegister, aPerson({ facts: [aFact()] }))).toBe(true);
  });

  it('does not hold whoever was only ever resolved', () => {
    expect(meets(onRegister, aPerson({ facts: [resolved('2026-02-01T09:00:00.000Z')] }))).toBe(false);
  });

  it('lets go of whoever was resolved on a later day', () => {
    expect(meets(onRegister, aPerson({ facts: [aFact(), resolved('2026-01-11T09:00:00.000Z')] }))).toBe(false);
  });

  it('keeps whoever was resolved later on the day of the diagnosis', () => {
    expect(meets(onRegister, aPerson({ facts: [aFact(), resolved('2026-01-10T17:00:00.000Z')] }))).toBe(true);
  });

  it('takes back whoever was diagnosed again', () => {
    const again = aFact({ id: '3', at: '2026-03-01T09:00:00.000Z' });
    expect(meets(onRegister, aPerson({ facts: [aFact(), resolved('2026-02-01T09:00:00.000Z'), again] }))).toBe(true);
  });

  it('does not know a diagnosis of tomorrow', () => {
    expect(meets(onRegister, aPerson({ facts: [aFact({ at: '2026-11-23T09:00:00.000Z' })] }))).toBe(false);
  });
});

describe('a blood pressure', () => {
  const raised = (match: 'either' | 'both' = 'either'): Rule => ({
    test: 'reading',
    of: 'blood-pressure',
    from: { clinic: { systolic: 140, diastolic: 90 }, home: { systolic: 135, diastolic: 85 }, match },
  });
  const reading = (value: number, value2: number | null, changes: Partial<KnownFact> = {}): KnownFact =>
    aFact({ kind: 'blood-pressure', code: 'clinic', value, value2, ...changes });

  it.each([
    [139, 89, 'clinic', false],
    [140, 60, 'clinic', true],
    [120, 90, 'clinic', true],
    [139, 89, 'home', true],
    [134, 84, 'home', false],
    [134, 85, 'abpm', true],
  ])('%i/%i %s is raised: %s', (systolic, diastolic, code, expected) => {
    expect(meets(raised(), aPerson({ facts: [reading(systolic, diastolic, { code })] }))).toBe(expected);
  });

  it('needs both figures where the programme asks for both', () => {
    expect(meets(raised('both'), aPerson({ facts: [reading(150, 80)] }))).toBe(false);
    expect(meets(raised('both'), aPerson({ facts: [reading(150, 95)] }))).toBe(true);
  });

  it('never joins figures of two readings', () => {
    const earlier = reading(150, 80, { id: '1', at: '2026-01-01T09:00:00.000Z' });
    const later = reading(120, null, { id: '2', at: '2026-02-01T09:00:00.000Z' });
    expect(meets(raised(), aPerson({ facts: [earlier, later] }))).toBe(false);
  });

  it('of several on one day is the latest, and of two at one instant the one recorded last', () => {
    const first = reading(150, 95, { id: '9', recordedAt: '2026-01-10T09:00:00.000Z' });
    const second = reading(120, 70, { id: '1', recordedAt: '2026-01-10T09:05:00.000Z' });
    expect(meets(raised(), aPerson({ facts: [first, second] }))).toBe(false);
  });
});

describe('a window', () => {
  const rule: Leaf = {
    test: 'recorded',
    kind: 'referral',
    any: ['stop-smoking'],
    within: { amount: 12, unit: 'months' },
  };
  const referredAt = (at: string): Known => aPerson({ facts: [aFact({ kind: 'referral', code: 'stop-smoking', at })] });

  it('holds its first instant and not the one before', () => {
    expect(meets(rule, referredAt('2025-11-22T09:00:00.000Z'))).toBe(true);
    expect(meets(rule, referredAt('2025-11-22T08:59:59.999Z'))).toBe(false);
  });

  it('holds to the end of March for a fact of the last of February, looking back a month', () => {
    const known = referredAt('2025-02-28T00:00:00.000Z');
    const month: Leaf = { ...rule, within: { amount: 1, unit: 'months' } };
    expect(until(evaluate(month, known, new Date('2025-03-20T12:00:00Z')))).toBe('2025-04-01');
  });

  it('says the first day it is over, whatever the day of the month', () => {
    const instant = fc.date({ min: new Date('2024-01-01'), max: NOW, noInvalidDate: true });
    const within = fc.record({
      amount: fc.integer({ min: 1, max: 24 }),
      unit: fc.constantFrom('days', 'weeks', 'months'),
    });
    fc.assert(
      fc.property(instant, within, (at, length) => {
        const windowed: Leaf = { ...rule, within: length };
        const known = referredAt(at.toISOString());
        const still = after(at, length);
        const day = until(evaluate(windowed, known, still))!;
        expect(evaluate(windowed, known, still).met).toBe(true);
        const dawn = DateTime.fromISO(day, { zone: 'Europe/London' }).startOf('day').toJSDate();
        expect(evaluate(windowed, known, dawn).met).toBe(false);
      }),
    );
  });
});

describe('an opt-out', () => {
  const rule: Leaf = { test: 'optedOut', programme: 'stop-smoking' };
  const word = (purpose: string, allowed: boolean, day: number): Known['permissions'][number] => ({
    purpose,
    allowed,
    at: `2026-01-${String(day).padStart(2, '0')}T09:00:00.000Z`,
  });

  it.each([
    ['of everything holds', [word('all', false, 1)], true],
    ['of this programme holds', [word('stop-smoking', false, 1)], true],
    ['of another programme does not', [word('housing-referral', false, 1)], false],
    ['of everything is lifted by a later yes to this', [word('all', false, 1), word('stop-smoking', true, 2)], false],
    ['of everything is not lifted by an earlier yes', [word('all', false, 2), word('stop-smoking', true, 1)], true],
    ['of this is not lifted by a later general yes', [word('stop-smoking', false, 1), word('all', true, 2)], true],
    ['of this is lifted by a later yes to it', [word('stop-smoking', false, 1), word('stop-smoking', true, 2)], false],
  ])('%s', (_what, permissions, expected) => {
    expect(answersFrom(aPerson({ permissions }), NOW)(rule).met).toBe(expected);
  });
});

describe('a cool-off', () => {
  const rule: Leaf = {
    test: 'coolingOff',
    programme: 'stop-smoking',
    after: [
      { ending: 'declined', lasts: { amount: 12, unit: 'months' } },
      { ending: null, lasts: { amount: 6, unit: 'months' } },
    ],
  };
  const ended = (ending: string, at: string): Known =>
    aPerson({ endings: [{ programme: 'stop-smoking', ending, at }] });

  it('lasts as long as the ending says', () => {
    expect(meets(rule, ended('declined', '2026-01-01T00:00:00.000Z'))).toBe(true);
    expect(meets(rule, ended('quit', '2026-01-01T00:00:00.000Z'))).toBe(false);
    expect(meets(rule, ended('quit', '2026-07-01T00:00:00.000Z'))).toBe(true);
  });

  it('says the day it ends', () => {
    expect(until(evaluate(rule, ended('declined', '2026-01-01T12:00:00.000Z'), NOW))).toBe('2027-01-02');
  });
});
