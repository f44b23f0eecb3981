import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import type { Nation } from '#platform/kernel';
import { budgetFreeAt, opensAt, type ContactBudget, type QuietHours } from './contact-policy.js';
import { readContactPolicy } from './contact-policy-file.js';

const NIGHT: QuietHours = { from: '19:00', to: '09:00', days: [], bankHolidays: false };

function opens(at: string, changes: Partial<QuietHours> = {}, nation: Nation = 'england'): string | undefined {
  return opensAt(new Date(at), nation, { ...NIGHT, ...changes })?.toISOString();
}

describe('quiet hours', () => {
  it.each([
    ['in the day, at once', '2026-11-23T10:00:00Z', '2026-11-23T10:00:00.000Z'],
    ['at their end, at once', '2026-11-23T09:00:00Z', '2026-11-23T09:00:00.000Z'],
    ['a moment before their end', '2026-11-23T08:59:59Z', '2026-11-23T09:00:00.000Z'],
    ['at their beginning', '2026-11-23T19:00:00Z', '2026-11-24T09:00:00.000Z'],
    ['before midnight', '2026-11-23T23:59:59Z', '2026-11-24T09:00:00.000Z'],
    ['after midnight', '2026-11-24T00:00:00Z', '2026-11-24T09:00:00.000Z'],
    ['in summer by the summer clock', '2026-07-01T07:30:00Z', '2026-07-01T08:00:00.000Z'],
  ])('let a message go %s', (_when, at, expected) => {
    expect(opens(at)).toBe(expected);
  });

  it.each([
    ['the clocks go forward', '2026-03-28T20:00:00Z', '2026-03-29T08:00:00.000Z'],
    ['the clocks go back', '2026-10-24T19:00:00Z', '2026-10-25T09:00:00.000Z'],
  ])('end by the clock on the wall in the night that %s', (_night, at, expected) => {
    expect(opens(at)).toBe(expected);
  });

  it('end an hour later by the clock when the spring night leaves their end out', () => {
    expect(opens('2026-03-29T00:30:00Z', { from: '22:00', to: '01:30' })).toBe('2026-03-29T01:30:00.000Z');
  });

  it('end at the second half past one in the autumn night, seen from between the two', () => {
    const hours = { from: '22:00', to: '01:30' };
    expect(opens('2026-10-25T00:10:00Z', hours)).toBe('2026-10-25T00:30:00.000Z');
    expect(opens('2026-10-25T01:10:00Z', hours)).toBe('2026-10-25T01:30:00.000Z');
  });

  it('can lie within one day', () => {
    const lunch = { from: '12:00', to: '13:30' };
    expect(opens('2026-11-23T11:59:00Z', lunch)).toBe('2026-11-23T11:59:00.000Z');
    expect(opens('2026-11-23T12:00:00Z', lunch)).toBe('2026-11-23T13:30:00.000Z');
  });

  it('leave out whole days, and go on with the night that follows', () => {
    expect(opens('2026-11-28T20:00:00Z', { days: [7] })).toBe('2026-11-30T09:00:00.000Z');
  });

  it.each<[Nation, string, string]>([
    ['england', '2026-11-30T10:00:00Z', '2026-11-30T10:00:00.000Z'],
    ['wales', '2026-11-30T10:00:00Z', '2026-11-30T10:00:00.000Z'],
    ['scotland', '2026-11-30T10:00:00Z', '2026-12-01T09:00:00.000Z'],
    ['northern-ireland', '2027-03-17T10:00:00Z', '2027-03-18T09:00:00.000Z'],
    ['england', '2027-03-17T10:00:00Z', '2027-03-17T10:00:00.000Z'],
  ])('keep the bank holidays of %s (%s)', (nation, at, expected) => {
    expect(opens(at, { bankHolidays: true }, nation)).toBe(expected);
  });

  it('wait through Christmas', () => {
    expect(opens('2026-12-24T20:00:00Z', { days: [6, 7], bankHolidays: true })).toBe('2026-12-29T09:00:00.000Z');
  });
});

describe('quiet hours with hours of the step', () => {
  const at = new Date('2026-11-23T10:00:00Z');

  it('let a message go when both do', () => {
    const hours = { from: '17:00', to: '20:00', days: [2] };
    expect(opensAt(at, 'england', NIGHT, hours)?.toISOString()).toBe('2026-11-24T17:00:00.000Z');
    expect(opensAt(new Date('2026-11-24T19:30:00Z'), 'england', NIGHT, hours)?.toISOString()).toBe(
      '2026-12-01T17:00:00.000Z',
    );
  });

  it('say so when no moment is ever free', () => {
    expect(opensAt(at, 'england', NIGHT, { from: '20:00', to: '22:00', days: [1, 2] })).toBeNull();
  });

  it('never answer a moment before the one asked about, nor one that is not free, on any hour of a year', () => {
    const quiet = { ...NIGHT, days: [7], bankHolidays: true };
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const asked = new Date(Date.UTC(2026, 0, 1, hour, 17));
      const free = opensAt(asked, 'scotland', quiet)!;
      expect(free >= asked).toBe(true);
      expect(opensAt(free, 'scotland', quiet)).toEqual(free);
    }
  });
});

