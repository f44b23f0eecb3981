import { describe, expect, it } from '@jest/globals';
import { difference, fits, namedWeeks, peak, spoken, ticks } from './chart.js';

describe('the busiest week', () => {
  it('is the first of those that are equal', () => {
    expect(peak([3, 9, 9, 1])).toEqual({ week: 2, value: 9 });
  });

  it('is none when nothing happens in any week', () => {
    expect(peak([0, 0])).toBeNull();
  });
});

describe('the scale of a chart', () => {
  it.each([
    [0, [0, 1]],
    [0.8, [0, 1]],
    [3, [0, 1, 2, 3]],
    [7, [0, 2, 4, 6, 8]],
    [41, [0, 20, 40, 60]],
    [100, [0, 25, 50, 75, 100]],
    [1234, [0, 500, 1000, 1500]],
  ])('reaches %s in round steps', (most, steps) => {
    expect(ticks(most)).toEqual(steps);
  });

  it('counts whole things in whole steps', () => {
    expect(ticks(9).every(Number.isInteger)).toBe(true);
  });

  it('leaves out a level that would flatten the bars', () => {
    expect(fits({ name: 'Hours there are', value: 15 }, 10)).toBe(true);
    expect(fits({ name: 'Hours there are', value: 156 }, 10)).toBe(false);
    expect(fits(undefined, 10)).toBe(false);
  });

  it('names every week of twelve and every fourth of a year', () => {
    expect(namedWeeks(12)).toHaveLength(12);
    expect(namedWeeks(52)).toEqual([1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49]);
  });
});

describe('a chart in words', () => {
  it('says when most happens, and how it ends', () => {
    expect(spoken([{ name: 'Needed', values: [2, 41, 12], as: 'bars' }], 'hours')).toBe(
      'Needed: at most 41 in week 2, 12 in the last week. In hours, 3 weeks.',
    );
  });

  it('says that nothing happens', () => {
    expect(spoken([{ name: 'Sent', values: [0], as: 'bars' }], 'letters')).toBe(
      'Sent: none in any week. In letters, 1 week.',
    );
  });
});

describe('two runs beside each other', () => {
  it.each([
    [5, 2, '+3'],
    [2, 5.5, '−3.5'],
    [4, 4, 'no change'],
  ])('%d against %d is %s', (here, there, said) => {
    expect(difference(here, there)).toBe(said);
  });
});
