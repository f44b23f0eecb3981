import type { WorklistItem } from '../api/views';
import { day } from '../words/dates';
import { sentence } from '../words/words';

/** What keeps a row off the list or brings it there, or has been said about its being late. */
export function marksOf({
  kind,
  dueAt,
  reminded,
  snoozedUntil,
  pausedBecause,
}: Pick<WorklistItem, 'kind' | 'dueAt' | 'reminded' | 'snoozedUntil' | 'pausedBecause'>): string[] {
  const paused = pausedBecause === null ? [] : [`Paused: ${sentence(pausedBecause).toLowerCase()}`];
  return [
    ...(reminded ? ['Reminder'] : []),
    ...(snoozedUntil === null ? [] : [`Snoozed until ${day(snoozedUntil)}`]),
    ...(kind === 'look-again' && dueAt !== null
      ? paused.map((why) => `${why}; look again was due on ${day(dueAt)}`)
      : paused),
  ];
}
