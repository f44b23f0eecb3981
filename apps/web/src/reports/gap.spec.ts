import { describe, expect, it } from '@jest/globals';
import { crossings, widest, type Crossing } from './gap';

const share = (percent: number) => ({ percent, low: percent - 5, high: percent + 5 });
const row = (key: string, shares: (number | null)[]) => ({
  key,
  title: `Fifth ${key}`,
  cells: shares.map((percent, index) => ({
    stage: `stage-${index}`,
    count: 100,
    text: '100',
    ofPrevious: percent === null ? null : share(percent),
    ofFound: null,
  })),
});
const stages = [
  { key: 'found', title: 'Found' },
  { key: 'invited', title: 'Invited' },
  { key: 'reached', title: 'Reached' },
];

describe('crossings', () => {
  it('compares the most deprived fifth with the least, stage by stage', () => {
    const found = crossings({
      stages,
      byQuintile: [row('1', [null, 96, 50]), row('2', [null, 1, 1]), row('5', [null, 98, 70])],
    });
    expect(found.map(({ from, to, gap }) => [from, to, gap])).toEqual([
      ['Found', 'Invited', 2],
      ['Invited', 'Reached', 20],
    ]);
  });

  it('has no gap where either count is hidden', () => {
    const found = crossings({ stages, byQuintile: [row('1', [null, 96, null]), row('5', [null, 98, 70])] });
    expect(found.at(1)?.gap).toBeNull();
  });
});

describe('widest', () => {
  const crossing = (to: string, gap: number | null): Crossing => ({ from: 'Found', to, most: null, least: null, gap });

  it('is where the most deprived fifth falls furthest behind', () => {
    expect(widest([crossing('Invited', 2), crossing('Reached', 20), crossing('Accepted', 8)])?.to).toBe('Reached');
  });

  it('is nowhere when the most deprived fifth is ahead or hidden', () => {
    expect(widest([crossing('Invited', -3), crossing('Reached', null), crossing('Accepted', 0)])).toBeNull();
  });
});
