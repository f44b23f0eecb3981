import { describe, expect, it } from '@jest/globals';

import { isGood, type JestReport, lastLine, ofJest, ofPlaywright, sum } from './tally.ts';

function aReport(changes: Partial<JestReport> = {}): JestReport {
  return { numPassedTests: 3, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [], ...changes };
}

describe('the count of a test run', () => {
  it('sums what the runners counted', () => {
    const jest = ofJest(aReport({ numPassedTests: 5 }), 0);
    const stats = { expected: 2, unexpected: 0, flaky: 0, skipped: 0 };
    expect(lastLine(sum([jest, ofPlaywright({ stats, errors: [] }, 0)]))).toBe('7 passed, 0 failed');
  });

  it('names the skipped only when there are some', () => {
    expect(lastLine(ofJest(aReport({ numPendingTests: 1, numTodoTests: 1 }), 0))).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('counts a file that could not be loaded as failed', () => {
    const report = aReport({ testResults: [{ status: 'failed', assertionResults: [] }] });
    expect(ofJest(report, 1).failed).toBe(1);
  });

  it('counts a runner that left no report as failed', () => {
    expect(ofJest(null, 0).failed).toBe(1);
    expect(ofPlaywright(null, 0).failed).toBe(1);
  });

  it('counts a runner that failed around its tests as failed', () => {
    expect(ofJest(aReport(), 1).failed).toBe(1);
  });

  it('counts a test that passed at the second try as failed', () => {
    const stats = { expected: 2, unexpected: 0, flaky: 1, skipped: 0 };
    expect(ofPlaywright({ stats, errors: [] }, 0)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  });

  it('is not good when nothing ran', () => {
    expect(isGood({ passed: 0, failed: 0, skipped: 4 })).toBe(false);
  });
});
