import { DateTime } from 'luxon';
import { bankHolidaysOf, type Nation, NATIONS } from './bank-holidays.js';
import type { Duration } from './duration.js';

const ZONE = 'Europe/London';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** A working day is 9:00 to 17:00 on the clocks of the United Kingdom. */
const OPENS = 9;
const CLOSES = 17;
export const WORKING_DAY_MS = (CLOSES - OPENS) * HOUR;

/** Days since 1 January 1970 of each nation's bank holidays that fall on a weekday, in order. */
const HOLIDAYS = new Map(
  NATIONS.map((nation) => {
    const days = bankHolidaysOf(nation).map((text) => Date.parse(`${text}T00:00:00Z`) / DAY);
    return [nation, days.filter((day) => weekdayOf(day) < 5)] as const;
  }),
);

/** 0 is Monday. 1 January 1970 was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

function londonOf(instant: Date): DateTime {
  return DateTime.fromJSDate(instant, { zone: ZONE });
}

/** The calendar day in London, in days since 1 January 1970. */
function dayOf(at: DateTime): number {
  return Date.UTC(at.year, at.month - 1, at.day) / DAY;
}

function isWorking(day: number, nation: Nation): boolean {
  return weekdayOf(day) < 5 && !HOLIDAYS.get(nation)!.includes(day);
}

/** True on Monday to Friday that is no bank holiday of the nation. `day` is read on the clocks of London. */
export function isWorkingDay(day: DateTime, nation: Nation = 'england'): boolean {
  return isWorking(dayOf(day.setZone(ZONE)), nation);
}

/**
 * The instant a duration after `from`, on the clocks of the United Kingdom: days and longer keep the clock time across a
 * change of clocks, hours and shorter are elapsed time, working days skip weekends and the nation's bank holidays and end
 * at 17:00.
 */
export function after(from: Date, duration: Duration, nation: Nation = 'england'): Date {
  return counted(from, duration, nation, 1);
}

/** The instant a duration before `from`, counted the same way. Working days end at 17:00. */
export function before(from: Date, duration: Duration, nation: Nation = 'england'): Date {
  return counted(from, duration, nation, -1);
}

function counted(from: Date, { amount, unit }: Duration, nation: Nation, way: 1 | -1): Date {
  const start = londonOf(from);
  if (unit !== 'working-days') return start.plus({ [unit]: way * amount }).toJSDate();
  const first = dayOf(start);
  let day = first;
  for (let left = amount; left > 0;) {
    day += way;
    if (isWorking(day, nation)) left -= 1;
  }
  while (!isWorking(day, nation)) day += way;
  return atHour(day, CLOSES);
}

function atHour(day: number, hour: number, later = 0): Date {
  const { year, month, day: date } = DateTime.fromMillis(day * DAY, { zone: 'utc' });
  return new Date(DateTime.fromObject({ year, month, day: date, hour }, { zone: ZONE }).toMillis() + later);
}

/** When working hours begin on a calendar day, YYYY-MM-DD, be it a working day or not. */
export function hoursBeginOn(day: string): Date {
  return atHour(Date.parse(`${day}T00:00:00Z`) / DAY, OPENS);
}

/** Working time from the Monday before 1 January 1970 to an instant, in milliseconds. Differences of it are what counts. */
function workingTimeTo(instant: Date, nation: Nation): number {
  const at = londonOf(instant);
  const day = dayOf(at);
  const weeks = Math.floor((day + 3) / 7);
  const holidays = HOLIDAYS.get(nation)!;
  const next = holidays.findIndex((holiday) => holiday >= day);
  const passed = next === -1 ? holidays.length : next;
  const whole = weeks * 5 + Math.min(weekdayOf(day), 5) - passed;
  if (!isWorking(day, nation)) return whole * WORKING_DAY_MS;
  const clock = at.hour * HOUR + at.minute * 60_000 + at.second * 1000 + at.millisecond;
  return whole * WORKING_DAY_MS + Math.min(Math.max(clock - OPENS * HOUR, 0), WORKING_DAY_MS);
}

/** Working hours between two instants, in milliseconds; 0 when `to` is not after `from`. */
export function workingTimeBetween(from: Date, to: Date, nation: Nation = 'england'): number {
  return Math.max(0, workingTimeTo(to, nation) - workingTimeTo(from, nation));
}

/** The first instant by which `length` milliseconds of working hours have passed since `from`. */
export function afterWorkingTime(from: Date, length: number, nation: Nation = 'england'): Date {
  if (length <= 0) return from;
  const first = dayOf(londonOf(from));
  const endOfFirst = atHour(first, CLOSES);
  let left = length - workingTimeBetween(from, endOfFirst, nation);
  let day = first;
  while (left > 0) {
    day += 1;
    if (isWorking(day, nation)) left -= WORKING_DAY_MS;
  }
  return atHour(day, CLOSES, left);
}

/**
 * A deadline after a pause: as much time is left at `resumedAt` as was at `pausedAt`. Counted in working hours when the
 * deadline was set in working days; in days and elapsed time otherwise, so that a clock time stays over a change of clocks.
 * What was due before the pause stays due.
 */
export function shiftDeadline(
  { at, working }: { readonly at: Date; readonly working: boolean },
  pausedAt: Date,
  resumedAt: Date,
  nation: Nation = 'england',
): Date {
  if (at <= pausedAt || resumedAt <= pausedAt) return at;
  if (working) return afterWorkingTime(resumedAt, workingTimeBetween(pausedAt, at, nation), nation);
  const paused = londonOf(pausedAt);
  const days = Math.floor(londonOf(at).diff(paused, 'days').days);
  const rest = at.getTime() - paused.plus({ days }).toMillis();
  return londonOf(resumedAt).plus({ days, milliseconds: rest }).toJSDate();
}

/** Full years lived on a day; the law counts a 29 February birthday on 1 March in other years. */
export function ageOn(birthDate: Date, day: Date): number {
  const born = DateTime.fromJSDate(birthDate, { zone: 'utc' });
  const on = londonOf(day);
  const years = on.year - born.year;
  const hadBirthday = on.month > born.month || (on.month === born.month && on.day >= born.day);
  return hadBirthday ? years : years - 1;
}
