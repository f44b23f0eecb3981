import { CancellationScope, isCancellation, patched } from '@temporalio/workflow';
import type { RunningClock, Step, TogetherStep } from '../contracts/index.js';
import { activities } from '../effects.js';
import type { End, Line, Way } from '../line.js';

export type WalkBranch = (line: Line, start: string) => Promise<End>;

/**
 * Walks every branch on a line of its own. When enough are back, or one ends the pathway, the others stop where they are
 * and their open work is closed as cancelled and withdrawn.
 */
export async function together(line: Line, step: TogetherStep, walkBranch: WalkBranch): Promise<Way> {
  const branches = step.branches.map(({ start }) => ({
    start,
    line: line.branchOff(),
    scope: new CancellationScope(),
  }));
  const enough = step.until === 'all' ? branches.length : 1;
  const found: { back: number; end?: End; failures: unknown[] } = { back: 0, failures: [] };
  const isOver = (): boolean => found.failures.length > 0 || found.end !== undefined || found.back >= enough;

  await Promise.all(
    branches.map(async (branch) => {
      try {
        const end = await branch.scope.run(() => walkBranch(branch.line, branch.start));
        if ('back' in end && end.back === step.id) found.back += 1;
        else found.end ??= end;
        branch.line.stop();
        if (!isOver()) await sayWhatRemains(branches.map((other) => other.line));
      } catch (failure) {
        // One that was stopped because others were enough has not failed.
        if (!isOver() || !isCancellation(failure)) found.failures.push(failure);
      }
      if (isOver()) for (const { scope } of branches) scope.cancel();
    }),
  );
  if (found.failures.length > 0) throw found.failures[0];
  for (const branch of branches) {
    await branch.line.closeWork('branch-over');
    branch.line.stop();
  }
  return found.end ?? step.next;
}

/** The timeline goes on to say what comes next: that of a branch still under way. */
async function sayWhatRemains(lines: readonly Line[]): Promise<void> {
  const remaining = lines.flatMap((line) => line.nextDeadline() ?? []);
  const [first] = remaining.toSorted((one, other) => one.at.localeCompare(other.at));
  // Branches were walked before this was said.
  if (!first || !patched('say-what-remains')) return;
  const { line, at: until, step } = first;
  const { id, kind, title } = step;
  const clock = CLOCKS[kind];
  const what = `Still under way: ${title}`;
  await line.effect(id, (call) => activities.noteUntil({ ...call, title, what, until, clock }));
}

const CLOCKS: Readonly<Record<Step['kind'], RunningClock>> = {
  contact: 'person',
  task: 'us',
  referral: 'partner',
  wait: 'planned',
  measure: 'planned',
  recheck: 'us',
  branch: 'us',
  together: 'us',
};
