import type { End, Line } from './line.js';
import { walkStep } from './steps/index.js';

interface Course {
  readonly start: string;
  /** When the first step was entered, where that was before. */
  readonly enteredAt?: string;
  /** Between two steps, before the one that comes. */
  readonly atBoundary?: (step: string) => Promise<void>;
}

/** Follows a line from step to step; answers how it ends. */
export async function follow(line: Line, { start, enteredAt, atBoundary }: Course): Promise<End> {
  let step = await line.begin(start, enteredAt);
  for (;;) {
    const way = await walkStep(line, step, (branch, first) => follow(branch, { start: first }));
    line.leaveStep();
    if (!('step' in way)) return way;
    step = await line.begin(way.step);
    await atBoundary?.(way.step);
  }
}
