import { CancellationScope, continueAsNew, isCancellation, setHandler, workflowInfo } from '@temporalio/workflow';
import { happened, type PathwayInput, type PathwayState, whereabouts } from './contracts/index.js';
import { follow } from './follow.js';
import { Walk } from './walk.js';

/** Walks one person through the pinned script of a programme, until it ends or the person leaves it. */
export async function pathway(input: PathwayInput): Promise<PathwayState> {
  const walk = new Walk(input);
  const course = new CancellationScope();
  setHandler(whereabouts, () => walk.state);
  // Events may be waiting already: this handler comes before the first await, and an exit before the first step.
  setHandler(happened, (event) => {
    if (walk.hear(event)) course.cancel();
  });
  if (walk.stopping) course.cancel();

  let ending: string | null = null;
  try {
    ending = await course.run(() => walkThrough(walk, input));
  } catch (failure) {
    if (!walk.stopping) throw failure;
  }
  await CancellationScope.nonCancellable(async () => {
    const { moving } = walk;
    if (moving && !walk.leaving) {
      const onward = await walk.leaveVersion(moving);
      if (!walk.leaving) await continueAsNew<typeof pathway>(onward);
    }
    const { leaving } = walk;
    if (leaving) await walk.end(leaving, true, leaving === 'need-met' || leaving === 'need-met-by-us');
    else if (ending) await walk.end(ending, false, walk.findEnding(ending)?.good ?? false);
  });
  return walk.state;
}

/** From step to step; answers the key of the ending reached. Pauses and what is ignored are seen to beside it. */
async function walkThrough(walk: Walk, input: PathwayInput): Promise<string | null> {
  const beside = new CancellationScope();
  const kept = beside.run(async () => [walk.keepPauses(), walk.keepRecords()].map(untilCancelled));
  try {
    const { carried, joinAt, script } = input;
    const start = carried?.step ?? joinAt?.step ?? script.start;
    const end = await follow(walk.main, {
      start,
      enteredAt: carried ? carried.enteredAt : joinAt?.enteredAt,
      atBoundary: async (step) => {
        if (!workflowInfo().continueAsNewSuggested) return;
        await walk.allRecorded();
        await continueAsNew<typeof pathway>({ ...input, carried: walk.carryOver(step) });
      },
    });
    if ('leaves' in end) walk.leaving ??= end.leaves;
    return 'ending' in end ? end.ending : null;
  } finally {
    beside.cancel();
    await Promise.all(await kept);
  }
}

async function untilCancelled(work: Promise<never>): Promise<void> {
  try {
    await work;
  } catch (failure) {
    if (!isCancellation(failure)) throw failure;
  }
}
