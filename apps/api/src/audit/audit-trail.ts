import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import type { AuditPageView, AuditQuery } from './audit.schema.js';

/** Reads the append-only record for the privacy officer. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly database: Database,
    private readonly audit: Audit,
  ) {}

  async page({ person, action, cursor, limit }: AuditQuery): Promise<AuditPageView> {
    const { client } = this.database;
    const entries = await client.auditEntry.findMany({
      where: { personId: person, action, seq: cursor ? { lt: seqOf(cursor) } : undefined },
      orderBy: { seq: 'desc' },
      take: limit + 1,
    });
    const shown = entries.slice(0, limit);
    const accounts = await client.account.findMany({
      where: {
        id: { in: [...new Set(shown.filter((entry) => entry.actorKind === 'user').map((entry) => entry.actorId))] },
      },
      select: { id: true, name: true },
    });
    const names = new Map(accounts.map((account) => [account.id, account.name]));
    await this.audit.record({
      action: 'audit.read',
      subjectKind: person ? 'person' : 'audit',
      subjectId: person ?? 'all',
      personId: person,
      purpose: 'oversight',
    });
    return {
      items: shown.map((entry) => ({
        seq: String(entry.seq),
        at: entry.at,
        actor: {
          kind: entry.actorKind,
          id: entry.actorId,
          name: names.get(entry.actorId) ?? null,
          role: entry.role,
          organisation: entry.organisation,
        },
        action: entry.action,
        subjectKind: entry.subjectKind,
        subjectId: entry.subjectId,
        personId: entry.personId,
        purpose: entry.purpose,
        detail: entry.detail as AuditPageView['items'][number]['detail'],
      })),
      nextCursor: entries.length > limit ? String(shown.at(-1)?.seq) : null,
    };
  }
}

// A cursor of another list finds nothing rather than failing.
const seqOf = (cursor: string): bigint => (/^\d{1,18}$/.test(cursor) ? BigInt(cursor) : 0n);
