import { CancellationScope, continueAsNew, setHandler, workflowInfo } from '@temporalio/workflow';
import { happened, type PathwayInput, type PathwayState, whereabouts } from './contracts/index.js';
import { walkStep } from './steps.js';
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

  let ending: string | null = null;
  try {
    ending = await course.run(() => follow(walk, input));
  } catch (failure) {
    if (!walk.leaving) throw failure;
  }
  const reached = input.script.endings.find(({ key }) => key === ending);
  await CancellationScope.nonCancellable(async () => {
    if (walk.leaving) await walk.end(walk.leaving, true, walk.leaving === 'need-met');
    else if (ending) await walk.end(ending, false, reached?.good ?? false);
  });
  return walk.state;
}

/** From step to step; answers the key of the ending reached. */
async function follow(walk: Walk, input: PathwayInput): Promise<string> {
  const steps = new Map(input.script.steps.map((step) => [step.id, step]));
  let id = input.carried?.step ?? input.joinAt?.step ?? input.script.start;
  let at = input.carried ? undefined : input.joinAt?.enteredAt;
  for (;;) {
    const step = steps.get(id);
    if (!step) throw new Error(`The script has no step ${id}`);
    walk.enter(id, at);
    const next = await walkStep(walk, step);
    walk.leaveStep();
    if ('ending' in next) return next.ending;
    id = next.step;
    at = undefined;
    if (workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof pathway>({ ...input, carried: walk.carryOver(id) });
    }
  }
}
