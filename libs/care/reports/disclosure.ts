/**
 * Disclosure control in the style of NHS England's HES publications: 0 is shown, 1 to 7 is hidden, anything larger is
 * rounded to the nearest 5, totals are rounded from true totals.
 * https://digital.nhs.uk: change to disclosure control methodology for HES and ECDS from September 2018.
 * Rounding alone leaves corners where a hidden count follows from the others, so more is hidden until none does.
 */
export const LARGEST_HIDDEN = 7;
export const ROUNDED_TO = 5;
/** Where the total of the first stage stands. */
const FOUND = 'total/0';

/** Counts of a funnel. Every list of stages falls or stays level; every grouping adds up to the total. */
export interface Funnel<Count> {
  readonly total: readonly Count[];
  /** grouping, row, stage */
  readonly groupings: readonly (readonly (readonly Count[])[])[];
}

/** Null is a hidden count. */
export type Published = number | null;

/** What somebody who sees the publication, and knows how it was made, can say about a count. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** `foundKnown`: the reader has the true total of the first stage from elsewhere; no small count must follow from it. */
export function publish(counts: Funnel<number>, { foundKnown = false } = {}): Funnel<Published> {
  const hiddenToo = new Set<string>();
  for (;;) {
    const bounds = bySheet(boundsOf(counts, hiddenToo, { foundKnown }));
    const betrayed = cellsOf(counts)
      .filter(({ at, stage, count }) => !foundKnown || stage > 0 || (at !== FOUND && isSmall(count)))
      .find(({ at, count }) => count > 0 && bounds.get(at)?.low === bounds.get(at)?.high);
    if (!betrayed) break;
    const next = nextToHide(counts, foundKnown ? new Set([...hiddenToo, FOUND]) : hiddenToo, betrayed);
    if (!next) break;
    hiddenToo.add(next.at);
  }
  return map(counts, (count, at) => (isSmall(count) || hiddenToo.has(at) ? null : rounded(count)));
}

function isSmall(count: number): boolean {
  return count > 0 && count <= LARGEST_HIDDEN;
}

function rounded(count: number): number {
  return Math.round(count / ROUNDED_TO) * ROUNDED_TO;
}

interface CellAt {
  readonly at: string;
  readonly count: number;
  readonly stage: number;
  /** -1 for the total. */
  readonly grouping: number;
}

/** The smallest shown count beside the betrayed one; else its total; else anything else that is shown. */
function nextToHide(counts: Funnel<number>, hiddenToo: ReadonlySet<string>, betrayed: CellAt): CellAt | undefined {
  const nearness = (cell: CellAt): number => {
    const sameStage = cell.stage === betrayed.stage;
    if (sameStage && cell.grouping === betrayed.grouping) return 0;
    if (sameStage && cell.grouping === -1) return 1;
    return sameStage ? 2 : 2 + Math.abs(cell.stage - betrayed.stage);
  };
  return cellsOf(counts)
    .filter(({ at, count }) => count > LARGEST_HIDDEN && !hiddenToo.has(at))
    .toSorted((a, b) => nearness(a) - nearness(b) || a.count - b.count)[0];
}

/**
 * Bounds that follow from what is shown, narrowed until nothing more follows: rows add up to totals, and no stage has
 * more people than the one before. Assumes the reader knows which counts were hidden for being small.
 */
export function boundsOf(
  counts: Funnel<number>,
  hiddenToo: ReadonlySet<string> = new Set(),
  { foundKnown = false } = {},
): Funnel<Bounds> {
  const bounds = map(counts, (count, at) => {
    const known = foundKnown && at === FOUND;
    const cell: { low: number; high: number } = known
      ? { low: count, high: count }
      : firstBounds(count, hiddenToo.has(at));
    return cell;
  });
  for (let moved = true; moved;) {
    moved = false;
    const narrow = (cell: { low: number; high: number }, low: number, high: number): void => {
      if (low > cell.low) [cell.low, moved] = [low, true];
      if (high < cell.high) [cell.high, moved] = [high, true];
    };
    for (const rows of bounds.groupings) {
      bounds.total.forEach((total, stage) => {
        const cells = rows.flatMap((row) => row[stage] ?? []);
        const low = sum(cells.map((cell) => cell.low));
        const high = sum(cells.map((cell) => cell.high));
        narrow(total, low, high);
        for (const cell of cells) {
          const othersHigh = sum(cells.filter((other) => other !== cell).map((other) => other.high));
          narrow(cell, total.low - othersHigh, total.high - (low - cell.low));
        }
      });
    }
    for (const row of [bounds.total, ...bounds.groupings.flat()]) {
      row.forEach((cell, stage) => {
        const earlier = row[stage - 1];
        if (!earlier) return;
        narrow(cell, -Infinity, earlier.high);
        narrow(earlier, cell.low, Infinity);
      });
    }
  }
  return bounds;
}

function firstBounds(count: number, hidden: boolean): Bounds {
  if (count === 0) return { low: 0, high: 0 };
  if (isSmall(count)) return { low: 1, high: LARGEST_HIDDEN };
  if (hidden) return { low: LARGEST_HIDDEN + 1, high: Infinity };
  const shown = rounded(count);
  const reach = (ROUNDED_TO - 1) / 2;
  return { low: Math.max(LARGEST_HIDDEN + 1, shown - reach), high: shown + reach };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

function map<From, To>(funnel: Funnel<From>, change: (count: From, at: string) => To): Funnel<To> {
  return {
    total: funnel.total.map((count, stage) => change(count, `total/${stage}`)),
    groupings: funnel.groupings.map((rows, grouping) =>
      rows.map((row, level) => row.map((count, stage) => change(count, `${grouping}/${level}/${stage}`))),
    ),
  };
}

function bySheet<Count>(funnel: Funnel<Count>): ReadonlyMap<string, Count> {
  const sheet = new Map<string, Count>();
  map(funnel, (count, at) => sheet.set(at, count));
  return sheet;
}

function cellsOf(counts: Funnel<number>): CellAt[] {
  return [...bySheet(counts)].map(([at, count]) => {
    const parts = at.split('/');
    return { at, count, stage: Number(parts.at(-1)), grouping: parts[0] === 'total' ? -1 : Number(parts[0]) };
  });
}
