import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import type { Rung, Shift } from './ladder.js';
import type { Asks, OpenTaskCall, Task, TaskKind, TaskOutcome, Worker } from './task.js';

type Row = Prisma.TaskGetPayload<Record<string, never>>;

/** What a new task takes from its episode. */
export interface TaskEpisode {
  readonly personId: string;
  readonly programme: string;
  readonly teamKey: string | null;
  readonly priority: number;
  readonly priorityParts: unknown;
  readonly pausedAt: Date | null;
}

/** An answer of a person to a message. */
export interface LateReply {
  readonly answer: string;
  /** What they had said before, in the same step; null when nothing. */
  readonly before: string | null;
  readonly step: string;
}

export interface NewTask {
  readonly call: OpenTaskCall;
  readonly episode: TaskEpisode & { readonly teamKey: string };
  readonly tags: readonly string[];
  readonly openedAt: Date;
  readonly dueAt: Date;
}

@Injectable()
export class TasksRepository {
  constructor(private readonly database: Database) {}

  findEpisode(episodeId: string): Promise<TaskEpisode | null> {
    return this.database.client.episode.findUnique({
      where: { id: episodeId },
      select: { personId: true, programme: true, teamKey: true, priority: true, priorityParts: true, pausedAt: true },
    });
  }

  /** Null when the key, or an open task of the same episode and step, is there already. */
  async insert({ call, episode, tags, openedAt, dueAt }: NewTask): Promise<Task | null> {
    const [row] = await this.database.client.task.createManyAndReturn({
      skipDuplicates: true,
      data: [
        {
          key: call.key,
          episodeId: call.episodeId,
          personId: episode.personId,
          programme: episode.programme,
          teamKey: episode.teamKey,
          step: call.step,
          kind: call.kind,
          title: call.title,
          role: call.role,
          priority: episode.priority,
          tags: [...tags],
          openedAt,
          dueAt,
          dueWorking: call.due.unit === 'working-days',
          paused: episode.pausedAt !== null,
          ...asked(call),
        },
      ],
    });
    return row ? toTask(row) : null;
  }

  async findByKeyOrOpenStep(key: string, episodeId: string, step: string): Promise<Task | null> {
    const client = this.database.client;
    const row =
      (await client.task.findUnique({ where: { key } })) ??
      (await client.task.findFirst({ where: { episodeId, step, status: 'open' } }));
    return row && toTask(row);
  }

  /** True when a team has an open task whose key begins so. */
  async hasOpenLike(teamKey: string, key: string): Promise<boolean> {
    const where = { teamKey, status: 'open', key: { startsWith: key } };
    return (await this.database.client.task.findFirst({ where, select: { id: true } })) !== null;
  }

  async find(taskId: string): Promise<Task | null> {
    const row = await this.database.client.task.findUnique({ where: { id: taskId } });
    return row && toTask(row);
  }

  /** Reads the task and holds it until the transaction ends. */
  async findAndHold(taskId: string): Promise<Task | null> {
    await this.database.client.$queryRaw`SELECT 1 FROM task WHERE id = ${taskId}::uuid FOR UPDATE`;
    return this.find(taskId);
  }

  /** True when the worker got it: it was open, of the worker's team and nobody's. */
  async claim(taskId: string, worker: Worker, at: Date): Promise<boolean> {
    const { count } = await this.database.client.task.updateMany({
      where: { id: taskId, teamKey: worker.teamKey, status: 'open', claimedBy: null },
      data: { claimedBy: worker.accountId, claimedAt: at, version: { increment: 1 } },
    });
    return count === 1;
  }

  async release(taskId: string, worker: Worker): Promise<boolean> {
    const { count } = await this.database.client.task.updateMany({
      where: { id: taskId, teamKey: worker.teamKey, status: 'open', claimedBy: worker.accountId },
      data: { claimedBy: null, claimedAt: null, version: { increment: 1 } },
    });
    return count === 1;
  }

  async complete(task: Task, outcome: TaskOutcome, note: string | null, worker: Worker, at: Date): Promise<Task> {
    const row = await this.database.client.task.update({
      where: { id: task.id },
      data: {
        status: 'completed',
        outcome: outcome.key,
        marks: [...outcome.marks],
        note,
        claimedBy: worker.accountId,
        claimedAt: task.claimedAt ?? at,
        closedBy: worker.accountId,
        closedAt: at,
        version: { increment: 1 },
      },
    });
    return toTask(row);
  }

  /** False when the task was already closed. */
  async cancel(taskId: string, because: string, at: Date): Promise<boolean> {
    const { count } = await this.database.client.task.updateMany({
      where: { id: taskId, status: 'open' },
      data: { status: 'cancelled', cancelledBecause: because, closedAt: at, version: { increment: 1 } },
    });
    return count === 1;
  }

