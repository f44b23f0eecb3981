import { Context } from '@temporalio/activity';
import type { Logger } from 'pino';
import { Audit } from '#platform/audit';
import { inCode } from '../log.js';
import type { Metrics } from '../metrics.js';

/** The pathway acts for nobody in particular; the audit says so. */
const ACTOR = { kind: 'system', id: 'pathway' } as const;

/** Well within the heartbeat time-out of the workflows, in milliseconds. */
const HEARTBEAT_EVERY = 3000;

/** From this try on, an effect counts as failing rather than unlucky. */
const FAILING_FROM = 4;

type Handler = (call: never) => Promise<unknown>;

/** Runs activities as the pathway: audited, timed, alive while they last, and seen when they keep failing. */
export class Performer {
  private readonly failing = new Set<string>();

  constructor(
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  wrap(name: string, handler: Handler): Handler {
    return async (call) => {
      const { info, heartbeat } = Context.current();
      const effect = `${info.workflowExecution?.workflowId ?? ''}/${info.activityId}`;
      const stopTiming = this.metrics.activities.startTimer({ activity: name });
      const beating = setInterval(() => heartbeat(), HEARTBEAT_EVERY);
      try {
        const result = await Audit.as(ACTOR, () => handler(call));
        stopTiming({ worked: 'yes' });
        this.failing.delete(effect);
        return result;
      } catch (error) {
        stopTiming({ worked: 'no' });
        if (info.attempt >= FAILING_FROM) this.failing.add(effect);
        const where = { activity: name, workflowId: info.workflowExecution?.workflowId, attempt: info.attempt };
        this.log.warn({ ...where, ...inCode(error) }, 'an effect failed; it will be tried again');
        throw error;
      } finally {
        clearInterval(beating);
        this.metrics.activitiesFailing.set(this.failing.size);
      }
    };
  }
}
