import { plural } from './dates';

/** A working day has eight hours. */
const HOURS_A_DAY = 8;

/** Working hours said in words: under a day in hours, then in days to the half. */
export function workingTime(hours: number): string {
  if (hours < 1) return 'under an hour';
  if (hours < HOURS_A_DAY) return plural(Math.round(hours), 'hour');
  const days = Math.round((hours / HOURS_A_DAY) * 2) / 2;
  return days === 1 ? '1 working day' : `${days} working days`;
}
