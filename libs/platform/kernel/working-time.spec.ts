import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  after,
  afterWorkingTime,
  BANK_HOLIDAYS,
  before,
  isWorkingDay,
  type Nation,
  NATIONS,
  shiftDeadline,
  WORKING_DAY_MS,
  workingTimeBetween,
} from './index.js';

const nations = fc.constantFrom<Nation[]>(...NATIONS);
/** Any minute of the years that the calendars know, both nights of each change of clocks among them. */
const instants = fc
  .integer({ min: Date.UTC(2025, 0, 2) / 60_000, max: Date.UTC(2028, 11, 1) / 60_000 })
  .map((minute) => new Date(minute * 60_000));
const workingDays = fc.integer({ min: 1, max: 60 }).map((amount) => ({ amount, unit: 'working-days' as const }));
const london = (instant: Date): DateTime => DateTime.fromJSDate(instant, { zone: 'Europe/London' });
const dayOf = (instant: Date): string => london(instant).toISODate()!;

/** Working time counted minute by minute, as slowly as it is plain. */
function countedSlowly(from: Date, to: Date, nation: Nation): number {
  let minutes = 0;
  for (let at = from.getTime(); at < to.getTime(); at += 60_000) {
    const moment = london(new Date(at));
    if (moment.hour >= 9 && moment.hour < 17 && isWorkingDay(moment, nation)) minutes += 1;
  }
  return minutes * 60_000;
}

describe('bank holidays', () => {
  it.each(BANK_HOLIDAYS.map((one) => [one.nations.join(' and '), one.year, one] as const))(
    'of %s in %i are weekdays in order, each once',
    (_nations, year, { days }) => {
      const dates = days.map((day) => DateTime.fromISO(`${year}-${day}`, { zone: 'utc' }));
      expect(dates.filter((date) => !date.isValid || date.weekday > 5)).toEqual([]);
      expect([...new Set(days)].sort()).toEqual(days);
    },
  );

  it('are known of every nation for the same years', () => {
    const years = NATIONS.map((nation) =>
      BANK_HOLIDAYS.filter((one) => one.nations.includes(nation)).map(({ year }) => year),
    );
    expect(new Set(years.map(String)).size).toBe(1);
  });

  it.each([
    ['2026-01-02', ['scotland']],
    ['2026-03-17', ['northern-ireland']],
    ['2026-04-06', ['england', 'wales', 'northern-ireland']],
    ['2026-06-15', ['scotland']],
    ['2026-07-13', ['northern-ireland']],
    ['2026-08-03', ['scotland']],
    ['2026-08-31', ['england', 'wales', 'northern-ireland']],
    ['2026-11-30', ['scotland']],
    ['2026-12-28', ['england', 'wales', 'scotland', 'northern-ireland']],
  ])('are free on %s for %j alone', (day, free) => {
    const noon = DateTime.fromISO(`${day}T12:00`, { zone: 'Europe/London' });
    expect(NATIONS.filter((nation) => !isWorkingDay(noon, nation))).toEqual(free);
  });

  it('move a deadline by the nation', () => {
    const friday = new Date('2026-11-27T10:00:00Z');
    const day = { amount: 1, unit: 'working-days' } as const;
    expect(after(friday, day, 'england').toISOString()).toBe('2026-11-30T17:00:00.000Z');
    expect(after(friday, day, 'scotland').toISOString()).toBe('2026-12-01T17:00:00.000Z');
  });
});

describe('working days', () => {
  it('end at five of a working day, never on a holiday', () => {
    fc.assert(
      fc.property(instants, workingDays, nations, (from, length, nation) => {
        for (const end of [after(from, length, nation), before(from, length, nation)]) {
          expect([isWorkingDay(london(end), nation), london(end).toFormat('HH:mm:ss.SSS')]).toEqual([
            true,
            '17:00:00.000',
          ]);
        }
      }),
    );
  });

  it('come back to where they began', () => {
    fc.assert(
      fc.property(instants, workingDays, nations, (from, length, nation) => {
        fc.pre(isWorkingDay(london(from), nation));
        expect(dayOf(before(after(from, length, nation), length, nation))).toBe(dayOf(from));
        expect(dayOf(after(before(from, length, nation), length, nation))).toBe(dayOf(from));
      }),
    );
  });

  it('never end earlier for a later start or a longer time', () => {
    fc.assert(
      fc.property(instants, instants, workingDays, nations, (one, other, length, nation) => {
        const [first, second] = one < other ? [one, other] : [other, one];
        expect(after(first, length, nation) <= after(second, length, nation)).toBe(true);
        const longer = { ...length, amount: length.amount + 1 };
        expect(after(first, length, nation) < after(first, longer, nation)).toBe(true);
      }),
    );
  });
});

