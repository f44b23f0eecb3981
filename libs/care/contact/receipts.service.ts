import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { ContactRepository, type Message } from './contact.repository.js';

/** What a carrier says became of a message. Only the first two are final; `technical-failure` means that it never left. */
export type ReceiptStatus = 'delivered' | 'permanent-failure' | 'technical-failure' | 'temporary-failure';

export interface Receipt {
  readonly source: 'notify' | 'mail';
  /** The carrier's own id of this receipt; a second of the same changes nothing. */
  readonly receiptId: string;
  /** Names the message may have: the carrier's, or ours. */
  readonly names: readonly string[];
  readonly status: ReceiptStatus;
  /** A code, such as 5.1.1; never what the carrier wrote, which may quote an address. */
  readonly because: string;
}

export type ReceiptOutcome = 'recorded' | 'repeated' | 'unknown';

/** Takes in what mail servers and GOV.UK Notify say of messages that had left. */
@Injectable()
export class ReceiptsService {
  constructor(
    private readonly database: Database,
    private readonly contact: ContactRepository,
    private readonly allocation: AllocationService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Records a receipt, once. A message that came back for good ends its attempt: the pathway is told, of every message
   * that went inside it too. What comes twice, late or out of order does no harm; one for a message we do not know is
   * answered `unknown`, and the audit knows of it.
   */
  async receive(receipt: Receipt): Promise<ReceiptOutcome> {
    return this.database.inTransaction(async () => {
      const message = await this.contact.findAndHoldSent(
        receipt.names,
        receipt.names.filter((name) => isId(name)),
      );
      if (!message) {
        const { source, status } = receipt;
        await this.audit.record({
          action: 'receipt.unknown',
          subjectKind: 'receipt',
          subjectId: receipt.receiptId,
          detail: { source, status },
        });
        return 'unknown';
      }
      if (!(await this.contact.insertReceipt(message.id, receipt, this.clock.now()))) return 'repeated';
      await this.apply(message, receipt);
      return 'recorded';
    });
  }

  private async apply(message: Message, { status, because }: Receipt): Promise<void> {
    // What is said of a message that we gave up on or never sent is kept, and changes nothing.
    if (message.fate !== 'sent' && message.fate !== 'unknown') return;
    switch (status) {
      case 'temporary-failure':
        return;
      case 'delivered':
        return this.noteDelivered(message);
      case 'permanent-failure':
      case 'technical-failure':
        return this.noteBounced(message, because);
    }
  }

  private async noteDelivered(message: Message): Promise<void> {
    // A message that has come back is not made good by an earlier word that arrives late.
    if (message.receipt) return;
    const receiptAt = this.clock.now();
    for (const one of await this.withThoseInside(message)) {
      // Now it is known that it left.
      const fate = one.fate === 'unknown' ? { fate: one.mergedInto ? ('merged' as const) : ('sent' as const) } : {};
      await this.contact.change(one.id, { receipt: 'delivered', receiptAt, ...fate });
    }
  }

  private async noteBounced(message: Message, because: string): Promise<void> {
    if (message.receipt === 'bounced') return;
    const receiptAt = this.clock.now();
    for (const one of await this.withThoseInside(message)) {
      const { id, personId, programme, episodeId, step, attempt } = one;
      await this.contact.change(id, { receipt: 'bounced', receiptAt });
      await this.audit.record({
        action: 'message.bounced',
        subjectKind: 'message',
        subjectId: id,
        personId,
        purpose: programme,
        detail: { episode: episodeId, because },
      });
      const { status, teamKey } = await this.allocation.getEpisode(episodeId);
      if (status === 'open') {
        const body = { kind: 'message-failed', id: `bounced/${id}`, step, attempt, because };
        await this.outbox.put({ topic: 'pathway-event', lane: episodeId, body });
      }
      await this.database.announce({ team: teamKey, episode: episodeId, what: 'message' });
    }
  }

  private async withThoseInside(message: Message): Promise<readonly Message[]> {
    return [message, ...(await this.contact.listMergedInto(message.id))];
  }
}
