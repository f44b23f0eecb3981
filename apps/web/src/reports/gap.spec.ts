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
  const crossing = (to: string, most: number | null, least: number, spread = 1): Crossing => ({
    from: 'Found',
    to,
    most: most === null ? null : { percent: most, low: most - spread, high: most + spread },
    least: { percent: least, low: least - spread, high: least + spread },
    gap: most === null ? null : least - most,
  });

  it('is where the most deprived fifth falls furthest behind', () => {
    const list = [crossing('Invited', 96, 98.5), crossing('Reached', 50, 70), crossing('Accepted', 60, 68)];
    expect(widest(list)?.to).toBe('Reached');
  });

  it('passes over a wider gap that chance may have made', () => {
    expect(widest([crossing('Reached', 50, 70), crossing('Accepted', 30, 60, 15)])?.to).toBe('Reached');
  });

  it('is nowhere when the most deprived fifth is ahead, level or hidden', () => {
    expect(
      widest([crossing('Invited', 98, 60), crossing('Reached', null, 60), crossing('Accepted', 60, 60)]),
    ).toBeNull();
  });
});