describe('working hours', () => {
  it('are those that a minute by minute count finds', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 10 * 24 * 60 }), nations, (from, minutes, nation) => {
        const to = new Date(from.getTime() + minutes * 60_000);
        expect(workingTimeBetween(from, to, nation)).toBe(countedSlowly(from, to, nation));
      }),
      { numRuns: 25 },
    );
  });

  it('add up over any point between', () => {
    fc.assert(
      fc.property(instants, instants, instants, nations, (a, b, c, nation) => {
        const [from, between, to] = [a, b, c].sort((x, y) => x.getTime() - y.getTime()) as [Date, Date, Date];
        expect(workingTimeBetween(from, between, nation) + workingTimeBetween(between, to, nation)).toBe(
          workingTimeBetween(from, to, nation),
        );
        expect(workingTimeBetween(to, from, nation)).toBe(0);
      }),
    );
  });

  it('are reached by adding them, at the first instant that has them', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 90 * 480 }), nations, (from, minutes, nation) => {
        const length = minutes * 60_000;
        const end = afterWorkingTime(from, length, nation);
        expect(workingTimeBetween(from, end, nation)).toBe(length);
        expect(workingTimeBetween(from, new Date(end.getTime() - 1), nation)).toBe(length - 1);
      }),
    );
  });

  it('fill a working day, also the first after the clocks went back or forward', () => {
    for (const day of ['2026-10-26', '2026-03-30']) {
      const noon = DateTime.fromISO(`${day}T12:00`, { zone: 'Europe/London' });
      const night = noon.startOf('day').minus({ days: 1 });
      expect(workingTimeBetween(night.toJSDate(), noon.endOf('day').toJSDate())).toBe(WORKING_DAY_MS);
    }
  });
});

describe('a deadline after a pause', () => {
  const at = (text: string): Date => DateTime.fromISO(text, { zone: 'Europe/London' }).toJSDate();

  it('has the working hours left that it had', () => {
    const due = { at: at('2026-11-20T17:00'), working: true };
    const shifted = shiftDeadline(due, at('2026-11-18T11:00'), at('2026-11-23T15:00'));
    expect(london(shifted).toFormat('yyyy-MM-dd HH:mm')).toBe('2026-11-26 13:00');
  });

  it('keeps its clock time over the night the clocks change', () => {
    const due = { at: at('2026-10-28T09:00'), working: false };
    expect(shiftDeadline(due, at('2026-10-20T09:00'), at('2026-10-22T09:00'))).toEqual(at('2026-10-30T09:00'));
    const spring = { at: at('2026-03-28T09:00'), working: false };
    expect(shiftDeadline(spring, at('2026-03-27T09:00'), at('2026-04-03T09:00'))).toEqual(at('2026-04-04T09:00'));
  });

  it('stays where it is when it had passed before, or the pause took no time', () => {
    fc.assert(
      fc.property(instants, instants, fc.boolean(), nations, (due, paused, working, nation) => {
        expect(shiftDeadline({ at: due, working }, paused, paused, nation)).toEqual(due);
        if (due <= paused) {
          expect(shiftDeadline({ at: due, working }, paused, new Date(paused.getTime() + 1e9))).toEqual(due);
        }
      }),
    );
  });

  it('keeps its place before or after another', () => {
    fc.assert(
      fc.property(instants, instants, instants, instants, fc.boolean(), nations, (a, b, c, d, working, nation) => {
        const [paused, resumed] = a < b ? [a, b] : [b, a];
        const [first, second] = c < d ? [c, d] : [d, c];
        const moved = (at: Date): Date => shiftDeadline({ at, working }, paused, resumed, nation);
        expect(moved(first) <= moved(second)).toBe(true);
      }),
    );
  });

  it('has the working time left that it had, whatever nation and season', () => {
    fc.assert(
      fc.property(
        instants,
        fc.integer({ min: 1, max: 20_000 }),
        instants,
        nations,
        (paused, minutes, other, nation) => {
          fc.pre(other > paused);
          const due = afterWorkingTime(paused, minutes * 60_000, nation);
          const moved = shiftDeadline({ at: due, working: true }, paused, other, nation);
          expect(workingTimeBetween(other, moved, nation)).toBe(workingTimeBetween(paused, due, nation));
        },
      ),
    );
  });
});
