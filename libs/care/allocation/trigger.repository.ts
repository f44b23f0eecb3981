import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';

export type TriggerAnswer = 'started' | 'joined' | 'suppressed' | 'rejected';

export interface Trigger {
  readonly id: string;
  readonly source: string;
  readonly webhookId: string;
  readonly bodyHash: string;
  readonly receivedAt: Date;
  readonly programme: string;
  readonly reason: string;
  readonly personId: string | null;
  readonly episodeId: string | null;
  readonly answer: TriggerAnswer;
  readonly because: string;
  /** The NHS number asked for when nobody has it. */
  readonly unmatched: string | null;
}

@Injectable()
export class TriggerRepository {
  constructor(private readonly database: Database) {}

  /** One delivery of a webhook id at a time; another waits for the transaction to end. */
  async takeTurn(source: string, webhookId: string): Promise<void> {
    const turn = `trigger/${source}/${webhookId}`;
    await this.database.client.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn}, 0))`;
  }

  async find(source: string, webhookId: string): Promise<Trigger | null> {
    const row = await this.database.client.trigger.findUnique({ where: { source_webhookId: { source, webhookId } } });
    return row && toTrigger(row);
  }

  async keep(trigger: Trigger): Promise<void> {
    await this.database.client.trigger.create({ data: trigger });
  }

  async listUnmatched(limit: number): Promise<readonly Trigger[]> {
    const rows = await this.database.client.trigger.findMany({
      where: { unmatched: { not: null } },
      orderBy: [{ receivedAt: 'desc' }, { id: 'desc' }],
      take: limit,
    });
    return rows.map(toTrigger);
  }
}

function toTrigger(row: Prisma.TriggerGetPayload<object>): Trigger {
  return { ...row, answer: row.answer as TriggerAnswer };
}
