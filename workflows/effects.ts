import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow';
import type { PathwayActivities } from './contracts/index.js';

/**
 * A worker that dies is noticed within the heartbeat; one that is asked to stop lets a running effect finish, so that
 * nothing is opened behind the back of an exit. Retries never end: a person must not be lost to a fault.
 */
export const activities = proxyActivities<PathwayActivities>({
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** Workflow time. */
export function now(): string {
  return new Date().toISOString();
}
