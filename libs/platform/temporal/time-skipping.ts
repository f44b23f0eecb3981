import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import proto from '@temporalio/proto';

const { FastForwardPollingResult } = proto.temporal.api.enums.v1;

/**
 * Whether the server can let time pass for one workflow. Servers from 1.32.0 can, when the dynamic configuration
 * `frontend.WorkflowTimeSkippingEnabled` (later `system.workflowTimeSkippingEnabled`) is on. Throws when it does not answer.
 */
export async function canSkipTime(client: Client): Promise<boolean> {
  try {
    await skipTime(client, `nobody/${randomUUID()}`, 1000);
    return true;
  } catch (problem) {
    if (/UNIMPLEMENTED|time.?skipping/i.test(String(problem))) return false;
    if (/NOT_FOUND|not found/i.test(String(problem))) return true;
    throw problem;
  }
}

/**
 * Lets so many milliseconds pass on one workflow's clock, and answers when they have. Time never passes while one of its
 * effects runs, so whatever falls due on the way has been done by then. Bounded, so that a workflow that waits for
 * somebody is never skipped to an end.
 */
export async function skipTime(client: Client, workflowId: string, milliseconds: number): Promise<void> {
  const id = randomUUID();
  const target = { namespace: client.options.namespace, workflowExecution: { workflowId } };
  await client.workflowService.updateWorkflowExecutionOptions({
    ...target,
    updateMask: { paths: ['time_skipping_config'] },
    workflowExecutionOptions: {
      timeSkippingConfig: {
        enabled: true,
        fastForwardConfig: { id, duration: msToTs(Math.ceil(milliseconds / 1000) * 1000) },
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
