import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { type Next, type Outcome, ProgrammesService, type Script } from '#care/programmes';
import { cancelledText, ReportsService } from '#care/reports';
import { LATER, type Task, TasksService, type Worker } from '#care/tasks';
import { Clock } from '#platform/kernel';
import { Database } from '#platform/database';
import type { Caller } from '../identity/index.js';
import type { TaskStandingView, TaskView } from './task.schema.js';

export const workerOf = ({ id, team }: Caller): Worker => ({ accountId: id, teamKey: team ?? '' });

/** A task as a screen shows it: with its person, why they were found, and what follows each outcome. */
@Injectable()
export class TaskPages {
  constructor(
    private readonly tasks: TasksService,
    private readonly reports: ReportsService,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Records that the person was read. Throws TaskMissing. */
  async show(id: string, worker: Worker): Promise<TaskView> {
    const task = await this.tasks.getTask(id, worker.teamKey);
    const record = await this.reports.personRecord(task.personId, { teamKey: worker.teamKey });
    const episode = record.episodes.find((one) => one.id === task.episodeId);
    const script = await this.scriptOf(task);
    const { outcomes, asks } = task;
    return {
      ...shownOf(task),
      programmeTitle: episode?.title ?? task.programme,
      overdue: task.status === 'open' && task.dueAt < this.clock.now(),
      claimedBy: await this.claimOf(task, worker),
      outcomes: outcomes.map(({ key, label, hint, valueFrom, valueBelow }) => ({
        key,
        label,
        hint: hint ?? null,
        valueFrom: valueFrom ?? null,
        valueBelow: valueBelow ?? null,
        then: whatFollows(script, task.step, key),
        asksDay: key === LATER,
      })),
      asks: asks && {
        instrument: asks.instrument,
        value: asks.value ? { ...asks.value, second: asks.value.second ?? null } : null,
      },
      ladder: episode?.openTasks.find((open) => open.id === task.id)?.ladder ?? [],
      paused: episode?.paused ?? null,
      demo: episode?.demo ?? false,
      person: record.person,
      reasons: episode?.reasons ?? [],
      priorityParts: episode?.priorityParts ?? [],
      timeline: episode?.timeline ?? [],
      next: episode?.next ?? null,
      alsoGoingOn: record.alsoGoingOn.filter(({ programme }) => programme !== task.programme),
    };
  }

  async standing(task: Task, worker: Worker): Promise<TaskStandingView> {
    const { id, status, outcome, version } = task;
    return {
      id,
      status,
      outcome,
      version,
      claimedBy: await this.claimOf(task, worker),
      then: outcome === null ? null : whatFollows(await this.scriptOf(task), task.step, outcome),
    };
  }

  private async scriptOf(task: Task): Promise<Script> {
    const { programmeVersionId } = await this.allocation.getEpisode(task.episodeId);
    return (await this.programmes.getVersion(programmeVersionId)).script;
  }

  private async claimOf({ claimedBy }: Task, worker: Worker): Promise<TaskView['claimedBy']> {
    if (claimedBy === null) return null;
    const account = await this.database.client.account.findUnique({ where: { id: claimedBy }, select: { name: true } });
    return { id: claimedBy, name: account?.name ?? 'A colleague', you: claimedBy === worker.accountId };
  }
}

/** What a task says of itself; its keys and marks are the pathway's own affair. */
function shownOf(task: Task) {
  const { id, episodeId, kind, title, programme, step, status, role, priority, tags, version } = task;
  const { snoozedUntil, snoozedBecause } = task;
  const { openedAt, dueAt, claimedAt, escalatedTo, outcome, note, closedAt, closedBy, cancelledBecause } = task;
  return {
    ...{ id, episodeId, kind, title, programme, step, status, role, priority, tags, version },
    ...{ snoozedUntil, snoozedBecause },
    ...{ openedAt, dueAt, claimedAt, escalatedTo, outcome, note, closedAt, closedBy, cancelledBecause },
    cancelledBecauseText: cancelledBecause && cancelledText(cancelledBecause),
  };
}

/** What an outcome leads to, in words. A step the pathway opened by itself has no outcomes in the script. */
export function whatFollows(script: Script, stepId: string, outcome: string): string {
  const step = script.steps.find(({ id }) => id === stepId);
  const offered: readonly Pick<Outcome, 'key' | 'next'>[] =
    step?.kind === 'task' ? step.outcomes : step?.kind === 'measure' ? step.results : [];
  const next = offered.find(({ key }) => key === outcome)?.next;
  return next ? sayNext(script, next) : 'The pathway goes on.';
}

function sayNext(script: Script, next: Next): string {
  if ('ending' in next) {
    const ending = script.endings.find(({ key }) => key === next.ending);
    return `The pathway ends: ${ending?.title ?? next.ending}.`;
  }
  const titleOf = (wanted: string): string => script.steps.find(({ id }) => id === wanted)?.title ?? wanted;
  if ('back' in next) return `This part is done; the pathway goes on when “${titleOf(next.back)}” is.`;
  return `Next: ${titleOf(next.step)}.`;
}