  listOpenOf(episodeId: string): Promise<{ id: string; step: string }[]> {
    return this.database.client.task.findMany({
      where: { episodeId, status: 'open' },
      select: { id: true, step: true },
      orderBy: { id: 'asc' },
    });
  }

  /** A task kept open for a newer version of its step says what that version says. */
  async reword(taskId: string, call: OpenTaskCall): Promise<void> {
    const { title, role } = call;
    await this.database.client.task.update({
      where: { id: taskId },
      data: { title, role, ...asked(call), version: { increment: 1 } },
    });
  }

  async snooze(taskId: string, until: Date, because: string, dueAt: Date): Promise<void> {
    await this.database.client.task.update({
      where: { id: taskId },
      data: { snoozedUntil: until, snoozedBecause: because, dueAt, version: { increment: 1 } },
    });
  }

  /** Adds the rungs that are not there. */
  async planRungs(taskId: string, rungs: readonly Pick<Rung, 'rung' | 'to' | 'dueAt' | 'working'>[]): Promise<void> {
    await this.database.client.escalationRung.createMany({
      skipDuplicates: true,
      data: rungs.map((rung) => ({ taskId, ...rung })),
    });
  }

  /** In the order of the ladder. */
  async listRungs(taskId: string): Promise<Rung[]> {
    const rows = await this.database.client.escalationRung.findMany({ where: { taskId }, orderBy: { rung: 'asc' } });
    return rows.map((row) => ({ ...row, status: row.status as Rung['status'] }));
  }

  async setRung(
    taskId: string,
    rung: number,
    data: Partial<Pick<Rung, 'status' | 'at' | 'by' | 'because' | 'dueAt'>>,
  ): Promise<void> {
    await this.database.client.escalationRung.update({ where: { taskId_rung: { taskId, rung } }, data });
  }

  /** What was planned for a task that is closed does not come any more. */
  async dropRungs(taskId: string, at: Date): Promise<void> {
    await this.database.client.escalationRung.updateMany({
      where: { taskId, status: 'planned' },
      data: { status: 'cancelled', at, by: 'pathway', because: 'task-closed' },
    });
  }

  /** Moves the due times and planned rungs of an episode's open tasks. */
  async shiftOpen(episodeId: string, shift: Shift): Promise<void> {
    const tasks = await this.database.client.task.findMany({
      where: { episodeId, status: 'open' },
      include: { rungs: { where: { status: 'planned' } } },
    });
    for (const { id, dueAt, dueWorking, rungs } of tasks) {
      await this.database.client.task.update({ where: { id }, data: { dueAt: shift(dueAt, dueWorking) } });
      for (const { rung, dueAt: at, working } of rungs) {
        await this.setRung(id, rung, { dueAt: shift(at, working) });
      }
    }
  }

  async findReply(replyId: string): Promise<LateReply | null> {
    const reply = await this.database.client.reply.findUnique({
      where: { id: replyId },
      include: { message: { select: { step: true } } },
    });
    if (!reply) return null;
    const { step } = reply.message;
    const before = await this.database.client.reply.findFirst({
      where: { episodeId: reply.episodeId, id: { not: replyId }, at: { lte: reply.at }, message: { step } },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      select: { answer: true },
    });
    return { answer: reply.answer, before: before?.answer ?? null, step };
  }

  /** False when the task is closed, or was already raised to them. */
  async escalate(taskId: string, to: string, at: Date): Promise<boolean> {
    const { count } = await this.database.client.task.updateMany({
      where: { id: taskId, status: 'open', OR: [{ escalatedTo: null }, { escalatedTo: { not: to } }] },
      data: { escalatedTo: to, escalatedAt: at },
    });
    return count === 1;
  }

  async roleOf(accountId: string): Promise<string | null> {
    const account = await this.database.client.account.findFirst({
      where: { id: accountId },
      select: { role: true },
    });
    return account?.role ?? null;
  }
}

/** What a task offers and asks, as the programme version says. */
function asked({ outcomes, asks }: OpenTaskCall) {
  return {
    outcomes: outcomes.map((outcome) => ({ ...outcome, marks: [...outcome.marks] })),
    asks: asks ? { instrument: asks.instrument, ...(asks.value && { value: { ...asks.value } }) } : undefined,
  };
}

function toTask(row: Row): Task {
  return {
    ...row,
    kind: row.kind as TaskKind,
    status: row.status as Task['status'],
    outcomes: row.outcomes as unknown as TaskOutcome[],
    asks: row.asks as unknown as Asks | null,
  };
}
