import type { WorklistItem } from '../api/views';
import { steady as keepSteady, type Steady, type SteadyRow } from '../parts/steady';

export type Row = SteadyRow<WorklistItem>;

/** The list as it was when it was put on screen. `whole`: no page of it was left out. */
export interface Shown {
  readonly items: readonly WorklistItem[];
  readonly whole: boolean;
}

/** The rows as shown, with what is newly known about each. */
export function steady(shown: Shown, live: Shown): Steady<WorklistItem> {
  const [lastShown, lastLive] = [shown.items.at(-1), live.items.at(-1)];
  return keepSteady(
    shown.items,
    live.items,
    // With pages unseen, a row ordered after the last one may only have been pushed on to the next page…
    (missing) => live.whole || (lastLive !== undefined && comesBefore(missing, lastLive)),
    // …and one ordered after the last row shown only moved up from it.
    (unseen) => shown.whole || lastShown === undefined || comesBefore(unseen, lastShown),
  );
}

/** The order of the worklist: priority, then due, then id. What only waits is ordered by when it comes. */
function comesBefore(one: WorklistItem, other: WorklistItem): boolean {
  if (one.kind !== 'waiting' && one.priority !== other.priority) return one.priority > other.priority;
  const byDue = (one.dueAt ?? '').localeCompare(other.dueAt ?? '');
  return byDue === 0 ? one.id < other.id : byDue < 0;
}

/** The next one to do after a row: yours or nobody's, from there down, then from the top. */
export function nextToDo(rows: readonly Row[], done: ReadonlySet<string>, after: string | null): WorklistItem | null {
  const start = rows.findIndex((row) => row.item.id === after) + 1;
  const ordered = [...rows.slice(start), ...rows.slice(0, start)];
  const free = ordered.find(
    ({ item, gone }) =>
      !gone &&
      item.taskId !== null &&
      item.id !== after &&
      !done.has(item.id) &&
      (item.claimedBy === null || item.claimedBy.you),
  );
  return free?.item ?? null;
}
