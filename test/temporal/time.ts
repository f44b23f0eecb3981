import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import Long from 'long';

const { FastForwardPollingResult } = proto.temporal.api.enums.v1;

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
  if (await canSkip(client)) {
    return { scale: 1, pass: (workflowId, milliseconds) => fastForward(client, workflowId, milliseconds / 1000) };
  }
  const scale = SCALED_DAY / DAY;
  process.stderr.write(`This server cannot skip time: a day lasts ${SCALED_DAY} ms instead.\n`);
  return { scale, pass: (_workflowId, milliseconds) => new Promise((done) => setTimeout(done, milliseconds * scale)) };
}

async function canSkip(client: Client): Promise<boolean> {
  try {
    await fastForward(client, `nobody/${randomUUID()}`, 1);
    return true;
  } catch (problem) {
    return !/UNIMPLEMENTED|time.?skipping/i.test(String(problem));
  }
}

async function fastForward(client: Client, workflowId: string, seconds: number): Promise<void> {
  const id = randomUUID();
  const target = { namespace: client.options.namespace, workflowExecution: { workflowId } };
  await client.workflowService.updateWorkflowExecutionOptions({
    ...target,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id, duration: { seconds: Long.fromNumber(Math.ceil(seconds)) } },
      },
    },
  });
  for (;;) {
    const { fastForwardPollingResult } = await client.workflowService.pollWorkflowExecutionTimeSkipping({
      ...target,
      fastForwardId: id,
    });
    if (fastForwardPollingResult !== FastForwardPollingResult.FAST_FORWARD_POLLING_RESULT_POLL_TIMEOUT) return;
  }
}
