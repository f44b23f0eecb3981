import type { Client } from '@temporalio/client';
import { canSkipTime, skipTime } from '../../libs/platform/temporal/time-skipping.js';

/** How a test makes months pass. */
export interface TimeMachine {
  /** What a length of time takes on the workflow's clock, as a share of itself. */
  readonly scale: number;
  /** Lets time pass for one workflow, bounded, so that it is never skipped to an end. */
  pass(workflowId: string, milliseconds: number): Promise<void>;
}

/** A day lasts this long where the server cannot skip time. */
const SCALED_DAY = 400;
const DAY = 86_400_000;

/** Skips time on the server where it can; elsewhere every length of time is scaled down, and said so. */
export async function timeMachine(client: Client): Promise<TimeMachine> {
  if (await canSkipTime(client)) {
    return { scale: 1, pass: (workflowId, milliseconds) => skipTime(client, workflowId, milliseconds) };
  }
  const scale = SCALED_DAY / DAY;
  process.stderr.write(`This server cannot skip time: a day lasts ${SCALED_DAY} ms instead.\n`);
  return { scale, pass: (_workflowId, milliseconds) => new Promise((done) => setTimeout(done, milliseconds * scale)) };
}
