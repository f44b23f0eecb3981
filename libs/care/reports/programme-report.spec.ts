import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { instantsOf, makeReport, type ReportFacts, type StageCount, yearTo } from './programme-report.js';
import { reportCsv } from './report-csv.js';

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
    endings: [],
    endingTitles: new Map(),
    clocks: [],
    raisedToManager: 0,
    ...changes,
  };
}

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
    // The funnel of eleven rows; eight endings, five clocks in three ways, and the tasks raised to the manager.
    expect(rows).toHaveLength(7 * 11 + 8 + 5 * 3 + 1);
    expect(rows[0]).toMatchObject({ group: 'Everyone', stage: 'Found', count: '125', programme: "'=1+1" });
    const hidden = rows.filter(({ level, stage }) => level === 'Not known' && stage === 'Found');
    expect(hidden.map(({ count }) => count)).toEqual(['*', '*']);
  });
});

describe('the gap from the most to the least deprived fifth', () => {
  /** A hundred found in each fifth, of whom so many got to the stage. */
  const fifths = (stage: number, reached: readonly number[], found = 100): StageCount[] =>
    reached.flatMap((episodes, at) => [
      { quintile: at + 1, sex: 'female', stage: 0, episodes: found - episodes },
      { quintile: at + 1, sex: 'female', stage, episodes },
    ]);
  const inequalityIn = (counts: readonly StageCount[]) => makeReport(someFacts({ counts }), PERIOD, NOW).inequality;

  // Shares rise by 5 points a fifth, which is 25 over all five. The interval is Newcombe's for 40 and 20 in 100.
  it('is of good outcomes among those found, with the slope over all five', () => {
    expect(inequalityIn(fifths(6, [20, 25, 30, 35, 40]))).toEqual({
      stage: 'good',
      title: 'Good outcome',
      gapPoints: { value: 20, low: 7.3, high: 31.9 },
      sii: { value: 25 },
      why: null,
    });
  });

  it('is below nought where the most deprived do better', () => {
    const { gapPoints, sii } = inequalityIn(fifths(6, [40, 35, 30, 25, 20]));
    expect(gapPoints).toEqual({ value: -20, low: -31.9, high: -7.3 });
    expect(sii).toEqual({ value: -25 });
  });

  it('is of the deepest stage with no fifth hidden, when outcomes have one', () => {
    const counts = [...fifths(4, [20, 25, 30, 35, 40]), { quintile: 3, sex: 'male', stage: 6, episodes: 3 }];
    expect(inequalityIn(counts)).toMatchObject({ stage: 'started', title: 'Started', why: null });
  });

  it('passes over stages nobody got to', () => {
    expect(inequalityIn(fifths(2, [20, 20, 20, 20, 20]))).toMatchObject({
      stage: 'reached',
      gapPoints: { value: 0 },
      sii: { value: 0 },
    });
  });

  it('comes from published counts only', () => {
    expect(inequalityIn(fifths(6, [18, 23, 32, 37, 42]))).toEqual(inequalityIn(fifths(6, [22, 27, 28, 33, 38])));
  });

  it('is not said when a fifth is too small or empty, and says why', () => {
    const none = { stage: 'good', gapPoints: null, sii: null, why: 'Too few people in at least one fifth to say.' };
    expect(inequalityIn(fifths(6, [3, 3, 3, 3, 3], 6))).toMatchObject(none);
    expect(inequalityIn(fifths(6, [20, 25, 30, 35]))).toMatchObject(none);
    expect(inequalityIn(fifths(0, [0, 0, 0, 0, 0]))).toMatchObject({
      ...none,
      why: 'Nobody is known to have got past being found.',
    });
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
