import type { WorklistItem } from '../api/views';
import { steady as keepSteady, type Steady, type SteadyRow } from '../parts/steady';

export type Row = SteadyRow<WorklistItem>;

/** The rows as shown, with what is newly known about each. `whole`: every page of the live list is at hand. */
export function steady(
  shown: readonly WorklistItem[],
  live: readonly WorklistItem[],
  whole: boolean,
): Steady<WorklistItem> {
  const last = live.at(-1);
  // With more pages unseen, a row ordered after the last one may only have been pushed on to the next page.
  return keepSteady(shown, live, (missing) => whole || (last !== undefined && comesBefore(missing, last)));
}

/** The order of the worklist: priority, then due, then id. */
function comesBefore(one: WorklistItem, other: WorklistItem): boolean {
  if (one.priority !== other.priority) return one.priority > other.priority;
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
