import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable } from '@nestjs/common';
import { Clock } from '#platform/kernel';
import { Database } from '#platform/database';

/** Who acts. Set once at each door (request, activity, relay, command line) with `Audit.as`. */
export interface Actor {
  readonly kind: 'user' | 'machine' | 'system' | 'person';
  readonly id: string;
  readonly role?: string;
  readonly organisation?: string;
}

/** One thing read or changed. `detail` holds ids and codes only. */
export interface AuditedAct {
  /** `noun.past-verb`, such as person.read, task.completed. */
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly personId?: string | null;
  readonly purpose?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

const SYSTEM: Actor = { kind: 'system', id: 'fairway' };

/** The append-only record. Written in the same transaction as the act it describes. */
@Injectable()
export class Audit {
  private static readonly acting = new AsyncLocalStorage<Actor>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Runs `work` as `actor`; every act recorded within is theirs. */
  static as<Result>(actor: Actor, work: () => Result): Result {
    return Audit.acting.run(actor, work);
  }

  static get actor(): Actor {
    return Audit.acting.getStore() ?? SYSTEM;
  }

  async record(act: AuditedAct): Promise<void> {
    await this.recordAll([act]);
  }

  /** Any number in one statement. */
  async recordAll(acts: readonly AuditedAct[]): Promise<void> {
    if (acts.length === 0) return;
    const { kind, id, role, organisation } = Audit.actor;
    await this.database.client.$executeRaw`
      INSERT INTO audit_entry (at, actor_kind, actor_id, role, organisation,
                               action, subject_kind, subject_id, person_id, purpose, detail)
      SELECT ${this.clock.now()}, ${kind}, ${id}, ${role ?? null}, ${organisation ?? null},
             action, "subjectKind", "subjectId", "personId", purpose, coalesce(detail, '{}')
        FROM jsonb_to_recordset(${JSON.stringify(acts)}::jsonb)
          AS act (action text, "subjectKind" text, "subjectId" text, "personId" uuid, purpose text, detail jsonb)`;
  }
}
