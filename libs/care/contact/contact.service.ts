import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { PopulationService } from '#care/population';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { after, Clock, newId } from '#platform/kernel';
import { Mailer, MailRefused, MailUnavailable, parseMailAddress } from '#platform/mail';
import { Outbox } from '#platform/outbox';
import { ContactRepository, type LinkFound, type Message, type Recipient } from './contact.repository.js';
import { AnswerNotOffered, LinkClosed, LinkExpired, LinkUnknown } from './contact.faults.js';
import { MessageEpisodeMissing, TemplateMissing } from './contact.faults.js';
import { writeMail } from './mail-body.js';
import { CHANNEL, MAIL_UNAVAILABLE, type MessageCall, type MessageFate } from './message.js';
import { type Answer, answersFor, hashOf, looksLikeToken, newToken, type ReplyPage } from './reply-link.js';
import { TemplatesService } from './templates/templates.service.js';
import type { Content } from './templates/wording.js';

/** How long a person can use the stop link of a message: longer than any pathway keeps writing. */
const STOP_LINK_LASTS = { amount: 12, unit: 'months' } as const;

/** A message this try may send, with the links only this try knows. */
interface Claimed {
  readonly message: Message;
  readonly recipient: Recipient & { readonly email: string };
  readonly answerToken: string;
  readonly stopToken: string;
}

