import type { Taken } from './sink.js';
import type { Stage } from './stage.js';

/** What the product holds at the end of a run, as rows; and what its mail server was given. */
export interface Evidence {
  readonly episodes: readonly {
    readonly id: string;
    readonly personId: string;
    readonly status: string;
    readonly left: boolean;
  }[];
  readonly triggers: readonly { readonly id: string; readonly webhookId: string; readonly episodeId: string | null }[];
  readonly tasks: readonly {
    readonly id: string;
    readonly episodeId: string;
    readonly step: string;
    readonly kind: string;
    readonly status: string;
    readonly outcome: string | null;
    readonly closedBy: string | null;
  }[];
  readonly messages: readonly {
    readonly id: string;
    readonly episodeId: string;
    readonly personId: string;
    readonly step: string;
    readonly attempt: number;
    readonly fate: string;
  }[];
  /** `madeAt`: when the transaction that made it was committed, in milliseconds since 1970. */
  readonly links: readonly {
    readonly tokenHash: string;
    readonly messageId: string;
    readonly used: boolean;
    readonly madeAt: number;
  }[];
  readonly replies: readonly { readonly id: string; readonly messageId: string; readonly answer: string }[];
  readonly referrals: readonly { readonly id: string; readonly episodeId: string; readonly status: string }[];
  /** Who wants no more contact, and when the transaction that says so first was committed. */
  readonly refusals: readonly { readonly personId: string; readonly keptAt: number }[];
  readonly outbox: readonly { readonly id: string; readonly fate: string | null; readonly delivered: boolean }[];
  readonly audit: readonly {
    readonly action: string;
    readonly actorId: string;
    readonly subjectId: string;
    readonly personId: string | null;
  }[];
  readonly mail: readonly Taken[];
}

export async function gather(stage: Stage): Promise<Evidence> {
  return {
    episodes: await stage.query(
      'SELECT e.id, e.person_id AS "personId", e.status, coalesce(n.exit, false) AS left FROM episode e LEFT JOIN ending n ON n.episode_id = e.id',
    ),
    triggers: await stage.query('SELECT id, webhook_id AS "webhookId", episode_id AS "episodeId" FROM trigger'),
    tasks: await stage.query(
      'SELECT id, episode_id AS "episodeId", step, kind, status, outcome, closed_by AS "closedBy" FROM task',
    ),
    messages: await stage.query(
      'SELECT id, episode_id AS "episodeId", person_id AS "personId", step, attempt, fate FROM message',
    ),
    links: await stage.query(
      `SELECT token_hash AS "tokenHash", message_id AS "messageId", used_at IS NOT NULL AS used,
              (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000)::float8 AS "madeAt" FROM reply_link`,
    ),
    replies: await stage.query('SELECT id, message_id AS "messageId", answer FROM reply'),
    referrals: await stage.query('SELECT id, episode_id AS "episodeId", status FROM referral'),
    refusals: await stage.query(
      `SELECT person_id AS "personId", (extract(epoch FROM min(pg_xact_commit_timestamp(xmin))) * 1000)::float8 AS "keptAt"
         FROM contact_permission WHERE NOT allowed GROUP BY 1`,
    ),
    outbox: await stage.query('SELECT id, fate, delivered_at IS NOT NULL AS delivered FROM outbox_entry'),
    audit: await stage.query(
      'SELECT action, actor_id AS "actorId", subject_id AS "subjectId", person_id AS "personId" FROM audit_entry',
    ),
    mail: [...stage.sink.taken],
  };
}
