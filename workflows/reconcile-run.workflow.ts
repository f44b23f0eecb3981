import { proxyActivities, uuid4 } from '@temporalio/workflow';
import type { ReconcileActivities, ReconcileSummary, Repaired } from './contracts/index.js';

const { beginReconcile, comparePathways, compareWhereabouts, compareOutbox, finishReconcile } =
  proxyActivities<ReconcileActivities>({
    startToCloseTimeout: '10 minutes',
    heartbeatTimeout: '30 seconds',
    retry: { initialInterval: '5 seconds', maximumInterval: '1 minute', maximumAttempts: 4 },
  });

/** Somebody waits for the answer. */
const { repairDrift } = proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '30 seconds',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '5 seconds', maximumAttempts: 4 },
});

/** Compares both sides once. One comparison that cannot be made fails the run, and nothing is called gone. */
export async function reconcileRun(): Promise<ReconcileSummary> {
  const run = { runId: uuid4(), startedAt: new Date().toISOString() };
  await beginReconcile(run);
  const { episodes, pathways } = await comparePathways(run);
  const { asked } = await compareWhereabouts(run);
  await compareOutbox(run);
  return finishReconcile({ ...run, episodes, pathways, asked });
}

/** Carries out one repair that somebody has asked for, with a reason kept beside the difference. */
export async function repairRun(driftId: string): Promise<Repaired> {
  return repairDrift({ driftId });
}