@Injectable()
export class ContactService {
  constructor(
    private readonly database: Database,
    private readonly contact: ContactRepository,
    private readonly population: PopulationService,
    private readonly allocation: AllocationService,
    private readonly templates: TemplatesService,
    private readonly mailer: Mailer,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends a message once. A repeat of the call answers the first fate; if the first try died while sending, the
   * message counts as unknown and is never sent again. Throws MailUnavailable when nothing left: try again.
   */
  async sendMessage(call: MessageCall): Promise<{ readonly fate: MessageFate }> {
    const template = await this.templates.findApproved(call.template, {
      channel: CHANNEL,
      language: 'en',
      format: 'standard',
    });
    if (!template) throw new TemplateMissing(call.template);
    const claim = await this.database.inTransaction(() => this.claim(call));
    if ('fate' in claim) return claim;
    try {
      await this.post(call, template.content, claim);
    } catch (error) {
      if (error instanceof MailUnavailable) {
        await this.settle(claim, { fate: 'failed', because: MAIL_UNAVAILABLE });
        throw error;
      }
      const refused = error instanceof MailRefused;
      const fate = refused ? 'failed' : 'unknown';
      await this.settle(claim, { fate, because: refused ? 'refused-by-mail-server' : 'mail-server-gave-no-answer' });
      return { fate };
    }
    await this.settle(claim, { fate: 'sent', sentAt: this.clock.now() });
    return { fate: 'sent' };
  }

  /** The page behind a link. Changes nothing: mail scanners open links too. Throws LinkUnknown. */
  async previewReply(token: string): Promise<ReplyPage> {
    const link = await this.getLink(token);
    return this.pageOf(link, await this.contact.findAnswer(link));
  }

  /**
   * Takes a person's answer, once; a second answer changes nothing and shows the first.
   * `stop` also records that they opt out of this programme. Throws LinkUnknown, LinkExpired, LinkClosed, AnswerNotOffered.
   */
  async answer(token: string, answer: string): Promise<ReplyPage> {
    const link = await this.getLink(token);
    const chosen = answersFor(link.purpose).find((offered) => offered === answer);
    if (!chosen) throw new AnswerNotOffered();
    return Audit.as({ kind: 'person', id: link.personId }, () =>
      this.database.inTransaction(async () => {
        await this.contact.holdEpisode(link.episodeId);
        const held = await this.getLink(token);
        const earlier = await this.contact.findAnswer(held);
        if (earlier) return this.pageOf(held, earlier);
        if (held.expiresAt <= this.clock.now()) throw new LinkExpired();
        // Asking to be left alone is heard even when there is nothing left to leave.
        if (!held.episodeOpen && chosen !== 'stop') throw new LinkClosed();
        await this.take(held, hashOf(token), chosen);
        return this.pageOf(held, chosen);
      }),
    );
  }

  private async claim(call: MessageCall): Promise<Claimed | { readonly fate: MessageFate }> {
    const recipient = await this.contact.findAndHoldRecipient(call.episodeId);
    if (!recipient) throw new MessageEpisodeMissing(call.episodeId);
    const message = await this.contact.claim(call, recipient);
    if (!message) return { fate: await this.fateOfEarlierTry(call.key, recipient) };

    await this.allocation.recordProgress({
      episodeId: call.episodeId,
      seq: call.seq,
      step: call.step,
      stepTitle: call.title,
      nextWhat: 'Waiting for their answer',
      nextAt: new Date(call.nextAt),
    });
    const because = await this.reasonNotToSend(call, recipient);
    if (because) {
      await this.settle({ message, recipient }, because);
      return { fate: because.fate };
    }
    const at = new Date(call.at);
    const [answerToken, stopToken] = [newToken(), newToken()];
    await this.contact.makeLink(hashOf(answerToken), message, 'answer', after(at, call.linkLasts));
    await this.contact.makeLink(hashOf(stopToken), message, 'stop', after(at, STOP_LINK_LASTS));
    return { message, recipient: { ...recipient, email: recipient.email ?? '' }, answerToken, stopToken };
  }

  private async fateOfEarlierTry(key: string, recipient: Recipient): Promise<MessageFate> {
    const message = await this.contact.findByKey(key);
    if (!message) throw new MessageEpisodeMissing(key);
    if (message.fate !== 'claimed') return message.fate;
    await this.settle({ message, recipient }, { fate: 'unknown', because: 'sender-stopped-while-sending' });
    return 'unknown';
  }

  private async reasonNotToSend(
    call: MessageCall,
    recipient: Recipient,
  ): Promise<{ readonly fate: 'suppressed' | 'unreachable'; readonly because: string } | null> {
    if (!recipient.episodeOpen) return { fate: 'suppressed', because: 'episode-ended' };
    const permission = await this.population.mayContact(recipient.personId, {
      channel: CHANNEL,
      purpose: recipient.programme,
      at: this.clock.now(),
    });
    if (!permission.allowed) {
      const fate = permission.because === 'no-address' ? 'unreachable' : 'suppressed';
      return { fate, because: permission.because };
    }
    if (!call.channels.includes(CHANNEL)) return { fate: 'unreachable', because: 'no-channel-we-can-use' };
    if (!recipient.email) return { fate: 'unreachable', because: 'no-address' };
    if (!parseMailAddress(recipient.email)) return { fate: 'unreachable', because: 'address-not-valid' };
    return null;
  }

  private async post(call: MessageCall, content: Content, claimed: Claimed): Promise<void> {
    const { recipient } = claimed;
    const publicUrl = this.settings.get('PUBLIC_URL');
    const stop = this.linkTo(claimed.stopToken);
    const body = await writeMail([{ content, link: this.linkTo(claimed.answerToken), stop }], {
      given: recipient.given,
      team: recipient.team ?? 'your local health team',
      practice: recipient.practice ?? 'your doctor',
    });
    await this.mailer.send({
      to: { address: recipient.email },
      ...body,
      messageId: `<${call.key.replaceAll(/[^A-Za-z0-9.-]/g, '.')}@${new URL(publicUrl).hostname}>`,
      headers: { 'List-Unsubscribe': `<${stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
    });
  }

  private linkTo(token: string): string {
    return new URL(`/r/${token}`, this.settings.get('PUBLIC_URL')).href;
  }

  private async settle(
    { message, recipient }: { readonly message: Message; readonly recipient: Recipient },
    to: { readonly fate: MessageFate; readonly because?: string; readonly sentAt?: Date },
  ): Promise<void> {
    await this.database.inTransaction(async () => {
      // A slow try that a second one gave up on still tells the truth when it learns it.
      if (!(await this.contact.settle(message.id, ['claimed', 'unknown'], to))) return;
      await this.audit.record({
        action: `message.${to.fate}`,
        subjectKind: 'message',
        subjectId: message.id,
        personId: message.personId,
        purpose: recipient.programme,
        detail: { episode: message.episodeId, because: to.because ?? null },
      });
      await this.database.announce({ team: recipient.teamKey, episode: message.episodeId, what: 'message' });
    });
  }

  private async take(link: LinkFound, tokenHash: string, answer: Answer): Promise<void> {
    const id = newId();
    await this.contact.insertReply(id, link, tokenHash, answer, this.clock.now());
    await this.audit.record({
      action: 'reply.received',
      subjectKind: 'message',
      subjectId: link.messageId,
      personId: link.personId,
      purpose: link.programme,
      detail: { episode: link.episodeId, answer },
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
            : { kind: 'replied', id, answer, step: link.step },
      });
    }
    await this.database.announce({ team: link.teamKey, episode: link.episodeId, what: 'reply' });
  }

  private async getLink(token: string): Promise<LinkFound> {
    const link = looksLikeToken(token) ? await this.contact.findLink(hashOf(token)) : null;
    if (!link) throw new LinkUnknown();
    return link;
  }

  private async pageOf(link: LinkFound, answered: Answer | null): Promise<ReplyPage> {
    const template = await this.templates.findApproved(link.template, {
      channel: 'page',
      language: 'en',
      format: 'standard',
    });
    if (!template) throw new LinkUnknown();
    const { page } = template.content;
    const stopping = link.purpose === 'stop';
    return {
      purpose: link.purpose,
      state: this.stateOf(link, answered),
      programmeTitle: link.programmeTitle,
      heading: stopping ? 'Should we stop writing to you about this?' : page.heading,
      body: stopping ? 'We will not write or call about this again. Your care does not change.' : page.body,
      yesLabel: page.yes,
      answers: answersFor(link.purpose),
      answered,
      thanks: answered && thanksFor(answered, page),
      worksUntil: link.expiresAt,
    };
  }

  private stateOf(link: LinkFound, answered: Answer | null): ReplyPage['state'] {
    if (answered) return 'used';
    if (link.expiresAt <= this.clock.now()) return 'expired';
    return link.episodeOpen || link.purpose === 'stop' ? 'open' : 'closed';
  }
}

function thanksFor(answer: Answer, page: Content['page']): string {
  switch (answer) {
    case 'yes':
      return page.thanks;
    case 'not-now':
      return 'Thank you for telling us. We will leave it for now.';
    case 'sorted':
      return 'Thank you for telling us. We are glad that it is sorted.';
    case 'stop':
      return 'We will not contact you about this again. Your care does not change.';
  }
}
