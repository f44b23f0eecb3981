import type { Duration } from '#platform/kernel';

/** The longest that a programme may make anybody wait. */
export const LONGEST: Duration = { amount: 60, unit: 'months' };

const DAYS: Readonly<Record<Duration['unit'], number>> = {
  seconds: 1 / 86_400,
  minutes: 1 / 1_440,
  hours: 1 / 24,
  days: 1,
  weeks: 7,
  months: 365.25 / 12,
  'working-days': 7 / 5,
};

/** About how many days a length takes, to hold lengths of different units against each other; five working days a week. */
export function roughDays({ amount, unit }: Duration): number {
  return amount * DAYS[unit];
}
