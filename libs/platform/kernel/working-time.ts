import { DateTime } from 'luxon';
import { BANK_HOLIDAYS_ENGLAND } from './bank-holidays.js';
import type { Duration } from './duration.js';

const ZONE = 'Europe/London';

/** True on Monday to Friday that is no bank holiday in England. */
export function isWorkingDay(day: DateTime): boolean {
  return day.weekday <= 5 && !BANK_HOLIDAYS_ENGLAND.has(day.toISODate() ?? '');
}

/**
 * The instant a duration after `from`, in London time: days and longer keep the clock time across a change of
 * clocks, hours and shorter are elapsed time, working days skip weekends and bank holidays and end at 17:00.
 */
export function after(from: Date, duration: Duration): Date {
  const start = DateTime.fromJSDate(from, { zone: ZONE });
  if (duration.unit !== 'working-days') return start.plus({ [duration.unit]: duration.amount }).toJSDate();
  let day = start;
  let left = duration.amount;
  while (left > 0) {
    day = day.plus({ days: 1 });
    if (isWorkingDay(day)) left -= 1;
  }
  return day.set({ hour: 17, minute: 0, second: 0, millisecond: 0 }).toJSDate();
}

/** The instant a duration before `from`, counted the same way. Working days end at 17:00. */
export function before(from: Date, duration: Duration): Date {
  const start = DateTime.fromJSDate(from, { zone: ZONE });
  if (duration.unit !== 'working-days') return start.minus({ [duration.unit]: duration.amount }).toJSDate();
  let day = start;
  let left = duration.amount;
  while (left > 0) {
    day = day.minus({ days: 1 });
    if (isWorkingDay(day)) left -= 1;
  }
  return day.set({ hour: 17, minute: 0, second: 0, millisecond: 0 }).toJSDate();
}

/** Full years lived on a day; the law counts a 29 February birthday on 1 March in other years. */
export function ageOn(birthDate: Date, day: Date): number {
  const born = DateTime.fromJSDate(birthDate, { zone: 'utc' });
  const on = DateTime.fromJSDate(day, { zone: ZONE });
  const years = on.year - born.year;
  const hadBirthday = on.month > born.month || (on.month === born.month && on.day >= born.day);
  return hadBirthday ? years : years - 1;
}
