import type { Next, WaitStep } from '../contracts/index.js';
import type { Line } from '../line.js';

export async function wait(line: Line, step: WaitStep): Promise<Next> {
  const over = await line.waitingFor(step, step.title, { from: line.enteredAt, length: step.for, clock: 'planned' });
  await line.until(over);
  return step.next;
}
