/** How a run of tests ended, over all its runners. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of Jest's JSON report that is counted. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: unknown[] }[];
}

/** The part of Playwright's JSON report that is counted. */
export interface PlaywrightReport {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: unknown[];
}

/** Counts Jest's tests. A file that could not be loaded holds no test, and counts as one that failed. */
export function ofJest(report: JestReport | null, exitCode: number | null): Tally {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const unloadable = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const failed = report.numFailedTests + unloadable.length;
  return {
    passed: report.numPassedTests,
    failed: failed || failedAnyway(exitCode),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts Playwright's tests. One that passed only when tried again has failed once, and counts so. */
export function ofPlaywright(report: PlaywrightReport | null, exitCode: number | null): Tally {
  if (report === null) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  const failed = unexpected + flaky + report.errors.length;
  return { passed: expected, failed: failed || failedAnyway(exitCode), skipped };
}

/** A runner that says it failed while every test of it passed has failed in what is around them. */
function failedAnyway(exitCode: number | null): number {
  return exitCode === 0 ? 0 : 1;
}

/** Sums what the runners counted. */
export function sum(tallies: Tally[]): Tally {
  const whole: Tally = { passed: 0, failed: 0, skipped: 0 };
  for (const one of tallies) {
    whole.passed += one.passed;
    whole.failed += one.failed;
    whole.skipped += one.skipped;
  }
  return whole;
}

/** The last line of a run. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A run is good when something ran and nothing failed. */
export function isGood({ passed, failed }: Tally): boolean {
  return failed === 0 && passed > 0;
}
