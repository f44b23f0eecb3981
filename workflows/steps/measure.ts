import type { MeasureStep, Next } from '../contracts/index.js';
import { activities } from '../effects.js';
import type { Line } from '../line.js';
import { completionOf } from './task.js';

export async function measure(line: Line, step: MeasureStep): Promise<Next> {
  const { id, title, role, instrument, value } = step;
  let opens = line.enteredAt;
  if (!line.keeps(id)) {
    const coming = await line.waitingFor(step, title, { from: opens, length: step.after, clock: 'planned' });
    await line.until(coming);
    opens = coming.at;
  }
  const task = await line.openTask(
    id,
    {
      kind: 'measure',
      title,
      role,
      due: step.window,
      escalateAfter: [],
      outcomes: step.results.map(({ next: _leads, ...result }) => ({ ...result, marks: [] })),
      asks: { instrument, value },
    },
    opens,
  );
  const recorded = completionOf(task.taskId, step.results);
  const next = await line.next(recorded, task.due);
  if (next) return next;
  if (!(await line.cancelTask(task, 'window-passed'))) return line.next(recorded);
  await line.effect(id, (call) => activities.recordLost({ ...call, instrument, taskId: task.taskId }));
  return step.lost;
}
