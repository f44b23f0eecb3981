import type { Client, WorkflowHandle } from '@temporalio/client';
import { skipTime } from '#platform/temporal';
import { happened, type PathwayScript } from '#workflows';
import type { Course } from './course.js';

/** On the workflow's clock: what has come is done within it, as time stands still while an effect runs. */
const SETTLE = 60_000;
/** A step of a pathway that takes longer than this for real is stuck. */
const PATIENCE = 120_000;

/**
 * Takes one real pathway along its course: lets time pass on the server to the instant the pathway waits for next, or
 * hands it what comes, and goes on when everything that followed is done.
 *
 * The workflow's clock is never behind an instant it waited for, and may lag behind what comes in between: every length
 * of time is reckoned from the course's own clock, so nothing of a result hangs on how long the computer took.
 */
export class Walker {
  private handle?: WorkflowHandle;
  /** The workflow's clock less the real one. */
  private ahead = 0;

  constructor(
    readonly course: Course,
    private readonly client: Client,
    private readonly pathway: {
      readonly workflowId: string;
      readonly episodeId: string;
      readonly taskQueue: string;
      readonly script: PathwayScript;
    },
  ) {}

  /** Starts the pathway as of the course's clock. */
  async start(): Promise<void> {
    const { workflowId, episodeId, taskQueue, script } = this.pathway;
    const startDelay = Math.max(0, this.course.now - Date.now());
    this.handle = await this.client.workflow.start('pathway', {
      workflowId,
      taskQueue,
      args: [{ episodeId, script }],
      startDelay,
    });
    await this.pass(startDelay);
  }

  /** Walks on while the next thing happens before `end`. Throws when the pathway does not move. */
  async walkTo(end: number, signal: AbortSignal): Promise<void> {
    while (this.handle && this.course.nextAt < end && !signal.aborted) {
      const coming = this.course.advance();
      if (!coming) {
        await this.pass(this.course.now - (Date.now() + this.ahead));
        continue;
      }
      const event = coming.tell();
      if (!event) continue;
      await this.handle.signal(happened, event);
      await this.pass(0);
    }
  }

  /** Ends what is left of it. */
  async stop(): Promise<void> {
    if (!this.handle || this.course.ended) return;
    await this.handle.terminate('The simulation is over').catch(() => undefined);
  }

  private async pass(milliseconds: number): Promise<void> {
    const length = Math.max(0, milliseconds) + SETTLE;
    const { workflowId } = this.pathway;
    const before = Date.now() + this.ahead;
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`The pathway ${workflowId} does not move`)), PATIENCE);
    });
    try {
      await Promise.race([skipTime(this.client, workflowId, length), stuck]);
    } catch (problem) {
      // A pathway that has just ended has no clock any more.
      if (!this.course.ended) throw problem;
    } finally {
      clearTimeout(timer);
    }
    this.ahead = before + length - Date.now();
  }
}
