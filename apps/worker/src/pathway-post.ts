import { Injectable } from '@nestjs/common';
import { isGrpcServiceError, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { AllocationService, type Episode } from '#care/allocation';
import { ProgrammesService } from '#care/programmes';
import { Audit } from '#platform/audit';
import type { Prisma } from '#platform/database';
import { Outbox, type OutboxTopic } from '#platform/outbox';
import { Temporal } from '#platform/temporal';
import { happened, type JoinAt, type PathwayEvent, pathwayId, type PathwayInput } from '#workflows';
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

/** Delivers one outbox entry. Delivering it again changes nothing. */
@Injectable()
export class PathwayPost {
  constructor(
    private readonly temporal: Temporal,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
  ) {}

  async deliver(topic: OutboxTopic, head: LaneHead): Promise<Fate> {
    switch (topic) {
      case 'pathway-start':
        return this.start(head);
      case 'pathway-event':
        return this.tell(head);
      case 'person-left':
        return this.spread(head);
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
    const event = body as unknown as PathwayEvent;
    try {
      await client.withDeadline(Date.now() + PATIENCE, () =>
        client.workflow.getHandle(pathwayId(lane)).signal(happened, event),
      );
      return 'delivered';
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    const { personId } = await this.allocation.getEpisode(lane);
    await this.audit.record({
      action: 'event.arrived-late',
      subjectKind: 'episode',
      subjectId: lane,
      personId,
      detail: { event: event.id, kind: event.kind },
    });
    return 'late';
  }

  /** Tells every open pathway of a person that they leave. */
  private async spread({ id, lane, body }: LaneHead): Promise<Fate> {
    const episodes: readonly Episode[] = await this.allocation.listOpenEpisodesOf(lane);
    for (const { id: episodeId } of episodes.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
      const event = { kind: 'left', id: `left/${id}`, reason: String(body['reason']) };
      await this.outbox.put({ topic: 'pathway-event', lane: episodeId, body: event });
    }
    return 'delivered';
  }
}

function joinAtOf(body: Prisma.JsonObject): { joinAt?: JoinAt } {
  const { joinAt } = body;
  return joinAt ? { joinAt: joinAt as unknown as JoinAt } : {};
}
