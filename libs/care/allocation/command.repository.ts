import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';
import type { Pause } from './command.js';

/** The rows behind the commands. Hold the episode first, so that two commands take turns. */
@Injectable()
export class CommandRepository {
  constructor(private readonly database: Database) {}

  async findPause(pauseId: string): Promise<Pause | null> {
    const row = await this.database.client.pause.findUnique({ where: { id: pauseId } });
    return row && toPause(row);
  }

  async findOpenPause(episodeId: string): Promise<Pause | null> {
    const row = await this.database.client.pause.findFirst({ where: { episodeId, to: null } });
    return row && toPause(row);
  }

  async pause(pause: Pause): Promise<void> {
    const { reviewOn, ...rest } = pause;
    await this.database.client.pause.create({ data: { ...rest, reviewOn: reviewOn && new Date(reviewOn) } });
    await this.database.client.episode.update({
      where: { id: pause.episodeId },
      data: { pausedAt: pause.from, pausedBecause: pause.reason },
    });
    await this.setTasksPaused(pause.episodeId, true);
  }

  async endPause(pause: Pause, to: Date, endedBy: string): Promise<void> {
    await this.database.client.pause.update({ where: { id: pause.id }, data: { to, endedBy } });
    await this.database.client.episode.update({
      where: { id: pause.episodeId },
      data: { pausedAt: null, pausedBecause: null },
    });
    await this.setTasksPaused(pause.episodeId, false);
  }

  /** False when it was applied before. */
  async markApplied(pauseId: string, appliedAt: Date): Promise<boolean> {
    const { count } = await this.database.client.pause.updateMany({
      where: { id: pauseId, appliedAt: null },
      data: { appliedAt },
    });
    return count === 1;
  }

  async findTeam(teamKey: string): Promise<{ readonly key: string; readonly name: string } | null> {
    return this.database.client.team.findUnique({ where: { key: teamKey }, select: { key: true, name: true } });
  }

  async listTeams(): Promise<{ key: string; name: string }[]> {
    return this.database.client.team.findMany({ select: { key: true, name: true }, orderBy: { name: 'asc' } });
  }

  /** Gives the episode and its open tasks, which then nobody has claimed, to another team. Answers the tasks. */
  async transfer(transfer: Prisma.TransferUncheckedCreateInput): Promise<readonly string[]> {
    const { episodeId, toTeam } = transfer;
    await this.database.client.transfer.create({ data: transfer });
    await this.database.client.episode.update({ where: { id: episodeId }, data: { teamKey: toTeam } });
    const tasks = await this.database.client.task.updateManyAndReturn({
      where: { episodeId, status: 'open' },
      data: { teamKey: toTeam, claimedBy: null, claimedAt: null, version: { increment: 1 } },
      select: { id: true },
    });
    return tasks.map(({ id }) => id);
  }

  async findExit(episodeId: string): Promise<{ readonly reason: string } | null> {
    return this.database.client.exit.findUnique({ where: { episodeId }, select: { reason: true } });
  }

  async exit(exit: Prisma.ExitUncheckedCreateInput): Promise<void> {
    await this.database.client.exit.create({ data: exit });
  }

  private async setTasksPaused(episodeId: string, paused: boolean): Promise<void> {
    await this.database.client.task.updateMany({ where: { episodeId, status: 'open' }, data: { paused } });
  }
}

function toPause(row: Prisma.PauseGetPayload<object>): Pause {
  const { id, episodeId, reason, note, from, to, by } = row;
  return { id, episodeId, reason, note, from, to, by, reviewOn: row.reviewOn?.toISOString().slice(0, 10) ?? null };
}
