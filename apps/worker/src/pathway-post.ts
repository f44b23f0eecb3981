import { Injectable } from '@nestjs/common';
import { isGrpcServiceError, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { AllocationService } from '#care/allocation';
import { ProgrammesService } from '#care/programmes';
import { Audit } from '#platform/audit';
import type { Prisma } from '#platform/database';
import { Fault, isId } from '#platform/kernel';
import { Outbox, type OutboxTopic } from '#platform/outbox';
import { Temporal } from '#platform/temporal';
import { type ExitReason, happened, type JoinAt, type PathwayEvent, pathwayId, type PathwayInput } from '#workflows';
import type { Fate, LaneHead } from './outbox-lanes.js';

/** Longest a call to the server may take, in milliseconds. */
const PATIENCE = 5000;

/** The gRPC codes by which a server says that it is away, slow or busy, rather than that it refuses. */
const AWAY = new Set([1, 4, 8, 14]);

/** True when the server could not be reached or asked us to wait: the entry is as good as ever. */
export function isAway(error: unknown): boolean {
  // A namespace can be newer than the server's own list of them.
  if (error instanceof NamespaceNotFoundError) return true;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (isGrpcServiceError(cause)) return AWAY.has(cause.code);
  return (
    cause instanceof Error && /ECONN|EPIPE|closed/.test(`${(cause as NodeJS.ErrnoException).code} ${cause.message}`)
  );
}

const LEAVING: ReadonlySet<string> = new Set<ExitReason>([
  ...(['died', 'moved-away', 'opted-out', 'need-met'] as const),
  ...(['need-met-by-us', 'need-met-by-others', 'no-longer-eligible', 'data-corrected'] as const),
]);

type MovedEntry = Omit<Extract<PathwayEvent, { kind: 'moved' }>, 'script'> & { readonly versionId: string };

/** Thrown when an outbox entry says nothing that can be delivered. */
export class EntryUnreadable extends Fault {
  readonly kind = 'invalid';
  readonly code = 'worker.entry_unreadable';

  constructor(entryId: string) {
    super('This outbox entry cannot be delivered', { entryId });
  }
}

/** Delivers outbox entries. Delivering one again changes nothing. */
@Injectable()
export class PathwayPost {
  constructor(
    private readonly temporal: Temporal,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  /** Hands an entry to Temporal. Does not write to Postgres, and need not run in a transaction. */
  async deliver(topic: OutboxTopic, head: LaneHead): Promise<Fate> {
    switch (topic) {
      case 'pathway-start':
        return this.start(head);
      case 'pathway-event':
        return this.tell(head);
      case 'person-left':
        if (!isId(head.lane) || !LEAVING.has(String(head.body['reason']))) throw new EntryUnreadable(head.id);
        return 'delivered';
    }
  }

  /** Starts the pathway of an episode. One that was started before, running or ended, counts as delivered. */
  private async start({ lane, body }: LaneHead): Promise<Fate> {
    const episode = await this.allocation.getEpisode(lane);
    if (episode.status !== 'open') return 'skipped';
    const { script } = await this.programmes.getVersion(episode.programmeVersionId);
    const input: PathwayInput = { episodeId: lane, script, ...joinAtOf(body) };
    const { client, taskQueue } = this.temporal;
    try {
      await client.withDeadline(Date.now() + PATIENCE, () =>
        client.workflow.start('pathway', {
          workflowId: pathwayId(lane),
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'USE_EXISTING',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    return 'delivered';
  }

  private async tell({ lane, body }: LaneHead): Promise<Fate> {
    const { client } = this.temporal;
    const event = await this.eventOf(body);
    try {
      await client.withDeadline(Date.now() + PATIENCE, () =>
        client.workflow.getHandle(pathwayId(lane)).signal(happened, event),
      );
      return 'delivered';
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await this.allocation.getEpisode(lane);
      return 'late';
    }
  }

  private async eventOf(body: Prisma.JsonObject): Promise<PathwayEvent> {
    const said = saidBy(body);
    if (said.kind !== 'moved') return said;
    const { versionId, ...event } = said;
    const { script } = await this.programmes.getVersion(versionId);
    return { ...event, script };
  }

  /** Events that came after their pathway had ended changed nothing; the audit still knows of them. */
  async noteLate(heads: readonly LaneHead[]): Promise<void> {
    for (const { lane, body } of heads) {
      const { personId } = await this.allocation.getEpisode(lane);
      const { id: event, kind } = saidBy(body);
      const detail = { event, kind };
      await this.audit.record({
        action: 'event.arrived-late',
        subjectKind: 'episode',
        subjectId: lane,
        personId,
        detail,
      });
    }
  }

  /** Tells every open pathway of a person that they leave. Call in the transaction that settles the entries. */
  async spread(heads: readonly LaneHead[]): Promise<void> {
    for (const { id, lane, body } of heads) {
      const reason = String(body['reason']);
      for (const { id: episodeId } of await this.allocation.listOpenEpisodesOf(lane)) {
        const event = { kind: 'left', id: `left/${id}`, reason };
        await this.outbox.put({ topic: 'pathway-event', lane: episodeId, body: event });
      }
    }
  }
}

/** What an entry says. Only a move says more to the pathway: the script that goes with its version. */
function saidBy(body: Prisma.JsonObject): Exclude<PathwayEvent, { kind: 'moved' }> | MovedEntry {
  return body as unknown as Exclude<PathwayEvent, { kind: 'moved' }> | MovedEntry;
}

function joinAtOf(body: Prisma.JsonObject): { joinAt?: JoinAt } {
  const { joinAt } = body;
  return joinAt ? { joinAt: joinAt as unknown as JoinAt } : {};
}