describe('the contact budget', () => {
  const budget: ContactBudget = {
    messages: 3,
    within: { amount: 28, unit: 'days' },
    apart: { amount: 2, unit: 'days' },
  };
  const at = new Date('2026-11-23T10:00:00Z');
  const free = (...left: string[]): string =>
    budgetFreeAt(
      at,
      left.map((one) => new Date(one)),
      budget,
      'england',
    ).toISOString();

  it('lets the first message go at once', () => {
    expect(free()).toBe('2026-11-23T10:00:00.000Z');
  });

  it('keeps messages apart', () => {
    expect(free('2026-11-22T12:00:00Z')).toBe('2026-11-24T12:00:00.000Z');
    expect(free('2026-11-21T10:00:00Z')).toBe('2026-11-23T10:00:00.000Z');
  });

  it('counts what left in any order, and lets the next go when the oldest that counts no longer does', () => {
    expect(free('2026-11-20T10:00:00Z', '2026-11-01T10:00:00Z', '2026-11-10T10:00:00Z')).toBe(
      '2026-11-29T10:00:00.000Z',
    );
  });

  it('keeps the clock time over a change of clocks', () => {
    const spent = [new Date('2026-10-24T09:00:00Z')];
    expect(budgetFreeAt(new Date('2026-10-24T10:00:00Z'), spent, budget, 'england').toISOString()).toBe(
      '2026-10-26T10:00:00.000Z',
    );
  });
});

describe('the contact policy file', () => {
  const shipped = (): Promise<string> => readFile('programmes/contact/contact-policy.yaml', 'utf8');
  const mistakesOf = (content: string): string[] =>
    (readContactPolicy('contact-policy.yaml', content).mistakes ?? []).map(({ message }) => message);

  it('that is shipped is right', async () => {
    const { terms, mistakes } = readContactPolicy('contact-policy.yaml', await shipped());
    expect(mistakes).toBeUndefined();
    expect(terms?.quietHours.sms).toEqual({ from: '19:00', to: '09:00', days: [7], bankHolidays: true });
    expect(terms?.budget.apart).toEqual({ amount: 2, unit: 'days' });
  });

  it.each([
    ['an hour that is none', "to: '09:00'", "to: '9am'", /:\d+:\d+: found "9am", expected a time in quotes/],
    ['one time alone', "from: '19:00', ", '', /found one time alone, expected both from and to, or neither/],
    ['a channel nobody has', '[email, letter]', '[email, fax]', /found "fax", expected one of email, sms, letter/],
    [
      'a key misspelt',
      'messages: 6',
      'mesages: 6',
      /found mesages, expected one of messages, within, apart\. Did you mean messages\?/,
    ],
    ['a budget of nothing', 'messages: 6', 'messages: 0', /found 0, expected at least/],
    ['a length that is none', 'within: 28 days', 'within: -28 days', /found "-28 days", expected a length of time/],
    ['a length beyond reason', 'within: 28 days', 'within: 900 weeks', /expected a length of time up to a year/],
    [
      'days further apart than the window',
      'apart: 2 days',
      'apart: 30 days',
      /found "30 days"|found .*, expected no longer than within/,
    ],
    [
      'no day left',
      'days: [sunday]',
      'days: [monday, tuesday, wednesday, thursday, friday, saturday, sunday]',
      /a day or more on which/,
    ],
    [
      'a source without standing',
      'status: verified',
      'status: sure',
      /found "sure", expected one of verified, unverified/,
    ],
  ])('is refused for %s, with the place', async (_what, right, wrong, says) => {
    const content = await shipped();
    expect(content).toContain(right);
    const mistakes = mistakesOf(content.replace(right, wrong));
    expect(mistakes[0]).toMatch(/^contact-policy\.yaml:\d+:\d+: /);
    expect(mistakes.join('\n')).toMatch(says);
  });

  it('says the very line', async () => {
    const content = await shipped();
    const line = content.split('\n').findIndex((text) => text.startsWith('budget:')) + 1;
    expect(mistakesOf(content.replace('messages: 6', 'messages: many'))[0]).toMatch(
      new RegExp(`^contact-policy\\.yaml:${line}:`),
    );
  });

  it('tells all its mistakes at once', async () => {
    const content = (await shipped()).replace('messages: 6', 'messages: 0').replace('most: 3', 'most: none');
    expect(mistakesOf(content)).toHaveLength(2);
  });

  it.each(['', '[]', 'title: [', 'version: 1'])('is refused when it says %j', (content) => {
    expect(mistakesOf(content)).not.toEqual([]);
  });
});
