import { Injectable } from '@nestjs/common';
import { isGrpcServiceError } from '@temporalio/client';
import { type Drift, ReconcileService, type Repair, REPAIRS_OF } from '#care/allocation';
import { Fault } from '#platform/kernel';
import { Temporal } from '#platform/temporal';
import { RECONCILE_RUN, type Repaired, repairRunId } from '#workflows';
import type { Caller } from '../identity/index.js';
import type { DriftsView, DriftView, RepairedView } from './drift.schema.js';

/** In milliseconds: to reach the server, and to wait for a repair before somebody is told that it goes on. */
const REACHED_WITHIN = 5000;
const ANSWERED_WITHIN = 8000;

/** gRPC codes by which a call says that it took too long. */
const TOO_LATE = new Set([1, 4]);

/** Thrown when the part that walks the pathways cannot be reached: nothing can be compared or repaired without it. */
export class PathwaysAway extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'server.unavailable';
  constructor() {
    super('The pathways cannot be reached just now. Try again in a minute.');
  }
}

/**
 * What differs between Postgres and Temporal, and its repair. The worker compares and repairs; here its runs are only
 * begun, because who asks waits for the answer and there is nothing to do while Temporal is away.
 */
@Injectable()
export class DriftDesk {
  constructor(
    private readonly reconcile: ReconcileService,
    private readonly temporal: Temporal,
  ) {}

  async list({ team }: Caller): Promise<DriftsView> {
    const { kinds, lastRun } = await this.reconcile.count();
    const running = await this.reconcile.isRunning();
    const finished = lastRun?.finishedAt ? { ...lastRun, finishedAt: lastRun.finishedAt } : null;
    const counts = kinds.map(({ kind, programme, count }) => ({ kind, programme, count }));
    if (team === null) return { counts, items: null, repaired: [], lastRun: finished, running };
    const { open, repaired } = await this.reconcile.list(team);
    return { counts, items: open.map(shown), repaired: repaired.map(shown), lastRun: finished, running };
  }

  /** Begins a comparison, or joins the one under way. Throws PathwaysAway. */
  async compare(): Promise<void> {
    await this.begin('reconcileRun', RECONCILE_RUN, []);
  }

  /** Throws DriftMissing, DriftGone, RepairUnsuitable, PathwaysAway. */
  async repair(driftId: string, repair: Repair, reason: string, { team }: Caller): Promise<RepairedView> {
    const asked = await this.reconcile.ask({ driftId, repair, reason, teamKey: team ?? '' });
    if (asked === 'done') return { done: 'repaired' };
    await this.begin('repairRun', repairRunId(driftId), [driftId]);
    const { client } = this.temporal;
    try {
      const handle = client.workflow.getHandle(repairRunId(driftId));
      return await client.withDeadline(Date.now() + ANSWERED_WITHIN, () => handle.result() as Promise<Repaired>);
    } catch (error) {
      if (tookTooLong(error)) return { done: 'asked' };
      throw error;
    }
  }

  private async begin(workflow: string, workflowId: string, args: readonly string[]): Promise<void> {
    const { client, taskQueue } = this.temporal;
    try {
      await client.withDeadline(Date.now() + REACHED_WITHIN, () =>
        client.workflow.start(workflow, {
          workflowId,
          taskQueue,
          args: [...args],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        }),
      );
    } catch (error) {
      if (isGrpcServiceError(causeOf(error))) throw new PathwaysAway();
      throw error;
    }
  }
}

function shown(drift: Drift): DriftView {
  const { id, kind, personId, programme, stepTitle, detail, foundAt, lastSeenAt, repair, reason, repairedAt } = drift;
  const repairs = REPAIRS_OF[kind];
  const asked = repairedAt ? null : repair;
  return { id, kind, personId, programme, stepTitle, detail, foundAt, lastSeenAt, repairs, asked, reason, repairedAt };
}

function tookTooLong(error: unknown): boolean {
  const cause = causeOf(error);
  return isGrpcServiceError(cause) && TOO_LATE.has(cause.code);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}
