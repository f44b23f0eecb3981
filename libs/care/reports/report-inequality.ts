import { absoluteGap, type Estimate, type Proportion, slopeIndex } from '#care/evaluation';
import type { Published } from './disclosure.js';
import type { StageKey } from './programme-report.js';

/** How far apart the deprivation fifths are at one stage, as shares of those found. From published counts only. */
export interface Inequality {
  readonly stage: StageKey;
  readonly title: string;
  /** Share in the least deprived fifth less that in the most, in percentage points, with its 95% interval. */
  readonly gapPoints: Estimate | null;
  /** Slope index over the five fifths, in percentage points: above 0 when the most deprived do worse. */
  readonly sii: { readonly value: number } | null;
  /** Why there are no figures; null when there are. */
  readonly why: string | null;
}

/**
 * The last stage that every fifth's published count lets be compared, and that anybody got to. `fifths` holds the
 * published counts of each of the five, a list of stages each, the most deprived fifth first.
 */
export function inequalityOf(
  stages: readonly { readonly key: StageKey; readonly title: string }[],
  fifths: readonly (readonly Published[])[],
): Inequality {
  const [found, ...later] = stages.map((stage, at) => ({ ...stage, counts: fifths.map((row) => row[at] ?? null) }));
  const [outcome] = later.slice(-1);
  if (!found || !outcome) throw new RangeError('A funnel has at least two stages');
  const sharesAt = (counts: readonly Published[]): Proportion[] =>
    counts.flatMap((count, fifth) => {
      const total = found.counts[fifth];
      return count === null || !total ? [] : [{ count, total }];
    });
  for (const { key, title, counts } of later.toReversed()) {
    const shares = sharesAt(counts);
    const [most, least] = [shares[0], shares.at(-1)];
    if (shares.length < fifths.length || !most || !least || shares.every(({ count }) => count === 0)) continue;
    const gap = absoluteGap(least, most);
    const { sii } = slopeIndex(shares.map(({ count, total }) => ({ population: total, value: count / total })));
    return {
      stage: key,
      title,
      gapPoints: { value: points(gap.value), low: points(gap.low), high: points(gap.high) },
      sii: { value: points(sii) },
      why: null,
    };
  }
  const comparable = sharesAt(found.counts).length === fifths.length;
  const hidden = later.some(({ counts }) => counts.includes(null));
  const why =
    comparable && !hidden
      ? 'Nobody is known to have got past being found.'
      : 'Too few people in at least one fifth to say.';
  return { stage: outcome.key, title: outcome.title, gapPoints: null, sii: null, why };
}

/** Percentage points to one decimal place; never -0. */
function points(fraction: number): number {
  return Math.round(fraction * 1000) / 10 + 0;
}
