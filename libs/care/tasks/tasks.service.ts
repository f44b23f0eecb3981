import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { after, Clock, isId, type Nation, shiftDeadline } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { MeasurementLedger } from './measurement-ledger.js';
import { OWNER, type Rung, type Shift } from './ladder.js';
import {
  checkOutcome,
  checkReading,
  chosenOutcome,
  comingDay,
  type Completion,
  LATER,
  type OpenedTask,
  type OpenTaskCall,
  type PathwayCall,
  tagsOf,
  tidyNote,
} from './task.js';
import type { Task, Worker } from './task.js';
import {
  RungClimbed,
  RungMissing,
  TaskAlreadyClaimed,
  TaskChanged,
  TaskClosed,
  TaskEpisodeMissing,
  TaskMissing,
  TaskPaused,
  ValueNotAllowed,
} from './tasks.faults.js';
import { type TaskEpisode, TasksRepository } from './tasks.repository.js';
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

  /**
   * Opens a step's task and plans its ladder. A repeat of the call, or a second call for a step whose task is open,
   * answers the first task, which then says what the newer call says. Throws TaskEpisodeMissing.
   */
  async open(call: OpenTaskCall): Promise<OpenedTask> {
    return this.database.inTransaction(async () => {
      const episode = await this.getEpisode(call.episodeId);
      const nation = await this.allocation.nationOf(call.episodeId);
      const { task, fresh } = await this.put(call, episode, nation);
      const { escalateAfter = [], escalateTo } = call;
      const planned = escalateAfter.map((length, rung) => ({
        rung,
        to: escalateTo?.[rung] ?? OWNER,
        dueAt: after(task.dueAt, length, nation),
        working: length.unit === 'working-days',
      }));
      // A pathway that began before ladders were planned says to whom only when it climbs.
      if (escalateTo) await this.tasks.planRungs(task.id, planned);
      const kept = fresh ? [] : await this.tasks.listRungs(task.id);
      if (fresh && !standsBeside(call.step)) {
        await this.allocation.recordProgress({
          episodeId: call.episodeId,
          seq: call.seq,
          step: call.step,
          stepTitle: call.title,
          nextWhat: `Due: ${call.title}`,
          nextAt: task.dueAt,
          clock: 'us',
          at: task.openedAt,
        });
      }
      const escalateAt = planned.map((rung, place) => (kept[place] ?? rung).dueAt.toISOString());
      return { taskId: task.id, dueAt: task.dueAt.toISOString(), escalateAt };
    });
  }

  /**
   * A person answered a message after its step was over: the pathway goes on as it was, and somebody decides. Nothing is
   * opened for an answer they had given before. A repeat changes nothing. Throws TaskEpisodeMissing.
   */
  async raiseLateReply(call: PathwayCall & { readonly replyId: string }): Promise<void> {
    await this.database.inTransaction(async () => {
      const reply = isId(call.replyId) ? await this.tasks.findReply(call.replyId) : null;
      const said = reply && LATE_REPLIES[reply.answer];
      if (!reply || !said || reply.answer === reply.before) return;
      const episode = await this.getEpisode(call.episodeId);
      const nation = await this.allocation.nationOf(call.episodeId);
      const task = {
        ...{ episodeId: call.episodeId, seq: call.seq, at: call.at },
        key: `late-reply/${call.replyId}`,
        step: `${reply.step}:late-reply`,
        kind: 'review',
        title: `They answered late: ${said}`,
        role: 'care-coordinator',
        due: { amount: 2, unit: 'working-days' },
        outcomes: [
          { key: 'spoken', label: 'Spoken with them, and it is clear what happens', marks: [] },
          { key: 'nothing', label: 'Nothing more is needed', marks: [] },
        ],
      } as const;
      await this.put(task, episode, nation);
    });
  }

  /**
   * A message waits because no version of its template is approved: somebody of the team is asked to see to it. One task
   * stands for all whom it holds up; as long as it does, there is another each day after the last was closed. A
   * repeat changes nothing. Throws TaskEpisodeMissing.
   */
  async raiseMissingWords(call: PathwayCall & { readonly template: string }): Promise<void> {
    const { episodeId, template, seq, at } = call;
    await this.database.inTransaction(async () => {
      const episode = await this.getEpisode(episodeId);
      const about = `no-words/${episode.teamKey ?? NOBODYS_TEAM}/${template}/`;
      if (await this.tasks.hasOpenLike(episode.teamKey ?? NOBODYS_TEAM, about)) return;
      const nation = await this.allocation.nationOf(episodeId);
      const task = {
        ...{ episodeId, seq, at, key: `${about}${at.slice(0, 10)}` },
        step: `${call.step}:no-words`,
        kind: 'review',
        title: `Messages wait: no version of the template “${template}” is approved`,
        role: 'care-coordinator',
        due: { amount: 1, unit: 'working-days' },
        outcomes: [
          {
            key: 'approved',
            label: 'A version is approved now',
            hint: 'Ask a clinical lead to approve one under Templates. Messages then go out by themselves within the hour.',
            marks: [],
          },
          {
            key: 'asked',
            label: 'A clinical lead has been asked',
            hint: 'Messages still wait. You are asked again tomorrow if no version is approved by then.',
            marks: [],
          },
        ],
      } as const;
      await this.put(task, episode, nation);
    });
  }

  /**
   * Climbs a rung of an open task's ladder once: `owner` reminds, any other is the role it is raised to. Nothing happens
   * when the task is closed, or the rung cancelled. Throws TaskMissing.
   */
  async escalate(
    call: PathwayCall & { readonly taskId: string; readonly to: string; readonly rung?: number },
  ): Promise<void> {
    const { taskId, to, rung } = call;
    const at = new Date(call.at);
    await this.database.inTransaction(async () => {
      const task = await this.tasks.findAndHold(taskId);
      if (!task) throw new TaskMissing(taskId);
      if (task.status !== 'open') return;
      if (rung !== undefined) {
        await this.tasks.planRungs(taskId, [{ rung, to, dueAt: at, working: false }]);
        const planned = (await this.tasks.listRungs(taskId)).find((one) => one.rung === rung);
        if (planned?.status !== 'planned') return;
        await this.tasks.setRung(taskId, rung, { status: 'climbed', at, by: 'pathway' });
      }
      if (to === OWNER) {
        await this.note('task.reminded', task);
      } else if (await this.tasks.escalate(taskId, to, at)) {
        await this.note('task.escalated', task, { to });
      }
    });
  }

  /** In the order of the ladder. */
  listRungs(taskId: string): Promise<readonly Rung[]> {
    return this.tasks.listRungs(taskId);
  }

  /**
   * Takes a task off the list until the working day `until` (YYYY-MM-DD) begins. What was left until it is due, and until
   * each rung, counts from there; a measure keeps its window and can only rest within it. The same again changes nothing.
   * Throws TaskMissing, TaskClosed, TaskPaused, TaskAlreadyClaimed, TaskChanged, DayWrong.
   */
  async snooze(command: {
    readonly taskId: string;
    readonly worker: Worker;
    readonly until: string;
    readonly because: string;
    readonly version: number;
  }): Promise<Task> {
    const { taskId, worker, because, version } = command;
    const { episodeId } = await this.getTask(taskId, worker.teamKey);
    return this.database.inTransaction(async () => {
      // Always the episode before its tasks, so that two commands cannot wait for one another.
      await this.allocation.hold(episodeId);
      const task = await this.getHeldOpen(taskId, worker);
      const now = this.clock.now();
      const window = task.kind === 'measure' ? task.dueAt : undefined;
      const until = comingDay(command.until, taskId, now, window);
      if (task.snoozedUntil?.getTime() === until.getTime() && task.snoozedBecause === because) return task;
      if (task.paused) throw new TaskPaused(taskId);
      await this.refuseOthers(task, worker);
      if (task.version !== version) throw new TaskChanged(taskId);

      const nation = await this.allocation.nationOf(episodeId);
      const shift: Shift = (at, working) => (at > now ? shiftDeadline({ at, working }, now, until, nation) : until);
      const dueAt = window ?? shift(task.dueAt, task.dueWorking);
      await this.tasks.snooze(taskId, until, because, dueAt);
      const rungs = await this.tasks.listRungs(taskId);
      const escalateAt: string[] = [];
      for (const { rung, status, dueAt: at, working } of rungs) {
        const moved = status === 'planned' && !window ? shift(at, working) : at;
        if (moved !== at) await this.tasks.setRung(taskId, rung, { dueAt: moved });
        escalateAt.push(moved.toISOString());
      }
      await this.allocation.moveNext(episodeId, ({ step }) =>
        step === task.step ? { what: `Due: ${task.title}`, at: dueAt } : null,
      );
      await this.note('task.snoozed', task, { until: until.toISOString() });
      await this.outbox.put({
        topic: 'pathway-event',
        lane: episodeId,
        body: {
          kind: 'task-snoozed',
          id: `snooze/${taskId}/${task.version + 1}`,
          taskId,
          until: until.toISOString(),
          dueAt: dueAt.toISOString(),
          escalateAt,
        },
      });
      return this.getHeld(taskId);
    });
  }

  /**
   * Keeps a rung that is planned from being climbed. The same again changes nothing. Throws TaskMissing, TaskClosed,
   * RungMissing, RungClimbed.
   */
  async cancelRung(command: {
    readonly taskId: string;
    readonly worker: Worker;
    readonly rung: number;
    readonly because: string;
  }): Promise<readonly Rung[]> {
    const { taskId, worker, because } = command;
    if (!isId(taskId)) throw new TaskMissing(taskId);
    return this.database.inTransaction(async () => {
      const task = await this.getHeldOpen(taskId, worker);
      const rung = (await this.tasks.listRungs(taskId)).find((one) => one.rung === command.rung);
      if (!rung) throw new RungMissing(taskId);
      if (rung.status === 'climbed') throw new RungClimbed(taskId);
      if (rung.status === 'planned') {
        const done = { status: 'cancelled', at: this.clock.now(), by: worker.accountId, because } as const;
        await this.tasks.setRung(taskId, rung.rung, done);
        await this.note('task.rung-cancelled', task, { rung: rung.rung, to: rung.to });
      }
      return this.tasks.listRungs(taskId);
    });
  }

  /** Moves the due times and planned rungs of an episode's open tasks. */
  async shiftOpen(episodeId: string, shift: Shift): Promise<void> {
    await this.database.inTransaction(() => this.tasks.shiftOpen(episodeId, shift));
  }

  /** Closes an open task as cancelled, never as completed. `closed` is false when it was completed first. */
  async cancel(
    call: PathwayCall & { readonly taskId: string; readonly because: string },
  ): Promise<{ readonly closed: boolean }> {
    return this.database.inTransaction(async () => {
      const cancelled = await this.tasks.cancel(call.taskId, call.because, new Date(call.at));
      const task = await this.getHeld(call.taskId);
      if (cancelled) {
        await this.tasks.dropRungs(task.id, new Date(call.at));
        await this.note('task.cancelled', task, { because: call.because });
      }
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
   * Throws TaskMissing, TaskClosed, TaskChanged, TaskAlreadyClaimed, OutcomeUnknown, ValueNotAllowed, NoteTooLong, DayWrong.
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
      checkOutcome(task, outcome, completion.value);
      const at = this.clock.now();
      const until = askAgainOn(completion, taskId, at);

      const completed = await this.tasks.complete(task, outcome, note, worker, at);
      await this.tasks.dropRungs(taskId, at);
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
        body: {
          ...{ kind: 'task-completed', id: task.id, taskId: task.id, outcome: outcome.key },
          ...(until && { until: until.toISOString() }),
        },
      });
      return completed;
    });
  }

  /** Opens a task, unless its key or its step has one already. */
  private async put(
    call: OpenTaskCall,
    episode: TaskEpisode,
    nation: Nation,
  ): Promise<{ readonly task: Task; readonly fresh: boolean }> {
    const openedAt = new Date(call.at);
    const teamKey = episode.teamKey ?? NOBODYS_TEAM;
    const dueAt = after(openedAt, call.due, nation);
    const tags = tagsOf(episode.priorityParts);
    const fresh = await this.tasks.insert({ call, episode: { ...episode, teamKey }, tags, openedAt, dueAt });
    if (fresh) {
      await this.note('task.opened', fresh, { step: fresh.step });
      return { task: fresh, fresh: true };
    }
    const task = await this.tasks.findByKeyOrOpenStep(call.key, call.episodeId, call.step);
    if (!task) throw new TaskChanged(call.key);
    if (task.status === 'open' && !saysTheSame(task, call)) {
      await this.tasks.reword(task.id, call);
      await this.note('task.reworded', task, { step: task.step });
    }
    return { task, fresh: false };
  }

  private async getEpisode(episodeId: string): Promise<TaskEpisode> {
    const episode = await this.tasks.findEpisode(episodeId);
    if (!episode) throw new TaskEpisodeMissing(episodeId);
    return episode;
  }

  private async getHeldOpen(taskId: string, { teamKey }: Worker): Promise<Task> {
    const task = await this.tasks.findAndHold(taskId);
    if (task?.teamKey !== teamKey) throw new TaskMissing(taskId);
    if (task.status !== 'open') throw new TaskClosed(taskId, task.status);
    return task;
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

  private async note(
    action: string,
    task: Task,
    detail: Readonly<Record<string, string | number>> = {},
  ): Promise<void> {
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

/** A look at whether a message arrived goes on beside its step: where the pathway stands is for the step to say. */
function standsBeside(step: string): boolean {
  return step.endsWith(':check');
}

function saysTheSame(task: Task, { title, role, outcomes, asks }: OpenTaskCall): boolean {
  const said = (one: Pick<OpenTaskCall, 'title' | 'role' | 'outcomes'>, asked: unknown): string =>
    JSON.stringify([
      ...[one.title, one.role, asked],
      one.outcomes.map(({ key, label, hint, valueFrom, valueBelow }) => [key, label, hint, valueFrom, valueBelow]),
    ]);
  const askedOf = (one: OpenTaskCall['asks'] | null): unknown =>
    one
      ? [one.instrument, one.value && [one.value.label, one.value.unit, one.value.min, one.value.max, one.value.second]]
      : null;
  return said(task, askedOf(task.asks)) === said({ title, role, outcomes }, askedOf(asks));
}

/** The instant to ask again with the outcome `later`; null with any other. Throws DayWrong. */
function askAgainOn({ outcome, until }: Completion, taskId: string, now: Date): Date | null {
  if (outcome === LATER) return comingDay(until ?? '', taskId, now);
  if (until) throw new ValueNotAllowed(taskId, 'This outcome does not ask for a day.');
  return null;
}

const LATE_REPLIES: Readonly<Record<string, string>> = {
  yes: 'yes please',
  'not-now': 'not now',
  later: 'ask me later',
  sorted: 'already sorted',
};
