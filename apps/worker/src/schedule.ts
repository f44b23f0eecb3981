import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from 'pino';
import { Temporal } from '#platform/temporal';
import { DETECTION_RUN, RECONCILE_RUN } from '#workflows';
import { inCode, Log } from './log.js';

/** What runs every night, by the clocks of London. */
const NIGHTLY = [
  { scheduleId: 'detection-nightly', cron: '0 2 * * *', workflowType: 'detectionRun', workflowId: DETECTION_RUN },
  // When the detection and what it started have settled.
  { scheduleId: 'reconcile-nightly', cron: '30 3 * * *', workflowType: 'reconcileRun', workflowId: RECONCILE_RUN },
] as const;
type Nightly = (typeof NIGHTLY)[number];

/** In milliseconds. */
const REST = 5000;

/** Keeps the nightly runs in Temporal as this version wants them. */
@Injectable()
export class Schedule {
  private readonly log: Logger;

  constructor(
    private readonly temporal: Temporal,
    log: Log,
  ) {
    this.log = log.for('schedule');
  }

  /** Creates or renews the schedules; tries until it has worked or `leaving`. */
  async keep(leaving: AbortSignal): Promise<void> {
    while (!leaving.aborted) {
      try {
        for (const nightly of NIGHTLY) await this.write(nightly);
        return;
      } catch (error) {
        this.log.warn(inCode(error), 'the nightly schedules could not be written yet');
        await pause(REST, undefined, { signal: leaving }).catch(() => undefined);
      }
    }
  }

  private async write({ scheduleId, cron, workflowType, workflowId }: Nightly): Promise<void> {
    const { client, taskQueue } = this.temporal;
    const wanted = {
      spec: { cronExpressions: [cron], timezone: 'Europe/London' },
      action: { type: 'startWorkflow' as const, workflowType, workflowId, taskQueue, args: [] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' as const },
    };
    try {
      await client.schedule.create({ scheduleId, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update(({ state }) => ({ ...wanted, state }));
    }
  }
}
