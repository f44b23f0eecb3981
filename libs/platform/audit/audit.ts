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

  async recordAll(acts: readonly AuditedAct[]): Promise<void> {
    const { actor } = Audit;
    await this.database.client.auditEntry.createMany({
      data: acts.map((act) => ({
        at: this.clock.now(),
        actorKind: actor.kind,
        actorId: actor.id,
        role: actor.role,
        organisation: actor.organisation,
        action: act.action,
        subjectKind: act.subjectKind,
        subjectId: act.subjectId,
        personId: act.personId,
        purpose: act.purpose,
        detail: { ...act.detail },
      })),
    });
  }
}
