import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { instantsOf, makeReport, type ReportFacts, yearTo } from './programme-report.js';
import { reportCsv } from './report-csv.js';
import { wilson } from './wilson.js';

const NOW = new Date('2026-11-23T10:00:00Z');
const PERIOD = { from: '2026-05-01', to: '2026-10-31' };

function someFacts(changes: Partial<ReportFacts> = {}): ReportFacts {
  return {
    programme: 'stop-smoking',
    title: 'Stop smoking',
    version: 3,
    versions: [2, 3],
    demo: false,
    counts: [
      { quintile: 1, sex: 'female', stage: 0, episodes: 40 },
      { quintile: 1, sex: 'female', stage: 3, episodes: 60 },
      { quintile: 5, sex: 'male', stage: 6, episodes: 21 },
      { quintile: null, sex: 'intersex', stage: 1, episodes: 3 },
    ],
    ...changes,
  };
}

describe('Wilson intervals', () => {
  // Own gold vectors of the domain reference, section 8.2.
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
});

describe('a programme report', () => {
  const report = makeReport(someFacts(), PERIOD, NOW);

  it('counts who got at least as far as each stage', () => {
    expect(report.byQuintile[0]?.cells.map(({ text }) => text)).toEqual(['100', '60', '60', '60', '0', '0', '0']);
    expect(report.total.cells.map(({ count }) => count)).toEqual([125, 85, 80, 80, 20, 20, 20]);
  });

  it('keeps those whose home or sex is not known as groups of their own', () => {
    expect(report.byQuintile.map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5', 'unknown']);
    expect(report.byQuintile.at(-1)?.cells[0]).toMatchObject({ count: null, text: '*', ofFound: null });
    expect(report.bySex.map(({ key }) => key)).toEqual(['female', 'male', 'other', 'unknown']);
    expect(report.bySex.at(-1)?.cells[0]?.text).toBe('*');
  });

  it('works out shares from published counts, and none from a hidden one', () => {
    const started = report.byQuintile[4]?.cells[6];
    expect(started).toMatchObject({ count: 20, ofPrevious: { percent: 100, high: 100 } });
    const accepted = report.byQuintile[0]?.cells[3];
    expect(accepted?.ofFound).toEqual({ percent: 60, low: 50.2, high: 69.1 });
    expect(report.byQuintile.at(-1)?.cells.every(({ ofPrevious }) => ofPrevious === null)).toBe(true);
  });

  it('says how it was made, and owns up to demo history', () => {
    expect(report.provenance).toBe(
      'Stop smoking v2 v3 · people let in from 1 May 2026 to 31 Oct 2026 · data to 23 Nov 2026 · counts of 1 to 7 hidden, others rounded to 5',
    );
    expect(makeReport(someFacts({ demo: true }), PERIOD, NOW).provenance).toContain('includes demo history');
  });

  it('is all noughts for a programme nobody has been in', () => {
    const empty = makeReport(someFacts({ counts: [], versions: [] }), PERIOD, NOW);
    expect(empty.total.cells.every(({ count, ofFound }) => count === 0 && ofFound === null)).toBe(true);
  });

  it('says the same as CSV, which runs no formula', () => {
    const csv = reportCsv(makeReport(someFacts({ title: '=1+1' }), PERIOD, NOW));
    const rows: Record<string, string>[] = parse(csv, { columns: true });
    expect(rows).toHaveLength(7 * 11);
    expect(rows[0]).toMatchObject({ group: 'Everyone', stage: 'Found', count: '125', programme: "'=1+1" });
    const hidden = rows.filter(({ level, stage }) => level === 'Not known' && stage === 'Found');
    expect(hidden.map(({ count }) => count)).toEqual(['*', '*']);
  });
});

describe('periods', () => {
  it('begin and end at midnight in London, both days counted in', () => {
    expect(instantsOf(PERIOD)).toEqual({
      since: new Date('2026-04-30T23:00:00Z'),
      until: new Date('2026-11-01T00:00:00Z'),
    });
  });

  it('are the last year unless said otherwise', () => {
    expect(yearTo(NOW)).toEqual({ from: '2025-11-24', to: '2026-11-23' });
  });

  it.each([
    ['2026-02-30', '2026-03-01'],
    ['2026-05-02', '2026-05-01'],
    ['yesterday', '2026-05-01'],
    ['2026-5-1', '2026-06-01'],
    ['0001-01-01', '2026-06-01'],
  ])('from %s to %s are refused', (from, to) => {
    expect(() => instantsOf({ from, to })).toThrow('Give two days');
  });
});
