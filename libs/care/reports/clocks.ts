import { type Nation, workingTimeBetween } from '#platform/kernel';

/** Whose time runs, in the order it is shown. */
export const CLOCKS = [
  { clock: 'us', title: 'Our time' },
  { clock: 'partner', title: 'The service’s time' },
  { clock: 'person', title: 'Their time' },
  { clock: 'planned', title: 'Planned waiting' },
  { clock: 'paused', title: 'Paused' },
] as const;
export type ClockKey = (typeof CLOCKS)[number]['clock'];

export interface ClockTime {
  readonly clock: ClockKey;
  readonly title: string;
  /** Working hours of the person's nation, to a tenth. */
  readonly hours: number;
}

export interface Span {
  readonly clock: string;
  readonly from: Date;
  /** Null while it runs. */
  readonly to: Date | null;
}

/** Working time of each clock in an episode, in milliseconds. */
export function addUp(spans: readonly Span[], nation: Nation, now: Date): Readonly<Record<ClockKey, number>> {
  const sums = { us: 0, partner: 0, person: 0, planned: 0, paused: 0 };
  for (const { clock, from, to } of spans) {
    if (isClock(clock)) sums[clock] += workingTimeBetween(from, to ?? now, nation);
  }
  return sums;
}

function isClock(text: string): text is ClockKey {
  return CLOCKS.some(({ clock }) => clock === text);
}

export function clockTimes(spans: readonly Span[], nation: Nation, now: Date): ClockTime[] {
  const sums = addUp(spans, nation, now);
  return CLOCKS.map(({ clock, title }) => ({ clock, title, hours: hoursOf(sums[clock]) }));
}

/** To a tenth of an hour. */
export function hoursOf(milliseconds: number): number {
  return Math.round(milliseconds / 360_000) / 10;
}
