import { type Interval, type Proportion, wilson, Z95 } from './interval.js';

/** A measure with its 95% interval. */
export interface Estimate extends Interval {
  readonly value: number;
}

/** One group of people, such as a deprivation fifth, and what was measured in it. */
export interface Rung {
  /** People in the group, above 0. */
  readonly population: number;
  /** In any unit; the slope index is in the same. */
  readonly value: number;
}

export interface SlopeIndex {
  /** Slope index: fitted value at the least deprived end less that at the most deprived. Above 0 when values rise. */
  readonly sii: number;
  /** Fitted value at the most deprived end. */
  readonly intercept: number;
  /** Relative index: fitted value at the least deprived end over that at the most. Null when the latter is not above 0. */
  readonly rii: number | null;
}

/** PHEindicatormethods (phe_sii) takes no fewer and no more groups than these. */
const FEWEST_GROUPS = 5;
const MOST_GROUPS = 100;

/**
 * The share in `one` less the share in `other`, as a fraction of 1, with the hybrid score interval (Newcombe 1998,
 * Stat Med 17:873–890, method 10, from Wilson's intervals). Throws RangeError when either is no proportion.
 */
export function absoluteGap(one: Proportion, other: Proportion): Estimate {
  const [first, second] = [wilson(one.count, one.total), wilson(other.count, other.total)];
  const [p1, p0] = [one.count / one.total, other.count / other.total];
  return {
    value: p1 - p0,
    low: p1 - p0 - Math.hypot(p1 - first.low, second.high - p0),
    high: p1 - p0 + Math.hypot(first.high - p1, p0 - second.low),
  };
}

/**
 * The share in `one` over the share in `other`, no unit, with the log interval (Katz and others 1978, Biometrics
 * 34:469–474): SE(ln ratio) = √(1/a − 1/n₁ + 1/b − 1/n₀). Throws RangeError when either is no proportion or is nought,
 * since nought has no logarithm.
 */
export function rateRatio(one: Proportion, other: Proportion): Estimate {
  for (const { count, total } of [one, other]) {
    if (!(count > 0 && count <= total)) throw new RangeError(`No ratio from ${count} of ${total}`);
  }
  const value = one.count / one.total / (other.count / other.total);
  const error = Math.sqrt(1 / one.count - 1 / one.total + 1 / other.count - 1 / other.total);
  return { value, low: value * Math.exp(-Z95 * error), high: value * Math.exp(Z95 * error) };
}

/**
 * Slope and relative index of inequality over groups given from the most to the least deprived: least squares, weighted
 * by population, of each group's value on the middle of its place (0 to 1) in the whole population ranked so. Values are
 * taken as they are, not transformed. PHEindicatormethods (phe_sii) and the PHOF slope index method have the same order
 * and sign. Throws RangeError unless there are 5 to 100 groups, each with people in it.
 */
export function slopeIndex(rungs: readonly Rung[]): SlopeIndex {
  if (rungs.length < FEWEST_GROUPS || rungs.length > MOST_GROUPS) {
    throw new RangeError(`A slope index takes ${FEWEST_GROUPS} to ${MOST_GROUPS} groups, not ${rungs.length}`);
  }
  if (!rungs.every(({ population }) => population > 0)) throw new RangeError('A group has nobody in it');
  const everyone = rungs.reduce((all, { population }) => all + population, 0);
  let before = 0;
  const points = rungs.map(({ population, value }) => {
    const weight = population / everyone;
    const place = before + weight / 2;
    before += weight;
    return { weight, place, value };
  });
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((all, point) => all + point.weight * of(point), 0);
  const [place, value] = [mean((point) => point.place), mean((point) => point.value)];
  const sii =
    mean((point) => (point.place - place) * (point.value - value)) / mean((point) => (point.place - place) ** 2);
  const intercept = value - sii * place;
  return { sii, intercept, rii: intercept > 0 ? (intercept + sii) / intercept : null };
}
