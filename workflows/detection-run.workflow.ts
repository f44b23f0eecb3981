import { log, proxyActivities } from '@temporalio/workflow';
import type { DetectionActivities, DetectionSummary } from './contracts/index.js';

const { listProgrammes, detect } = proxyActivities<DetectionActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 4 },
});

/** Evaluates every live programme once. One that fails does not keep the others from running. */
export async function detectionRun(): Promise<DetectionSummary> {
  const asOf = new Date().toISOString();
  const summary = { asOf, found: 0, letIn: 0, left: 0, failed: [] as string[] };
  for (const programme of await listProgrammes()) {
    try {
      const { found, letIn, left = 0 } = await detect({ programme, asOf });
      summary.found += found;
      summary.letIn += letIn;
      summary.left += left;
    } catch (failure) {
      log.error('Detection failed for a programme', { programme, failure });
      summary.failed.push(programme);
    }
  }
  return summary;
}
