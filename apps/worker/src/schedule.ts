import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Logger } from 'pino';
import { Temporal } from '#platform/temporal';
import { DETECTION_RUN } from '#workflows';
import { inCode, Log } from './log.js';

const SCHEDULE_ID = 'detection-nightly';

/** In milliseconds. */
const REST = 5000;

/** Keeps the nightly detection run in Temporal as this version wants it. */
@Injectable()
export class Schedule {
  private readonly log: Logger;

  constructor(
    private readonly temporal: Temporal,
    log: Log,
  ) {
    this.log = log.for('schedule');
  }

  /** Creates or renews the schedule; tries until it has worked or `leaving`. */
  async keep(leaving: AbortSignal): Promise<void> {
    while (!leaving.aborted) {
      try {
        await this.write();
        return;
      } catch (error) {
        this.log.warn(inCode(error), 'the nightly schedule could not be written yet');
        await pause(REST, undefined, { signal: leaving }).catch(() => undefined);
      }
    }
  }

  private async write(): Promise<void> {
    const { client, taskQueue } = this.temporal;
    const wanted = {
      spec: { cronExpressions: ['0 2 * * *'], timezone: 'Europe/London' },
      action: {
        type: 'startWorkflow' as const,
        workflowType: 'detectionRun',
        workflowId: DETECTION_RUN,
        taskQueue,
        args: [],
      },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 hour' as const },
    };
    try {
      await client.schedule.create({ scheduleId: SCHEDULE_ID, ...wanted });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(SCHEDULE_ID).update(({ state }) => ({ ...wanted, state }));
    }
  }
}
