import { Injectable } from '@nestjs/common';
import { PopulationService } from '#care/population';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { Clock, newId } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { ANSWERED, type Claimed, ContactClaims } from './contact-claims.js';
import { ContactRepository, type EarlierAnswer, type LinkFound } from './contact.repository.js';
import { AnswerNotOffered, LinkClosed, LinkExpired, LinkUnknown } from './contact.faults.js';
import { Delivery, type Handed } from './delivery.js';
import type { MessageCall, SendingOutcome } from './message.js';
import { type Answer, answersFor, askAgainAt, hashOf, LATER, purposeOf, type ReplyPage } from './reply-link.js';
import { TemplatesService } from './templates/templates.service.js';

/** Sends messages to people, and takes their answers. */
@Injectable()
export class ContactService {
  private readonly linkKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly contact: ContactRepository,
    private readonly claims: ContactClaims,
    private readonly delivery: Delivery,
    private readonly population: PopulationService,
    private readonly templates: TemplatesService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.linkKey = Buffer.from(settings.get('LINK_KEY'), 'base64');
  }

  /**
   * Sends one attempt's message, once. A repeat of the call answers the same; a call for an attempt that left meanwhile
   * inside another message answers `sent`. If a try died while sending, the message counts as unknown and is never sent
   * again. While no version of the template is approved it waits, and goes once one is.
   * Throws MailUnavailable or NotifyUnavailable when nothing left: try again. Throws MessageEpisodeMissing,
   * ContactPolicyMissing.
   */
  async sendMessage(call: MessageCall): Promise<SendingOutcome> {
    const claimed = await this.database.inTransaction(async () => {
      const claim = await this.claims.claim(call);
      // Known before it leaves, so that what comes back is known even if our note of the sending is lost.
      if ('sections' in claim) {
        const providerRef = this.delivery.referenceOf(claim);
        await this.contact.change(claim.sections[0].message.id, { providerRef });
      }
      return claim;
    });
    if ('fate' in claimed) return claimed;
    const handed = await this.delivery.handOver(claimed);
    await this.settle(claimed, handed);
    if ('tryAgain' in handed) throw handed.tryAgain;
    return { fate: handed.fate };
  }

  /** The page behind a link. Changes nothing: mail scanners open links too. Throws LinkUnknown. */
  async previewReply(token: string): Promise<ReplyPage> {
    const link = await this.getLink(token);
    return this.pageOf(link, await this.contact.findAnswer(link));
  }

  /**
   * Takes a person's answer, once; a second answer changes nothing and shows the first. `later` says when to ask again:
   * `week`, `month` or `three-months`. `stop` also records that they opt out of this programme.
   * Throws LinkUnknown, LinkExpired, LinkClosed, AnswerNotOffered.
   */
  async answer(token: string, answer: string, later?: string): Promise<ReplyPage> {
    const link = await this.getLink(token);
    const chosen = answersFor(link.purpose).find((offered) => offered === answer);
    const length = LATER.find((offered) => offered === later);
    if (!chosen || (chosen === 'later') !== (length !== undefined)) throw new AnswerNotOffered();
    return Audit.as({ kind: 'person', id: link.personId }, () =>
      this.database.inTransaction(async () => {
        // The person before the episode, as whoever sends does.
        await this.contact.lockPerson(link.personId);
        await this.contact.holdEpisodes(link.personId, link.episodeId);
        const held = await this.getLink(token);
        const earlier = await this.contact.findAnswer(held);
        if (earlier) return this.pageOf(held, earlier);
        const at = this.clock.now();
        if (held.expiresAt <= at) throw new LinkExpired();
        // Asking to be left alone is heard even when there is nothing left to leave.
        if (!held.episodeOpen && chosen !== 'stop') throw new LinkClosed();
        const reply = { answer: chosen, until: length ? askAgainAt(length, at, held.nation) : null };
        await this.take(held, hashOf(token), reply, at);
        return this.pageOf(held, reply);
      }),
    );
  }

  /** Notes how the handing over went, on the message and on those inside it. */
  private async settle({ channel, sections }: Claimed, handed: Handed): Promise<void> {
    const [{ message: host }, ...inside] = sections;
    const { fate } = handed;
    const because = fate === 'sent' ? null : handed.because;
    const left = fate !== 'failed';
    const providerRef = fate === 'sent' ? { providerRef: handed.providerRef } : {};
    await this.database.inTransaction(async () => {
      // A slow try that a second one gave up on still tells the truth when it learns it.
      const change = { fate, because, ...providerRef, ...(left ? {} : { sentAt: null }) };
      if (!(await this.contact.settle(host.id, ['claimed', 'unknown'], change))) return;
      await this.claims.note(host, fate, because);
      for (const { message } of inside) {
        if (left) {
          const inner = fate === 'sent' ? 'merged' : 'unknown';
          await this.contact.settle(message.id, ['merged', 'unknown'], { fate: inner, because });
          await this.claims.note(message, fate, because);
        } else {
          const { notBefore } = message;
          const back = {
            fate: 'waiting' as const,
            because: message.because,
            mergedInto: null,
            sentAt: null,
            notBefore,
          };
          await this.contact.settle(message.id, ['merged', 'unknown'], { ...back, channel });
        }
      }
    });
  }

  /** The pathway has ended, and with it every try at sending: says of each message what is known of it. */
  async noteEnded(episodeId: string): Promise<void> {
    await this.database.inTransaction(() => this.claims.giveUpOnAll(episodeId));
  }

  private async take(link: LinkFound, tokenHash: string, { answer, until }: EarlierAnswer, at: Date): Promise<void> {
    const id = newId();
    await this.contact.insertReply({ id, answer, until, at }, link, tokenHash);
    await this.contact.dropWaiting(link, ANSWERED);
    await this.claims.noteArrived(link.messageId);
    await this.audit.record({
      action: 'reply.received',
      subjectKind: 'message',
      subjectId: link.messageId,
      personId: link.personId,
      purpose: link.programme,
      detail: { episode: link.episodeId, answer, until: until?.toISOString() ?? null },
    });
    if (answer === 'stop') {
      await this.population.recordOptOut({
        personId: link.personId,
        purpose: link.programme,
        source: 'reply',
        sourceId: id,
      });
    }
    if (link.episodeOpen) {
      await this.outbox.put({
        topic: 'pathway-event',
        lane: link.episodeId,
        body:
          answer === 'stop'
            ? { kind: 'left', id, reason: 'opted-out' }
            : { kind: 'replied', id, answer, step: link.step, ...(until && { until: until.toISOString() }) },
      });
    }
    await this.database.announce({ team: link.teamKey, episode: link.episodeId, what: 'reply' });
  }

  private async getLink(token: string): Promise<LinkFound> {
    const purpose = purposeOf(token, this.linkKey);
    const link = purpose && (await this.contact.findLink(hashOf(token)));
    if (link?.purpose !== purpose || !link) throw new LinkUnknown();
    return link;
  }

  private async pageOf(link: LinkFound, reply: EarlierAnswer | null): Promise<ReplyPage> {
    const { page, language } = await this.wordsOf(link);
    const stopping = link.purpose === 'stop';
    const answered = reply?.answer ?? null;
    return {
      purpose: link.purpose,
      state: this.stateOf(link, answered),
      programmeTitle: link.programmeTitle,
      heading: stopping ? 'Should we stop writing to you about this?' : page.heading,
      body: stopping ? 'We will not write or call about this again. Your care does not change.' : page.body,
      yesLabel: page.yes,
      language: stopping ? 'en' : language,
      answers: answersFor(link.purpose),
      answered,
      until: reply?.until ?? null,
      thanks: answered === 'yes' ? page.thanks : null,
      worksUntil: link.expiresAt,
    };
  }

  /** A link keeps the page of the message it came with, whatever has been approved since. */
  private async wordsOf({ template, templateVersion, language, format }: LinkFound) {
    const wanted = { channel: 'page', language, format } as const;
    const found =
      templateVersion === null
        ? await this.templates.findApproved(template, wanted)
        : await this.templates.findVersion(template, templateVersion, wanted);
    if (!found) throw new LinkUnknown();
    return found.content;
  }

  private stateOf(link: LinkFound, answered: Answer | null): ReplyPage['state'] {
    if (answered) return 'used';
    if (link.expiresAt <= this.clock.now()) return 'expired';
    return link.episodeOpen || link.purpose === 'stop' ? 'open' : 'closed';
  }
}
