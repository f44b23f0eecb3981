import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

interface OpenPiece {
  readonly id: string;
  readonly step: string;
}

/** What of an episode is still open, as its rooms have it in Postgres. Read only; the rooms alone change it. */
@Injectable()
export class OpenWork {
  constructor(private readonly database: Database) {}

  async taskWasCancelled(taskId: string): Promise<boolean> {
    const task = await this.database.client.task.findUnique({ where: { id: taskId }, select: { status: true } });
    return task?.status === 'cancelled';
  }

  async findReferral(
    referralId: string,
  ): Promise<{ readonly status: string; readonly organisation: string; readonly version: number } | null> {
    return this.database.client.referral.findUnique({
      where: { id: referralId },
      select: { status: true, organisation: true, version: true },
    });
  }

  async listTasks(episodeId: string): Promise<OpenPiece[]> {
    return this.database.client.task.findMany({
      where: { episodeId, status: 'open' },
      select: { id: true, step: true },
    });
  }

  async listReferrals(episodeId: string): Promise<OpenPiece[]> {
    return this.database.client.referral.findMany({
      where: { episodeId, status: { in: ['sent', 'accepted', 'started'] } },
      select: { id: true, step: true },
    });
  }
}
