import type { Next, PathwayEvent, TaskStep } from '../contracts/index.js';
import { activities } from '../effects.js';
import type { Line } from '../line.js';

export async function task(line: Line, step: TaskStep): Promise<Next> {
  const { id, title, role, due, escalate } = step;
  const { taskId, rungs } = await line.openTask(
    id,
    {
      kind: 'call',
      title,
      role,
      due,
      escalateAfter: escalate.map(({ after }) => after),
      escalateTo: escalate.map(({ to }) => to),
      outcomes: step.outcomes.map(({ key, label, hint, marks }) => ({ key, label, hint, marks })),
    },
    line.enteredAt,
  );
  const completed = completionOf(taskId, step.outcomes);
  for (const [rung, at] of rungs.entries()) {
    const to = escalate[rung]?.to;
    if (to === undefined) break;
    const next = await line.next(completed, at);
    if (next) return next;
    await line.effect(id, (call) => activities.escalateTask({ ...call, taskId, to, rung }));
  }
  return line.next(completed);
}

/** Chooses where the completion of a task leads. */
export function completionOf(
  taskId: string,
  outcomes: readonly { readonly key: string; readonly next: Next }[],
): (event: PathwayEvent) => Next | null {
  return (event) => {
    if (event.kind !== 'task-completed' || event.taskId !== taskId) return null;
    return outcomes.find(({ key }) => key === event.outcome)?.next ?? null;
  };
}
