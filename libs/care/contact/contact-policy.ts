import { DateTime } from 'luxon';
import { before, after, type Duration, isWorkingDay, type Nation } from '#platform/kernel';
import type { Channel } from './channel.js';

/** What a person can read, as their record says. */
export const FORMATS = ['standard', 'large-print', 'easy-read', 'braille', 'audio', 'bsl'] as const;
export type Format = (typeof FORMATS)[number];

/** When nothing goes out. The times span midnight when `from` is the later one. */
export interface QuietHours {
  /** HH:MM, both or neither. */
  readonly from?: string;
  readonly to?: string;
  /** Whole days, 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
  readonly bankHolidays: boolean;
}

/** When messages of one step may go, in addition to the policy. */
export interface SendingHours {
  /** HH:MM; spans midnight when `from` is the later one. */
  readonly from: string;
  readonly to: string;
  readonly days: readonly number[];
}

/** At most `messages` in any stretch of `within`, and `apart` between two, over all programmes. */
export interface ContactBudget {
  readonly messages: number;
  readonly within: Duration;
  readonly apart: Duration;
}

/** One version of the contact policy. */
export interface PolicyTerms {
  readonly version: number;
  readonly title: string;
  readonly sources: readonly {
    readonly title: string;
    readonly url: string;
    readonly read: string;
    readonly status: 'verified' | 'unverified';
    readonly supports: string;
  }[];
  readonly quietHours: Readonly<Record<Exclude<Channel, 'phone'>, QuietHours>>;
  readonly budget: ContactBudget;
  readonly merge: { readonly channels: readonly Channel[]; readonly most: number };
  /** The channels that suit each format. */
  readonly formats: Readonly<Record<Format, readonly Channel[]>>;
}

// All four nations keep the same time; only their bank holidays differ.
const ZONE = 'Europe/London';
/** Policy and step together may leave a week or two shut, never two months. */
const FURTHEST_DAYS = 60;

/**
 * The first instant at or after `at` when a message may go: outside the policy's quiet hours and within the step's own.
 * Null when the two never leave a moment free.
 */
export function opensAt(at: Date, nation: Nation, quiet: QuietHours, hours?: SendingHours): Date | null {
  const start = DateTime.fromJSDate(at, { zone: ZONE });
  const furthest = start.plus({ days: FURTHEST_DAYS });
  let time: DateTime = start;
  while (time < furthest) {
    const later = endOfQuiet(time, nation, quiet) ?? (hours ? startOfHours(time, hours) : null);
    if (!later) return time.toJSDate();
    time = later;
  }
  return null;
}

/** The end of the quiet stretch that `time` is in, as far as one day can tell; null when it is in none. */
function endOfQuiet(time: DateTime, nation: Nation, { from, to, days, bankHolidays }: QuietHours): DateTime | null {
  const holiday = bankHolidays && time.weekday <= 5 && !isWorkingDay(time, nation);
  if (holiday || days.includes(time.weekday)) return nextDay(time);
  if (!from || !to || !within(time, from, to)) return null;
  return next(time, to);
}

/** When the step's hours begin, seen from a `time` outside them; null when it is inside. */
function startOfHours(time: DateTime, { from, to, days }: SendingHours): DateTime | null {
  if (!days.includes(time.weekday)) return nextDay(time);
  return within(time, from, to) ? null : next(time, from);
}

/** From the one clock time up to, not including, the other. */
function within(time: DateTime, from: string, to: string): boolean {
  const clock = time.toFormat('HH:mm');
  return from <= to ? from <= clock && clock < to : from <= clock || clock < to;
}

/** The next instant that the clock shows `clock`; an hour that the spring night leaves out is shown an hour later. */
function next(time: DateTime, clock: string): DateTime {
  const [hour = 0, minute = 0] = clock.split(':').map(Number);
  const shown = (day: DateTime): DateTime => day.set({ hour, minute, second: 0, millisecond: 0 });
  const today = shown(time);
  if (today > time) return today;
  // In the autumn night an hour comes twice, and the second time may be the next.
  const again = today.plus({ hours: 1 });
  if (again > time && again.toFormat('HH:mm') === clock) return again;
  return shown(time.plus({ days: 1 }));
}

function nextDay(time: DateTime): DateTime {
  return time.plus({ days: 1 }).startOf('day');
}

/**
 * The first instant at or after `at` at which the budget allows one more, given when the others left, in any order.
 */
export function budgetFreeAt(at: Date, left: readonly Date[], budget: ContactBudget, nation: Nation): Date {
  const earlier = left.toSorted((one, other) => other.getTime() - one.getTime());
  const [newest] = earlier;
  const spaced = newest ? latest(at, after(newest, budget.apart, nation)) : at;
  const limiting = earlier[budget.messages - 1];
  return limiting ? latest(spaced, after(limiting, budget.within, nation)) : spaced;
}

/** How far back messages still count. */
export function budgetCountsFrom(at: Date, { within, apart }: ContactBudget, nation: Nation): Date {
  const [one, other] = [before(at, within, nation), before(at, apart, nation)];
  return one < other ? one : other;
}

export function latest(one: Date, other: Date): Date {
  return one > other ? one : other;
}
