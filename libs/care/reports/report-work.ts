import { CLOCKS, type ClockKey, hoursOf } from './clocks.js';
import { LARGEST_HIDDEN, publish, type Published } from './disclosure.js';
import { EXIT_TITLES } from './ending-words.js';

/** How many episodes of the report ended in one way; `open` has not. True counts: never shown as they are. */
export interface EndingCount {
  readonly ending: string;
  /** From outside the script. */
  readonly exit: boolean;
  readonly episodes: number;
}

export interface EndingRow {
  readonly key: string;
  readonly title: string;
  readonly exit: boolean;
  /** Null when hidden. */
  readonly count: Published;
  readonly text: string;
}

/** Whose time ran in the episodes of the report. Null where too few episodes had any. */
export interface ClockRow {
  readonly clock: ClockKey;
  readonly title: string;
  /** Episodes in which it ran at all. */
  readonly episodes: Published;
  /** Working hours, whole, over all of them. */
  readonly totalHours: number | null;
  /** Working hours, to a tenth, of the episode in the middle. */
  readonly medianHours: number | null;
}

/** A count on its own. */
export interface SingleCount {
  readonly count: Published;
  readonly text: string;
}

const OPEN = 'open';

/**
 * Every way the episodes of a report ended, the exits told apart whether anybody left by them or not; what cannot be
 * shown is hidden so that it cannot be worked out from the others. `titles` are those of the script's endings.
 */
export function endingRows(counts: readonly EndingCount[], titles: ReadonlyMap<string, string>): EndingRow[] {
  const exits = Object.keys(EXIT_TITLES).filter((key) => key !== 'need-met');
  const keys = new Map<string, boolean>([[OPEN, false], ...[...titles.keys()].map((key) => [key, false] as const)]);
  for (const { ending, exit } of counts) if (!exit) keys.set(ending, false);
  for (const key of [...exits, ...counts.filter(({ exit }) => exit).map(({ ending }) => ending)]) keys.set(key, true);
  const rows = [...keys].map(([key, exit]) => {
    const alike = counts.filter((count) => count.ending === key && count.exit === exit);
    return { key, exit, episodes: alike.reduce((sum, { episodes }) => sum + episodes, 0) };
  });
  const total = rows.reduce((sum, { episodes }) => sum + episodes, 0);
  const published = publish({ total: [total], groupings: [rows.map(({ episodes }) => [episodes])] }).groupings[0] ?? [];
  return rows.map(({ key, exit }, place) => {
    const count = published[place]?.[0] ?? null;
    const title = key === OPEN ? 'Still under way' : exit ? EXIT_TITLES[key] : titles.get(key);
    return { key, title: title ?? key.replaceAll('-', ' '), exit, ...said(count) };
  });
}

export function clockRows(episodes: readonly Readonly<Record<ClockKey, number>>[]): ClockRow[] {
  return CLOCKS.map(({ clock, title }) => {
    const times = episodes
      .map((sums) => sums[clock])
      .filter((time) => time > 0)
      .sort((a, b) => a - b);
    const shown = times.length === 0 || times.length > LARGEST_HIDDEN;
    return {
      clock,
      title,
      episodes: single(times.length).count,
      totalHours: shown ? Math.round(hoursOf(times.reduce((sum, time) => sum + time, 0))) : null,
      medianHours: shown ? hoursOf(median(times)) : null,
    };
  });
}

export function single(count: number): SingleCount {
  return said(publish({ total: [count], groupings: [] }).total[0] ?? null);
}

function said(count: Published): SingleCount {
  return { count, text: count === null ? '*' : count.toLocaleString('en-GB') };
}

/** Of an ordered list; 0 of an empty one. */
function median(ordered: readonly number[]): number {
  const middle = ordered.length / 2;
  if (ordered.length === 0) return 0;
  return Number.isInteger(middle)
    ? ((ordered[middle - 1] ?? 0) + (ordered[middle] ?? 0)) / 2
    : (ordered[Math.floor(middle)] ?? 0);
}
