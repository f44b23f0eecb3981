import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { boundsOf, type Funnel, publish, type Published } from './disclosure.js';

/** One stage of two groupings. */
function aStage(first: readonly number[], second: readonly number[]): Funnel<number> {
  const total = first.reduce((all, one) => all + one, 0);
  return { total: [total], groupings: [first.map((count) => [count]), second.map((count) => [count])] };
}

function shownOf(published: Funnel<Published>): Published[] {
  return [...published.total, ...published.groupings.flat(2)];
}

/** A funnel as reports have it: 6 deprivation groups, 4 sexes, several stages that only fall. */
const funnels: fc.Arbitrary<Funnel<number>> = fc
  .array(
    fc.record({ quintile: fc.nat(5), sex: fc.nat(3), stage: fc.nat(3), episodes: fc.oneof(fc.nat(9), fc.nat(60)) }),
    { maxLength: 14 },
  )
  .map((people) => {
    const upTo = (stage: number, fits: (one: (typeof people)[number]) => boolean): number =>
      people.filter((one) => one.stage >= stage && fits(one)).reduce((all, one) => all + one.episodes, 0);
    const stages = [0, 1, 2, 3];
    return {
      total: stages.map((stage) => upTo(stage, () => true)),
      groupings: [
        [0, 1, 2, 3, 4, 5].map((level) => stages.map((stage) => upTo(stage, ({ quintile }) => quintile === level))),
        [0, 1, 2, 3].map((level) => stages.map((stage) => upTo(stage, ({ sex }) => sex === level))),
      ],
    };
  });

/**
 * Every value a hidden count of one stage could have, found by building all sums that fit what is shown. Written apart
 * from the code under test. Knows as much as it: which counts were hidden for being small.
 */
function possibleValues(
  truth: readonly number[],
  shown: readonly Published[],
  totals: ReadonlySet<number>,
): Set<number>[] {
  const choices = truth.map((count, at) => {
    const published = shown[at];
    const fits = (value: number): boolean => {
      if (published === 0) return value === 0;
      if (published === null || published === undefined) return count <= 7 ? value >= 1 && value <= 7 : value >= 8;
      return value >= 8 && Math.abs(value - published) <= 2;
    };
    return Array.from({ length: 260 }, (_, value) => value).filter(fits);
  });
  return choices.map((mine, at) => {
    let rest = new Set([0]);
    choices.forEach((other, which) => {
      if (which !== at) rest = new Set([...rest].flatMap((sum) => other.map((value) => sum + value)));
    });
    return new Set(mine.filter((value) => [...rest].some((sum) => totals.has(sum + value))));
  });
}

describe('published counts', () => {
  it('show nought, hide 1 to 7 and round the rest to 5', () => {
    const rows = [0, 1, 7, 8, 12, 13, 102];
    const { groupings } = publish(aStage(rows, [143]));
    expect(groupings[0]).toEqual([[0], [null], [null], [10], [10], [15], [100]]);
  });

  it('are multiples of 5, and never 1 to 7', () => {
    fc.assert(
      fc.property(funnels, (counts) => {
        const wrong = shownOf(publish(counts)).filter((count) => count !== null && (count % 5 !== 0 || count === 5));
        expect(wrong).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('round totals from true totals, not from rounded rows', () => {
    const { total } = publish(aStage([12, 12, 12, 12, 12], [60]));
    expect(total).toEqual([60]);
  });

  it('never rise from one stage to the next', () => {
    fc.assert(
      fc.property(funnels, (counts) => {
        const { total, groupings } = publish(counts);
        for (const row of [total, ...groupings.flat()]) {
          const shown = row.filter((count) => count !== null);
          expect(shown).toEqual(shown.toSorted((a, b) => b - a));
        }
      }),
    );
  });
});

describe('hidden counts', () => {
  // Four sevens make 28, which rounds to 30; nothing else of four small counts does.
  it('are not given away by their total at the upper corner', () => {
    const counts = aStage([7, 7, 7, 7], [28]);
    expect(boundsOf(counts).groupings[0]?.[0]?.[0]).toEqual({ low: 7, high: 7 });
    const { total, groupings } = publish(counts);
    expect(total).toEqual([null]);
    expect(groupings).toEqual([[[null], [null], [null], [null]], [[null]]]);
  });

  // 8 and four ones make 12, the most that rounds to 10.
  it('are not given away by their total at the lower corner', () => {
    const counts = aStage([8, 1, 1, 1, 1], [12]);
    expect(boundsOf(counts).groupings[0]?.[1]?.[0]).toEqual({ low: 1, high: 1 });
    expect(shownOf(publish(counts)).filter((count) => count !== null)).toEqual([]);
  });

  it('are not given away by an earlier stage', () => {
    const counts: Funnel<number> = {
      total: [12, 12],
      groupings: [
        [
          [8, 8],
          [4, 4],
        ],
        [[12, 12]],
      ],
    };
    for (const [, cell] of publish(counts).groupings[0]?.entries() ?? []) expect(cell).toHaveLength(2);
    expect(publish(counts).groupings[0]?.[1]).toEqual([null, null]);
  });

  it('could each have been another, whatever the true counts', () => {
    fc.assert(
      fc.property(funnels, (counts) => {
        const published = publish(counts);
        counts.total.forEach((trueTotal, stage) => {
          const shownTotal = published.total[stage] ?? null;
          const totals = new Set(
            Array.from({ length: 1000 }, (_, value) => value).filter((value) =>
              shownTotal === null ? true : Math.abs(value - shownTotal) <= 2 || value === trueTotal,
            ),
          );
          for (const [grouping, rows] of counts.groupings.entries()) {
            const truth = rows.map((row) => row[stage] ?? 0);
            const shown = (published.groupings[grouping] ?? []).map((row) => row[stage] ?? null);
            for (const [row, values] of possibleValues(truth, shown, totals).entries()) {
              if (shown[row] === null) expect(values.size).toBeGreaterThan(1);
            }
          }
        });
      }),
      { numRuns: 150 },
    );
  });

  it('are within the bounds a reader can work out, as is every other count', () => {
    fc.assert(
      fc.property(funnels, (counts) => {
        const bounds = boundsOf(counts);
        const within = (count: number, at: { low: number; high: number } | undefined): boolean =>
          at !== undefined && at.low <= count && count <= at.high;
        counts.total.forEach((count, stage) => expect(within(count, bounds.total[stage])).toBe(true));
        counts.groupings.forEach((rows, grouping) =>
          rows.forEach((row, level) =>
            row.forEach((count, stage) =>
              expect(within(count, bounds.groupings[grouping]?.[level]?.[stage])).toBe(true),
            ),
          ),
        );
      }),
    );
  });
});
