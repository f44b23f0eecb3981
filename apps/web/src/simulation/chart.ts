import { plural } from '../words/dates';

/** One row of bars or marks over the weeks. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** Bars stand beside each other; marks are joined by a line. */
  readonly as: 'bars' | 'marks';
}

/** A level that stays the same over all weeks, such as the hours there are. */
export interface Level {
  readonly name: string;
  readonly value: number;
}

/** Where the largest of the values is; the first of equals. Null when all are 0. */
export function peak(values: readonly number[]): { readonly week: number; readonly value: number } | null {
  const value = Math.max(0, ...values);
  return value === 0 ? null : { week: values.indexOf(value) + 1, value };
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Whole, round numbers from 0 to at least `most`, in four steps or fewer. */
export function ticks(most: number): number[] {
  const rough = Math.max(most / 4, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((one) => one * power).find((one) => one >= rough && Number.isInteger(one)) ?? power * 10;
  const count = Math.max(1, Math.ceil(most / step));
  return Array.from({ length: count + 1 }, (_, place) => place * step);
}

/** A level far above everything else would flatten the bars: it is said in words then. */
export function fits(level: Level | undefined, most: number): level is Level {
  return level !== undefined && most > 0 && level.value <= most * 1.6;
}

/** Which weeks are named under a chart, so that the names never meet. */
export function namedWeeks(weeks: number): number[] {
  const every = weeks <= 13 ? 1 : weeks <= 26 ? 2 : 4;
  return Array.from({ length: weeks }, (_, week) => week + 1).filter((week) => (week - 1) % every === 0);
}

/** The chart in a sentence, for who cannot see it. */
export function spoken(series: readonly Series[], unit: string): string {
  const parts = series.map(({ name, values }) => {
    const most = peak(values);
    const last = values.at(-1) ?? 0;
    return most === null
      ? `${name}: none in any week`
      : `${name}: at most ${amount(most.value)} in week ${most.week}, ${amount(last)} in the last week`;
  });
  return `${parts.join('; ')}. In ${unit}, ${plural(series[0]?.values.length ?? 0, 'week')}.`;
}

/** 1,234.5; whole numbers without a point. */
export function amount(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: 1 });
}

/** +3, -12, no change: how one run differs from another. */
export function difference(here: number, there: number): string {
  const by = Math.round((here - there) * 10) / 10;
  if (by === 0) return 'no change';
  return `${by > 0 ? '+' : '−'}${amount(Math.abs(by))}`;
}
