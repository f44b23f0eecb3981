import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '#platform/database';
import type { Asks, OpenTaskCall, Task, TaskKind, TaskOutcome, Worker } from './task.js';

type Row = Prisma.TaskGetPayload<Record<string, never>>;

/** What a new task takes from its episode. */
export interface TaskEpisode {
  readonly personId: string;
  readonly programme: string;
  readonly teamKey: string | null;
  readonly priority: number;
  readonly priorityParts: unknown;
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
      select: { personId: true, programme: true, teamKey: true, priority: true, priorityParts: true },
    });
  }

  /** False when the key, or an open task of the same episode and step, is there already. */
  async insert({ call, episode, tags, openedAt, dueAt }: NewTask): Promise<boolean> {
    const { count } = await this.database.client.task.createMany({
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
          outcomes: call.outcomes.map((outcome) => ({ ...outcome, marks: [...outcome.marks] })),
          asks: call.asks
            ? { instrument: call.asks.instrument, ...(call.asks.value && { value: { ...call.asks.value } }) }
            : undefined,
        },
      ],
    });
    return count === 1;
  }

  async findByKeyOrOpenStep(key: string, episodeId: string, step: string): Promise<Task | null> {
    const client = this.database.client;
    const row =
      (await client.task.findUnique({ where: { key } })) ??
      (await client.task.findFirst({ where: { episodeId, step, status: 'open' } }));
    return row && toTask(row);
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

  async complete(task: Task, outcome: TaskOutcome, note: string | null, worker: Worker, at: Date): Promise<void> {
    await this.database.client.task.update({
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

function toTask(row: Row): Task {
  return {
    ...row,
    kind: row.kind as TaskKind,
    status: row.status as Task['status'],
    outcomes: row.outcomes as unknown as TaskOutcome[],
    asks: row.asks as unknown as Asks | null,
  };
}
