import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { newId } from '#platform/kernel';
import type { Reason } from './reasons.js';

/** One delivery of one file: accepted + quarantined = read. */
export interface ImportRun {
  readonly id: string;
  readonly source: string;
  readonly format: string;
  readonly name: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly rowsRead: number;
  readonly accepted: number;
  readonly quarantined: number;
}

export interface QuarantinedRow {
  readonly line: number;
  readonly kind: string;
  readonly reason: string;
  readonly explain: string;
  readonly content: string;
}

@Injectable()
export class IngestRepository {
  constructor(private readonly database: Database) {}

  async open(run: { source: string; format: string; name: string; startedAt: Date }): Promise<string> {
    const id = newId();
    await this.database.client.importRun.create({ data: { id, ...run } });
    return id;
  }

  async count(runId: string, added: { rowsRead: number; accepted: number; quarantined: number }): Promise<void> {
    await this.database.client.importRun.update({
      where: { id: runId },
      data: {
        rowsRead: { increment: added.rowsRead },
        accepted: { increment: added.accepted },
        quarantined: { increment: added.quarantined },
      },
    });
  }

  async setAside(runId: string, rows: readonly (QuarantinedRow & { readonly reason: Reason })[]): Promise<void> {
    if (rows.length === 0) return;
    await this.database.client.$executeRaw`
      INSERT INTO quarantined_row (id, run_id, line, kind, reason, explain, content)
      SELECT uuidv7(), ${runId}::uuid, line, kind, reason, explain, content
      FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        AS t(line int, kind text, reason text, explain text, content text)`;
  }

  async finish(runId: string, finishedAt: Date): Promise<void> {
    await this.database.client.importRun.update({ where: { id: runId }, data: { finishedAt } });
  }

  async list(limit: number): Promise<ImportRun[]> {
    return this.database.client.importRun.findMany({ orderBy: [{ startedAt: 'desc' }, { id: 'desc' }], take: limit });
  }

  async find(runId: string): Promise<ImportRun | null> {
    return this.database.client.importRun.findUnique({ where: { id: runId } });
  }

  async listQuarantine(runId: string, afterLine: number, limit: number): Promise<QuarantinedRow[]> {
    return this.database.client.quarantinedRow.findMany({
      where: { runId, line: { gt: afterLine } },
      orderBy: [{ line: 'asc' }],
      take: limit,
      select: { line: true, kind: true, reason: true, explain: true, content: true },
    });
  }
}
