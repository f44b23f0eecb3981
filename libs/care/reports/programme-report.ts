import { DateTime } from 'luxon';
import { wilson } from '#care/evaluation';
import { LARGEST_HIDDEN, publish, type Published, ROUNDED_TO } from './disclosure.js';
import type { ClockKey } from './clocks.js';
import { type Inequality, inequalityOf } from './report-inequality.js';
import {
  type ClockRow,
  clockRows,
  type EndingCount,
  type EndingRow,
  endingRows,
  single,
  type SingleCount,
} from './report-work.js';
import { PeriodWrong } from './reports.faults.js';

export const STAGES = [
  { key: 'found', title: 'Found' },
  { key: 'invited', title: 'Invited' },
  { key: 'reached', title: 'Reached' },
  { key: 'accepted', title: 'Accepted' },
  { key: 'started', title: 'Started' },
  { key: 'completed', title: 'Completed' },
  { key: 'good', title: 'Good outcome' },
] as const;
export type StageKey = (typeof STAGES)[number]['key'];

const QUINTILES = [
  { key: '1', title: '1 most deprived fifth' },
  { key: '2', title: '2' },
  { key: '3', title: '3' },
  { key: '4', title: '4' },
  { key: '5', title: '5 least deprived fifth' },
  { key: 'unknown', title: 'Not known' },
] as const;
const SEXES = [
  { key: 'female', title: 'Female' },
  { key: 'male', title: 'Male' },
  { key: 'other', title: 'Other' },
  { key: 'unknown', title: 'Not known' },
] as const;

/** A share in percent with its 95% Wilson interval, worked out from published counts only. */
export interface Share {
  readonly percent: number;
  readonly low: number;
  readonly high: number;
}

export interface Cell {
  readonly stage: StageKey;
  /** Null when hidden. */
  readonly count: Published;
  /** `1,840`, or `*` when hidden. */
  readonly text: string;
  readonly ofPrevious: Share | null;
  readonly ofFound: Share | null;
}

export interface ReportRow {
  readonly key: string;
  readonly title: string;
  readonly cells: readonly Cell[];
}

export interface ProgrammeReport {
  readonly programme: string;
  readonly version: number;
  readonly title: string;
  readonly period: Period;
  readonly stages: typeof STAGES;
  readonly total: ReportRow;
  readonly byQuintile: readonly ReportRow[];
  readonly bySex: readonly ReportRow[];
  readonly inequality: Inequality;
  /** How the episodes ended, each exit told apart. */
  readonly endings: readonly EndingRow[];
  /** Whose time ran, in working hours. */
  readonly clocks: readonly ClockRow[];
  /** Open tasks that were raised as far as the programme manager. */
  readonly raisedToManager: SingleCount;
  /** How the figures were made, in one line. */
  readonly provenance: string;
  readonly suppression: string;
  readonly demoHistory: boolean;
  /** Day, YYYY-MM-DD. */
  readonly dataTo: string;
}

/** London days, YYYY-MM-DD, both counted in. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** Episodes of one sort of person by the furthest stage they got to: 0 is found. True counts: never shown as they are. */
export interface StageCount {
  readonly quintile: number | null;
  readonly sex: string;
  readonly stage: number;
  readonly episodes: number;
}

export interface ReportFacts {
  readonly programme: string;
  readonly title: string;
  readonly version: number;
  /** Programme versions people were let in under. */
  readonly versions: readonly number[];
  readonly demo: boolean;
  readonly counts: readonly StageCount[];
  readonly endings: readonly EndingCount[];
  /** Titles of the script's endings, by key. */
  readonly endingTitles: ReadonlyMap<string, string>;
  /** Working time of each clock in each episode, in milliseconds. */
  readonly clocks: readonly Readonly<Record<ClockKey, number>>[];
  readonly raisedToManager: number;
}

const ZONE = 'Europe/London';

/** The instants a period begins and ends. Throws PeriodWrong. */
export function instantsOf({ from, to }: Period): { readonly since: Date; readonly until: Date } {
  const first = DateTime.fromFormat(from, 'yyyy-MM-dd', { zone: ZONE });
  const last = DateTime.fromFormat(to, 'yyyy-MM-dd', { zone: ZONE });
  if (!first.isValid || !last.isValid || first > last || first.year < 1900 || last.year > 9998) throw new PeriodWrong();
  return { since: first.toJSDate(), until: last.plus({ days: 1 }).toJSDate() };
}

