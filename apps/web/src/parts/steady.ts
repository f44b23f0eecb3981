/** A row as shown. `gone`: it has left the list since, and stays in place until the list is asked for again. */
export interface SteadyRow<T> {
  readonly item: T;
  readonly gone: boolean;
}

export interface Steady<T> {
  readonly rows: SteadyRow<T>[];
  /** What the server has and the screen does not. */
  readonly fresh: number;
}

/** Nothing moves under the hand: the rows stay in the order they were shown in, with what is newly known about each. */
export function steady<T extends { readonly id: string }>(
  shown: readonly T[],
  live: readonly T[],
  hasLeft: (missing: T) => boolean,
  isFresh: (unseen: T) => boolean,
): Steady<T> {
  const byId = new Map(live.map((item) => [item.id, item]));
  const shownIds = new Set(shown.map((item) => item.id));
  return {
    rows: shown.map((item) => {
      const now = byId.get(item.id);
      return now ? { item: now, gone: false } : { item, gone: hasLeft(item) };
    }),
    fresh: live.filter((item) => !shownIds.has(item.id) && isFresh(item)).length,
  };
}
