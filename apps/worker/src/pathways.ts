import { Injectable } from '@nestjs/common';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { PathwayStanding } from '#care/allocation';
import { Temporal } from '#platform/temporal';
import { happened, pathwayId, type PathwayInput, type PathwayState, whereabouts } from '#workflows';

/** Longest one call to the server may take, in milliseconds; a question to a pathway needs a worker to answer it. */
const PATIENCE = 5000;

/** Pathways the server lists at a time: its most. */
const PAGE = 1000;

/**
 * From this try on an activity has failed for about a quarter of an hour: the workflows rest 1, 2, 4 … 60 seconds
 * between tries.
 */
const FAILING_FROM = 20;

/** What Temporal's list of ids starts with, before the episode's. */
const PREFIX = pathwayId('');

/** A pathway as the server describes it, without asking a worker. */
export interface Description {
  readonly standing: PathwayStanding;
  readonly closedAt: Date | null;
  /** Activities, and the pathway's own turns, that keep failing. */
  readonly failing: readonly { readonly what: string; readonly tries: number }[];
  /** The repair that started it, if one did. */
  readonly repair: string | null;
}

/** The pathways as Temporal knows them. */
@Injectable()
export class Pathways {
  constructor(private readonly temporal: Temporal) {}

  /** Episodes whose pathway runs, by a list of the server's that lags behind: candidates only. */
  async *listRunning(): AsyncIterable<string> {
    const { client, taskQueue } = this.temporal;
    const query = `WorkflowType = 'pathway' AND ExecutionStatus = 'Running' AND TaskQueue = '${taskQueue}'`;
    for await (const { workflowId } of client.workflow.list({ query, pageSize: PAGE })) {
      yield workflowId.startsWith(PREFIX) ? workflowId.slice(PREFIX.length) : workflowId;
    }
  }

  /** How it stands at this moment. */
  async describe(episodeId: string): Promise<Description> {
    try {
      const { status, closeTime, memo, raw } = await this.within(() => this.handle(episodeId).describe());
      const activities = (raw.pendingActivities ?? []).map(({ activityType, attempt }) => ({
        what: activityType?.name ?? '',
        tries: attempt ?? 1,
      }));
      const turn = { what: 'pathway', tries: raw.pendingWorkflowTask?.attempt ?? 1 };
      return {
        standing: STANDINGS[status.name] ?? 'running',
        closedAt: closeTime ?? null,
        failing: [...activities, turn].filter(({ tries }) => tries >= FAILING_FROM),
        repair: typeof memo?.['repair'] === 'string' ? memo['repair'] : null,
      };
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      return { standing: 'missing', closedAt: null, failing: [], repair: null };
    }
  }

  /** Where it is, in its own words; null when it is not there or no worker answers. */
  async ask(episodeId: string): Promise<PathwayState | null> {
    try {
      return await this.within(() => this.handle(episodeId).query(whereabouts));
    } catch {
      return null;
    }
  }

  /** Starts a pathway in place of one that is gone. A second time changes nothing. */
  async start(input: PathwayInput, repair: string): Promise<void> {
    await this.within(() =>
      this.temporal.client.workflow.start('pathway', {
        workflowId: pathwayId(input.episodeId),
        taskQueue: this.temporal.taskQueue,
        args: [input],
        memo: { repair },
        workflowIdConflictPolicy: 'USE_EXISTING',
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      }),
    );
  }

  /** Ends it where it stands: nothing more is done by it. */
  async end(episodeId: string, repair: string): Promise<void> {
    await this.within(() => this.handle(episodeId).terminate(`repair ${repair}`));
  }

  /** Has what keeps failing tried again now, whether it rests in the pathway or on the server. */
  async askAgain(episodeId: string, repair: string): Promise<void> {
    const { client, namespace } = this.temporal;
    await this.within(() => this.handle(episodeId).signal(happened, { kind: 'asked-again', id: `repair/${repair}` }));
    const { raw } = await this.within(() => this.handle(episodeId).describe());
    for (const { activityId } of raw.pendingActivities ?? []) {
      await this.within(() =>
        client.workflowService.resetActivity({
          namespace,
          execution: { workflowId: pathwayId(episodeId) },
          id: activityId ?? '',
        }),
      );
    }
  }

  private handle(episodeId: string) {
    return this.temporal.client.workflow.getHandle(pathwayId(episodeId));
  }

  private within<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.temporal.client.withDeadline(Date.now() + PATIENCE, work);
  }
}

/** What is not here runs, or goes on under another run. */
const STANDINGS: Readonly<Record<string, PathwayStanding>> = {
  COMPLETED: 'closed',
  CANCELLED: 'closed',
  TERMINATED: 'closed',
  FAILED: 'failed',
  TIMED_OUT: 'failed',
};
