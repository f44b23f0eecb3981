import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { after, Clock, isId } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { MeasurementLedger } from './measurement-ledger.js';
import {
  checkReading,
  chosenOutcome,
  type Completion,
  type OpenTaskCall,
  type PathwayCall,
  tagsOf,
  tidyNote,
} from './task.js';
import type { Task, Worker } from './task.js';
import { TaskAlreadyClaimed, TaskChanged, TaskClosed, TaskEpisodeMissing, TaskMissing } from './tasks.faults.js';
import { TasksRepository } from './tasks.repository.js';
import type { Worklist, WorklistQuery } from './worklist.js';
import { WorklistRepository } from './worklist.repository.js';

/** Keeps the work of an episode that no team has yet, so that it is not lost. */
const NOBODYS_TEAM = 'unassigned';

@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TasksRepository,
    private readonly worklists: WorklistRepository,
    private readonly allocation: AllocationService,
    private readonly measurements: MeasurementLedger,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Opens a step's task. A repeat of the call, or a second call for a step whose task is open, answers the first task. */
  async open(call: OpenTaskCall): Promise<{ readonly taskId: string; readonly dueAt: string }> {
    return this.database.inTransaction(async () => {
      const episode = await this.tasks.findEpisode(call.episodeId);
      if (!episode) throw new TaskEpisodeMissing(call.episodeId);
      const openedAt = new Date(call.at);
      const teamKey = episode.teamKey ?? NOBODYS_TEAM;
      const fresh = await this.tasks.insert({
        call,
        episode: { ...episode, teamKey },
        tags: tagsOf(episode.priorityParts),
        openedAt,
        dueAt: after(openedAt, call.due),
      });
      const task = await this.tasks.findByKeyOrOpenStep(call.key, call.episodeId, call.step);
      if (!task) throw new TaskChanged(call.key);
      if (fresh) {
        await this.allocation.recordProgress({
          episodeId: call.episodeId,
          seq: call.seq,
          step: call.step,
          stepTitle: call.title,
          nextWhat: `Due: ${call.title}`,
          nextAt: task.dueAt,
        });
        await this.note('task.opened', task, { step: task.step });
      }
      return { taskId: task.id, dueAt: task.dueAt.toISOString() };
    });
  }

  /** Marks an open task as raised to a role. A repeat, or a task already closed, changes nothing. */
  async escalate(call: PathwayCall & { readonly taskId: string; readonly to: string }): Promise<void> {
    await this.database.inTransaction(async () => {
      if (!(await this.tasks.escalate(call.taskId, call.to, new Date(call.at)))) return;
      await this.note('task.escalated', await this.getHeld(call.taskId), { to: call.to });
    });
  }

  /** Closes an open task as cancelled, never as completed. `closed` is false when it was completed first. */
  async cancel(
    call: PathwayCall & { readonly taskId: string; readonly because: string },
  ): Promise<{ readonly closed: boolean }> {
    return this.database.inTransaction(async () => {
      const cancelled = await this.tasks.cancel(call.taskId, call.because, new Date(call.at));
      const task = await this.getHeld(call.taskId);
      if (cancelled) await this.note('task.cancelled', task, { because: call.because });
      return { closed: task.status === 'cancelled' };
    });
  }

  /** What an episode still has open. */
  listOpenOf(episodeId: string): Promise<readonly { readonly id: string; readonly step: string }[]> {
    return this.tasks.listOpenOf(episodeId);
  }

  /** One page of a team's list with the counts of every view. Throws WorklistQueryWrong. */
  worklist(query: WorklistQuery): Promise<Worklist> {
    return this.worklists.read(query, this.clock.now());
  }

  /** Throws TaskMissing, also for another team's task. */
  async getTask(taskId: string, teamKey: string): Promise<Task> {
    const task = isId(taskId) ? await this.tasks.find(taskId) : null;
    if (task?.teamKey !== teamKey) throw new TaskMissing(taskId);
    return task;
  }

  /** Of many who try at once, one gets it. Throws TaskMissing, TaskClosed, TaskAlreadyClaimed. */
  async claim(taskId: string, worker: Worker): Promise<Task> {
    if (!isId(taskId)) throw new TaskMissing(taskId);
    return this.database.inTransaction(async () => {
      const won = await this.tasks.claim(taskId, worker, this.clock.now());
      const task = await this.getTask(taskId, worker.teamKey);
      if (won) await this.note('task.claimed', task);
      if (task.status !== 'open') throw new TaskClosed(taskId, task.status);
      await this.refuseOthers(task, worker);
      return task;
    });
  }

  /** Gives a claimed task back to the team. Throws TaskMissing, TaskClosed, TaskAlreadyClaimed. */
  async release(taskId: string, worker: Worker): Promise<Task> {
    if (!isId(taskId)) throw new TaskMissing(taskId);
    return this.database.inTransaction(async () => {
      const released = await this.tasks.release(taskId, worker);
      const task = await this.getTask(taskId, worker.teamKey);
      if (released) await this.note('task.released', task);
      else if (task.status !== 'open') throw new TaskClosed(taskId, task.status);
      await this.refuseOthers(task, worker);
      return task;
    });
  }

  /**
   * Records what happened and tells the pathway. Sending the same outcome again changes nothing.
   * Throws TaskMissing, TaskClosed, TaskChanged, TaskAlreadyClaimed, OutcomeUnknown, ValueNotAllowed, NoteTooLong.
   */
  async complete(completion: Completion): Promise<Task> {
    const { taskId, worker } = completion;
    if (!isId(taskId)) throw new TaskMissing(taskId);
    const note = tidyNote(completion.note, taskId);
    return this.database.inTransaction(async () => {
      const task = await this.tasks.findAndHold(taskId);
      if (task?.teamKey !== worker.teamKey) throw new TaskMissing(taskId);
      if (task.status === 'completed' && task.closedBy === worker.accountId && task.outcome === completion.outcome) {
        return task;
      }
      if (task.status !== 'open') throw new TaskClosed(taskId, task.status);
      await this.refuseOthers(task, worker);
      if (task.version !== completion.version) throw new TaskChanged(taskId);
      const outcome = chosenOutcome(task, completion.outcome);
      checkReading(task, completion);

      const at = this.clock.now();
      await this.tasks.complete(task, outcome, note, worker, at);
      if (task.asks) {
        await this.measurements.recordMeasurement({
          key: `task/${task.id}`,
          episodeId: task.episodeId,
          step: task.step,
          instrument: task.asks.instrument,
          result: outcome.key,
          value: completion.value,
          value2: completion.value2,
          good: outcome.good ?? false,
          at,
          recordedBy: worker.accountId,
        });
      }
      await this.note('task.completed', task, { outcome: outcome.key });
      await this.outbox.put({
        topic: 'pathway-event',
        lane: task.episodeId,
        body: { kind: 'task-completed', id: task.id, taskId: task.id, outcome: outcome.key },
      });
      return this.getHeld(taskId);
    });
  }

  private async refuseOthers(task: Task, worker: Worker): Promise<void> {
    if (task.claimedBy === null || task.claimedBy === worker.accountId) return;
    const role = await this.tasks.roleOf(task.claimedBy);
    throw new TaskAlreadyClaimed(task.id, task.claimedBy, (role ?? 'colleague').replaceAll('-', ' '));
  }

  private async getHeld(taskId: string): Promise<Task> {
    const task = await this.tasks.find(taskId);
    if (!task) throw new TaskMissing(taskId);
    return task;
  }

  private async note(action: string, task: Task, detail: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'task',
      subjectId: task.id,
      personId: task.personId,
      detail: { episode: task.episodeId, ...detail },
    });
    await this.database.announce({ team: task.teamKey, episode: task.episodeId, what: action });
  }
}
