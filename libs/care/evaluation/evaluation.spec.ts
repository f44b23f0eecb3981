import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { absoluteGap, type Proportion, rateRatio, slopeIndex, wilson } from './index.js';

const SLACK = 1e-9;

const proportions: fc.Arbitrary<Proportion> = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 5000 }))
  .map(([total, part]) => ({ count: part % (total + 1), total }));

// Gold vectors worked out apart from this code, unless another source is named.
describe('Wilson intervals', () => {
  it.each([
    [12, 80, 0.08794040506, 0.2441322856],
    [0, 25, 0, 0.1331922509],
    [25, 25, 0.8668077491, 1],
    [3, 40, 0.02583602577, 0.1986423352],
  ])('of %i in %i', (count, total, low, high) => {
    const interval = wilson(count, total);
    expect(interval.low).toBeCloseTo(low, 9);
    expect(interval.high).toBeCloseTo(high, 9);
  });

  it('hold the share itself, and rise with the count', () => {
    fc.assert(
      fc.property(proportions, ({ count, total }) => {
        const { low, high } = wilson(count, total);
        expect(low).toBeLessThanOrEqual(count / total + SLACK);
        expect(high).toBeGreaterThanOrEqual(count / total - SLACK);
        if (count === total) return;
        const next = wilson(count + 1, total);
        expect(next.low).toBeGreaterThan(low);
        expect(next.high).toBeGreaterThan(high);
      }),
    );
  });

  it.each([
    [1, 0],
    [-1, 10],
    [11, 10],
    [NaN, 10],
  ])('are refused for %d in %d', (count, total) => {
    expect(() => wilson(count, total)).toThrow(RangeError);
  });
});

describe('the absolute gap', () => {
  // Newcombe 1998, table II, example (a), method 10.
  it('has the hybrid score interval', () => {
    const gap = absoluteGap({ count: 56, total: 70 }, { count: 48, total: 80 });
    expect(gap.value).toBeCloseTo(0.2, 12);
    expect(gap.low).toBeCloseTo(0.0524, 4);
    expect(gap.high).toBeCloseTo(0.3339, 4);
  });

  it('lies in its interval, within -1 and 1, and turns round with its sides', () => {
    fc.assert(
      fc.property(proportions, proportions, (one, other) => {
        const gap = absoluteGap(one, other);
        expect(gap.low).toBeLessThanOrEqual(gap.value + SLACK);
        expect(gap.high).toBeGreaterThanOrEqual(gap.value - SLACK);
        expect(gap.low).toBeGreaterThanOrEqual(-1 - SLACK);
        expect(gap.high).toBeLessThanOrEqual(1 + SLACK);
        const turned = absoluteGap(other, one);
        expect(turned.low).toBeCloseTo(-gap.high, 9);
        expect(turned.high).toBeCloseTo(-gap.low, 9);
      }),
    );
  });
});

describe('the rate ratio', () => {
  it('has the log interval', () => {
    const ratio = rateRatio({ count: 45, total: 1000 }, { count: 30, total: 1200 });
    expect(ratio.value).toBeCloseTo(1.8, 12);
    expect(ratio.low).toBeCloseTo(1.14282714, 8);
    expect(ratio.high).toBeCloseTo(2.835074429, 8);
  });

  it('is refused where a share is nought', () => {
    expect(() => rateRatio({ count: 0, total: 10 }, { count: 3, total: 10 })).toThrow(RangeError);
    expect(() => rateRatio({ count: 3, total: 10 }, { count: 0, total: 10 })).toThrow(RangeError);
  });
});

describe('the slope index', () => {
  const values = [31.5, 27.0, 24.2, 20.9, 17.6];
  const rungs = [2100, 1950, 2000, 1900, 2050].map((population, at) => ({ population, value: values[at] ?? 0 }));

  it('is least deprived less most deprived', () => {
    const { sii, intercept, rii } = slopeIndex(rungs);
    expect(sii).toBeCloseTo(-17.17590248, 8);
    expect(intercept).toBeCloseTo(32.88695124, 8);
    expect(rii).toBeCloseTo(0.4777289522, 9);
  });

  const groups = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 5, maxLength: 100 });

  it('is nought when all groups are alike', () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 100 }), (populations, value) => {
        const { sii, rii } = slopeIndex(populations.map((population) => ({ population, value })));
        expect(sii).toBeCloseTo(0, 6);
        if (value === 0) expect(rii).toBeNull();
        else expect(rii).toBeCloseTo(1, 6);
      }),
    );
  });

  it('is above nought when every group does better than the one before', () => {
    fc.assert(
      fc.property(groups, (populations) => {
        expect(slopeIndex(populations.map((population, value) => ({ population, value }))).sii).toBeGreaterThan(0);
      }),
    );
  });

  it('is refused for fewer than five groups, and for one with nobody in it', () => {
    expect(() => slopeIndex(rungs.slice(1))).toThrow('5 to 100 groups, not 4');
    expect(() => slopeIndex([...rungs, { population: 0, value: 1 }])).toThrow('nobody');
  });
});