/** The year that ends on the day of `now`. */
export function yearTo(now: Date): Period {
  const today = DateTime.fromJSDate(now, { zone: ZONE });
  return { from: today.minus({ years: 1 }).plus({ days: 1 }).toFormat('yyyy-MM-dd'), to: today.toFormat('yyyy-MM-dd') };
}

export function makeReport(facts: ReportFacts, period: Period, now: Date): ProgrammeReport {
  const rowsOf = (levels: readonly { readonly key: string }[], levelOf: (count: StageCount) => string): number[][] =>
    levels.map(({ key }) => funnelOf(facts.counts.filter((count) => levelOf(count) === key)));
  const sexKeys: readonly string[] = SEXES.map(({ key }) => key);
  const published = publish({
    total: funnelOf(facts.counts),
    groupings: [
      rowsOf(QUINTILES, ({ quintile }) => String(quintile ?? 'unknown')),
      rowsOf(SEXES, ({ sex }) => (sexKeys.includes(sex) ? sex : 'unknown')),
    ],
  });
  const named = (levels: readonly { key: string; title: string }[], rows: readonly (readonly Published[])[] = []) =>
    levels.map(({ key, title }, level) => ({ key, title, cells: cellsOf(rows[level] ?? []) }));
  const day = (text: string): string =>
    DateTime.fromISO(text, { zone: ZONE }).setLocale('en-GB').toFormat('d LLL yyyy');
  const dataTo = DateTime.fromJSDate(now, { zone: ZONE }).toFormat('yyyy-MM-dd');
  const suppression = `* is ${LARGEST_HIDDEN} or fewer, or hidden so that one cannot be worked out. Other counts are rounded to the nearest ${ROUNDED_TO}; percentages and intervals are worked out from the rounded counts.`;
  return {
    programme: facts.programme,
    version: facts.version,
    title: facts.title,
    period,
    stages: STAGES,
    total: { key: 'total', title: 'Everyone', cells: cellsOf(published.total) },
    byQuintile: named(QUINTILES, published.groupings[0]),
    bySex: named(SEXES, published.groupings[1]),
    inequality: inequalityOf(STAGES, fifthsOf(published.groupings[0])),
    endings: endingRows(facts.endings, facts.endingTitles),
    clocks: clockRows(facts.clocks),
    raisedToManager: single(facts.raisedToManager),
    provenance: [
      [facts.title, ...facts.versions.map((version) => `v${version}`)].join(' '),
      `people let in from ${day(period.from)} to ${day(period.to)}`,
      `data to ${day(dataTo)}`,
      `counts of 1 to ${LARGEST_HIDDEN} hidden, others rounded to ${ROUNDED_TO}`,
      ...(facts.demo ? ['includes demo history'] : []),
    ].join(' · '),
    suppression,
    demoHistory: facts.demo,
    dataTo,
  };
}

/** The five known fifths, most deprived first: those whose home is not known have no place in the order. */
function fifthsOf(rows: readonly (readonly Published[])[] = []): (readonly Published[])[] {
  return rows.filter((_, level) => QUINTILES[level]?.key !== 'unknown');
}

/** How many got at least as far as each stage. */
function funnelOf(counts: readonly StageCount[]): number[] {
  return STAGES.map((_, stage) =>
    counts.filter((count) => count.stage >= stage).reduce((all, { episodes }) => all + episodes, 0),
  );
}

function cellsOf(counts: readonly Published[]): Cell[] {
  return STAGES.map(({ key }, stage) => {
    const count = counts[stage] ?? null;
    return {
      stage: key,
      count,
      text: count === null ? '*' : count.toLocaleString('en-GB'),
      ofPrevious: stage === 0 ? null : shareOf(count, counts[stage - 1]),
      ofFound: stage === 0 ? null : shareOf(count, counts[0]),
    };
  });
}

function shareOf(count: Published, of: Published | undefined): Share | null {
  if (count === null || !of) return null;
  const { low, high } = wilson(count, of);
  const percent = (fraction: number): number => Math.round(fraction * 1000) / 10;
  return { percent: percent(count / of), low: percent(low), high: percent(high) };
}
