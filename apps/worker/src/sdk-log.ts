import { DefaultLogger, type Logger as SdkLogger } from '@temporalio/worker';
import { inCode, type Log } from './log.js';

/** Temporal's own messages, in the same log. */
export function sdkLog(log: Log): SdkLogger {
  const lines = log.for('temporal');
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    const { workflowId, activityType, attempt, error } = (meta ?? {}) as Record<string, unknown>;
    const known = { workflowId, activityType, attempt, ...(error !== undefined && inCode(error)) };
    if (level === 'ERROR') lines.error(known, message);
    else lines.warn(known, message);
  });
}
