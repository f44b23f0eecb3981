import { CancellationScope, isCancellation } from '@temporalio/workflow';
import type { TogetherStep } from '../contracts/index.js';
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
