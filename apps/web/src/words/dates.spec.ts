import { describe, expect, it } from '@jest/globals';
import { ago, clock, day, due, longDate, moment, plural } from './dates';

const NOW = new Date('2026-11-22T09:00:00Z');

describe('day', () => {
  it('is the weekday, the day and the month', () => {
    expect(day('2026-11-26T17:00:00Z', NOW)).toBe('Thu 26 Nov');
  });

  it('says the year when it is not this one', () => {
    expect(day('2025-09-03', NOW)).toBe('Wed 3 Sep 2025');
  });

  it('follows the calendar in London, an hour ahead of UTC in summer', () => {
    expect(day('2026-06-30T23:30:00Z', NOW)).toBe('Wed 1 Jul');
  });

  it('keeps a date without a time as it stands', () => {
    expect(day('2026-03-29', NOW)).toBe('Sun 29 Mar');
  });
});

describe('longDate, moment and clock', () => {
  it('say a date of birth in full', () => {
    expect(longDate('1992-03-14')).toBe('14 March 1992');
  });

  it('say the time in London', () => {
    expect(moment('2026-07-01T13:05:00Z', NOW)).toBe('Wed 1 Jul, 14:05');
    expect(clock('2026-11-22T00:07:00Z')).toBe('00:07');
  });
});

describe('ago', () => {
  it.each([
    ['2026-11-22T00:10:00Z', 'today'],
    ['2026-11-21T23:50:00Z', 'yesterday'],
    ['2026-11-03', '19 days ago'],
    ['2026-06-22', '5 months ago'],
    ['2020-11-01', '6 years ago'],
    ['2026-11-23T08:00:00Z', 'tomorrow'],
    ['2026-11-26', 'in 4 days'],
  ])('says %s as %s', (at, words) => {
    expect(ago(at, NOW)).toBe(words);
  });
});

describe('due', () => {
  it.each([
    ['2026-11-20T17:00:00Z', '2 days over', 'over'],
    ['2026-11-21T17:00:00Z', '1 day over', 'over'],
    ['2026-11-22T08:59:00Z', 'Due earlier today', 'over'],
    ['2026-11-22T17:00:00Z', 'Due today', 'now'],
    ['2026-11-23T17:00:00Z', 'Due tomorrow', 'later'],
    ['2026-11-26T17:00:00Z', 'Thu 26 Nov', 'later'],
  ])('says %s as %s', (at, text, tone) => {
    expect(due(at, NOW)).toEqual({ text, tone });
  });
});

describe('plural', () => {
  it('counts one and many', () => {
    expect([plural(1, 'day'), plural(1200, 'day'), plural(2, 'person', 'people')]).toEqual([
      '1 day',
      '1,200 days',
      '2 people',
    ]);
  });
});
