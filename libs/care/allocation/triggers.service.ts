import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, newId } from '#platform/kernel';
import { DetectionService } from '#care/detection';
import { PopulationService } from '#care/population';
import { describe, ProgrammesService } from '#care/programmes';
import { TriggerReused } from './allocation.faults.js';
import { AllocationService } from './allocation.service.js';
import { TriggerRepository, type Trigger, type TriggerAnswer } from './trigger.repository.js';

/** A referral trigger whose signature has been checked. */
export interface IncomingTrigger {
  readonly source: string;
  /** The idempotency key, unique for the source. */
  readonly webhookId: string;
  /** Hash of the body as received, so that a reused id is told from a repeated delivery. */
  readonly bodyHash: string;
  readonly programme: string;
  readonly nhsNumber: string;
  /** Why the sender asks, in their words. */
  readonly reason: string;
}

export interface TriggerReply {
  readonly answer: TriggerAnswer;
  readonly because: string;
  readonly triggerId: string;
  readonly episodeId?: string;
}

type Decision = Pick<Trigger, 'answer' | 'because' | 'personId' | 'episodeId' | 'unmatched'>;

const LISTED = 200;

@Injectable()
export class TriggersService {
  /** Deliveries being answered now. Of many at once in this process one asks the database, and the others hear its answer. */
  private readonly answering = new Map<string, { bodyHash: string; reply: Promise<TriggerReply> }>();

  constructor(
    private readonly triggers: TriggerRepository,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly detection: DetectionService,
    private readonly population: PopulationService,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Answers a trigger; the same webhook id again is answered as the first time. Throws TriggerReused. */
  async receive(incoming: IncomingTrigger): Promise<TriggerReply> {
    const key = JSON.stringify([incoming.source, incoming.webhookId]);
    const current = this.answering.get(key);
    if (current?.bodyHash === incoming.bodyHash) return current.reply;
    const reply = this.answerOnce(incoming);
    if (current) return reply;
    this.answering.set(key, { bodyHash: incoming.bodyHash, reply });
    try {
      return await reply;
    } finally {
      this.answering.delete(key);
    }
  }

  /** Triggers for people whom nobody here knows, newest first, so that somebody can look into them. */
  async listUnmatched(): Promise<readonly Trigger[]> {
    const triggers = await this.triggers.listUnmatched(LISTED);
    await this.audit.record({ action: 'trigger.unmatched-listed', subjectKind: 'trigger', subjectId: 'unmatched' });
    return triggers;
  }

  private async answerOnce(incoming: IncomingTrigger): Promise<TriggerReply> {
    const { source, webhookId, bodyHash, programme, reason } = incoming;
    return this.database.inTransaction(async () => {
      await this.triggers.takeTurn(source, webhookId);
      const before = await this.triggers.find(source, webhookId);
      if (before && before.bodyHash !== bodyHash) throw new TriggerReused(source, before.id);
      if (before) return toReply(before);
      const receivedAt = this.clock.now();
      const decision = await this.decide(incoming, receivedAt);
      const id = newId(receivedAt.getTime());
      const trigger = { id, source, webhookId, bodyHash, receivedAt, programme, reason, ...decision };
      await this.triggers.keep(trigger);
      await this.audit.record({
        action: 'trigger.answered',
        subjectKind: 'trigger',
        subjectId: id,
        personId: decision.personId,
        detail: { source, programme, answer: decision.answer, episode: decision.episodeId },
      });
      return toReply(trigger);
    });
  }

  private async decide(incoming: IncomingTrigger, at: Date): Promise<Decision> {
    const nobody = { personId: null, episodeId: null, unmatched: null };
    const programme = await this.programmes.findLive(incoming.programme);
    if (!programme) return { ...nobody, answer: 'rejected', because: 'There is no programme of this name' };
    const person = await this.population.findByNhsNumber(incoming.nhsNumber);
    if (!person) {
      const because = 'Nobody with this NHS number is known here; it is kept for a person to look into';
      return { ...nobody, answer: 'rejected', because, unmatched: incoming.nhsNumber };
    }
    const known = { ...nobody, personId: person.id };
    if (!(await this.detection.weigh(programme.programme, person.id, at)).accepted) {
      const because = `The programme is for people ${describe(programme.triggers.accepts).join(' and ')}`;
      return { ...known, answer: 'rejected', because };
    }
    const text = `Asked for by ${incoming.source}: ${incoming.reason}`;
    const reasons = [{ text, kind: 'trigger', source: incoming.source, at: at.toISOString() }];
    const enrolled = await this.allocation.enrol({
      personId: person.id,
      programme: programme.programme,
      origin: 'trigger',
      reasons,
    });
    if (enrolled.state === 'suppressed') return { ...known, answer: 'suppressed', because: enrolled.because };
    const because = enrolled.state === 'started' ? 'A new episode was opened' : 'They are in this programme already';
    return { ...known, answer: enrolled.state, because, episodeId: enrolled.episodeId };
  }
}

function toReply({ id, answer, because, episodeId }: Trigger): TriggerReply {
  return { answer, because, triggerId: id, ...(episodeId && { episodeId }) };
}
