import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addUp, clockTimes } from './clocks.js';
import { LARGEST_HIDDEN } from './disclosure.js';
import { clockRows, type EndingCount, endingRows, single } from './report-work.js';

const TITLES = new Map([
  ['completed', 'Finished'],
  ['declined', 'Said no'],
]);
const anEnding = (ending: string, episodes: number, exit = false): EndingCount => ({ ending, exit, episodes });
const textsOf = (counts: readonly EndingCount[]) =>
  Object.fromEntries(endingRows(counts, TITLES).map(({ key, text }) => [key, text]));

describe('how the episodes of a report ended', () => {
  it('is told for every ending of the script and every exit, each on its own', () => {
    const rows = endingRows([anEnding('completed', 40), anEnding('need-met-by-us', 20, true)], TITLES);
    expect(rows.map(({ title, exit, text }) => [title, exit, text])).toEqual([
      ['Still under way', false, '0'],
      ['Finished', false, '40'],
      ['Said no', false, '0'],
      ['We met the need', true, '20'],
      ['Somebody else met the need', true, '0'],
      ['No longer fits the programme', true, '0'],
      ['The data was wrong', true, '0'],
      ['Asked us to stop', true, '0'],
      ['Moved away', true, '0'],
      ['Died', true, '0'],
    ]);
  });

  it('keeps what older episodes and older versions of the script say', () => {
    expect(textsOf([anEnding('need-met', 10, true), anEnding('not-reached', 15)])).toMatchObject({
      ...{ 'need-met': '10', 'not-reached': '15' },
    });
  });

  it('hides a small count, and another with it so that it cannot be worked out', () => {
    const texts = textsOf([anEnding('open', 100), anEnding('died', 3, true), anEnding('completed', 40)]);
    expect(texts['died']).toBe('*');
    expect([texts['open'], texts['completed']]).not.toContain('3');
  });

  it('never shows a count from 1 to 7, whatever the others are', () => {
    const counts = fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(counts, (episodes) => {
        const keys = ['open', 'completed', 'declined', 'died', 'opted-out'];
        const given = episodes.map((count, nth) => anEnding(keys[nth]!, count, nth > 2));
        for (const { count } of endingRows(given, TITLES)) {
          expect(count === null || count === 0 || count > LARGEST_HIDDEN).toBe(true);
        }
      }),
    );
  });
});

describe('whose time ran', () => {
  const HOUR = 3_600_000;
  const none = { us: 0, partner: 0, person: 0, planned: 0, paused: 0 };

  it('is added up in working hours of the nation, to now where it still runs', () => {
    const now = new Date('2026-12-01T12:00:00Z');
    const spans = [
      { clock: 'us', from: new Date('2026-11-27T15:00:00Z'), to: new Date('2026-11-30T10:00:00Z') },
      { clock: 'partner', from: new Date('2026-11-30T10:00:00Z'), to: null },
    ];
    const hours = (nation: 'england' | 'scotland') => clockTimes(spans, nation, now).map((one) => one.hours);
    expect(hours('england')).toEqual([3, 10, 0, 0, 0]);
    // Saint Andrew's Day, Monday 30 November, is free.
    expect(hours('scotland')).toEqual([2, 3, 0, 0, 0]);
    expect(addUp([{ clock: 'nobody', from: now, to: now }], 'england', now)).toEqual(none);
  });

  it('is told as a sum and a median over the episodes that had any', () => {
    const episodes = Array.from({ length: 10 }, (_, nth) => ({ ...none, us: (nth + 1) * HOUR }));
    const [us, partner] = clockRows([...episodes, none]);
    expect(us).toMatchObject({ title: 'Our time', episodes: 10, totalHours: 55, medianHours: 5.5 });
    expect(partner).toMatchObject({ episodes: 0, totalHours: 0, medianHours: 0 });
  });

  it('is hidden where too few had any', () => {
    const [us] = clockRows(Array.from({ length: LARGEST_HIDDEN }, () => ({ ...none, us: HOUR })));
    expect(us).toMatchObject({ episodes: null, totalHours: null, medianHours: null });
  });
});

describe('a count on its own', () => {
  it.each([
    [0, '0'],
    [1, '*'],
    [7, '*'],
    [8, '10'],
    [1842, '1,840'],
  ])('of %i is said as %s', (count, text) => {
    expect(single(count).text).toBe(text);
  });
});
