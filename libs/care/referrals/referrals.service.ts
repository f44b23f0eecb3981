import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { PopulationService } from '#care/population';
import { type Shift, tidyNote } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { after, ageOn, before, Clock, isId } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { checkAct, isDeclineReason, mayDo, referralLabel, statusText, worksWithPerson } from './referral.js';
import type {
  CloseReferralCall,
  Contact,
  Inbox,
  InboxItem,
  Partner,
  Referral,
  ReferralAct,
  ReferralStatus,
  ReferralView,
  SendReferralCall,
  SentReferral,
} from './referral.js';
import { DeclineReasonUnknown, ReferralChanged, ReferralEpisodeMissing } from './referrals.faults.js';
import { ReferralMissing } from './referrals.faults.js';
import { type ReferralAbout, ReferralsRepository, type ReferralStep } from './referrals.repository.js';

/** How long a finished referral stays in the inbox. */
const FINISHED_STAYS = { amount: 90, unit: 'days' } as const;

/** What a service sends with an answer: the referral as it saw it. */
export interface ReferralAnswer {
  readonly id: string;
  readonly partner: Partner;
  readonly version: number;
}

@Injectable()
export class ReferralsService {
  constructor(
    private readonly database: Database,
    private readonly referrals: ReferralsRepository,
    private readonly population: PopulationService,
    private readonly allocation: AllocationService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Asks one more service near the person; `sent: false` when none is left. A repeat answers the first referral, and a
   * second call for a step whose referral is open answers that one, with how far it has come. Throws
   * ReferralEpisodeMissing.
   */
  async send(call: SendReferralCall): Promise<SentReferral> {
    return this.database.inTransaction(async () => {
      const earlier = await this.referrals.findByKey(call.key);
      if (earlier) return sentAs(earlier);
      const episode = await this.referrals.findEpisode(call.episodeId);
      if (!episode) throw new ReferralEpisodeMissing(call.episodeId);
      await this.allocation.hold(call.episodeId);
      const open = await this.referrals.findOpen(call);
      if (open && isOpen(open.status)) return { ...sentAs(open), status: open.status };
      const service = episode.area && (await this.referrals.findService(call.service, episode.area, call.tried));
      if (!service) return { sent: false };

      const nation = await this.allocation.nationOf(call.episodeId);
      const answerBy = after(new Date(call.at), call.answerWithin, nation);
      const fresh = await this.referrals.insert(call, episode, service, answerBy);
      if (fresh) {
        await this.allocation.recordProgress({
          episodeId: call.episodeId,
          seq: call.seq,
          step: call.step,
          stepTitle: call.title,
          nextWhat: 'Waiting for the service to answer',
          nextAt: answerBy,
          clock: 'partner',
          at: new Date(call.at),
        });
        await this.note('referral.sent', fresh, episode.teamKey, { organisation: fresh.organisation });
        return sentAs(fresh);
      }
      const referral = await this.referrals.findByKey(call.key);
      if (!referral) throw new ReferralChanged(call.key);
      return sentAs(referral);
    });
  }

  /** Ends a referral for the pathway. `closed` is false when the service answered or reported first. */
  async close(call: CloseReferralCall): Promise<{ readonly closed: boolean }> {
    return this.database.inTransaction(async () => {
      const from: readonly ReferralStatus[] = call.as === 'expired' ? ['sent'] : ['sent', 'accepted', 'started'];
      const moved = await this.referrals.move(call.referralId, {
        from,
        to: call.as,
        set: { closedAt: new Date(call.at) },
      });
      const referral = await this.referrals.findAbout(call.referralId);
      if (moved && referral) await this.note(`referral.${call.as}`, referral, referral.teamKey);
      return { closed: referral?.status === call.as };
    });
  }

  /** What an episode still has open. */
  listOpenOf(episodeId: string): Promise<readonly { readonly id: string; readonly step: string }[]> {
    return this.referrals.listOpenOf(episodeId);
  }

  /** Moves the times by which services have to answer what an episode has open. */
  async shiftOpen(episodeId: string, shift: Shift): Promise<void> {
    await this.database.inTransaction(() => this.referrals.shiftOpen(episodeId, shift));
  }

  /** The referrals of an organisation, without names. Recorded as one read. */
  async inbox({ organisation }: Pick<Partner, 'organisation'>): Promise<Inbox> {
    const now = this.clock.now();
    const since = before(now, FINISHED_STAYS);
    const counts = await this.referrals.countInbox(organisation, since);
    const items = (await this.referrals.listInbox(organisation, since)).map((about) => itemOf(about, now));
    await this.audit.record({
      action: 'referrals.listed',
      subjectKind: 'organisation',
      subjectId: organisation,
      detail: { shown: items.length },
    });
    return { counts, items };
  }

  /** Throws ReferralMissing, also for another organisation's referral. */
  async get(id: string, partner: Partner): Promise<ReferralView> {
    return this.database.inTransaction(async () => {
      const about = await this.getAbout(id, partner);
      await this.audit.record({
        action: 'referral.read',
        subjectKind: 'referral',
        subjectId: id,
        personId: about.personId,
        purpose: about.programme,
        detail: { contactShown: mayShowContact(about) },
      });
      return this.viewOf(about);
    });
  }

  /** Throws ReferralMissing, ReferralChanged, ReferralNotPossible. A repeat changes nothing. */
  accept(answer: ReferralAnswer): Promise<ReferralView> {
    return this.act(answer, 'accept', { from: ['sent'], to: 'accepted', set: { answeredAt: this.clock.now() } });
  }

  /** Throws ReferralMissing, ReferralChanged, ReferralNotPossible, DeclineReasonUnknown, NoteTooLong. */
  async decline(
    answer: ReferralAnswer & { readonly reason: string; readonly note?: string | null },
  ): Promise<ReferralView> {
    if (!isDeclineReason(answer.reason)) throw new DeclineReasonUnknown(answer.id);
    const at = this.clock.now();
    return this.act(answer, 'decline', {
      from: ['sent'],
      to: 'declined',
      set: { answeredAt: at, closedAt: at, declineReason: answer.reason, note: tidyNote(answer.note, answer.id) },
    });
  }

  /** Throws ReferralMissing, ReferralChanged, ReferralNotPossible. */
  start(answer: ReferralAnswer): Promise<ReferralView> {
    return this.act(answer, 'start', { from: ['accepted'], to: 'started', set: { startedAt: this.clock.now() } });
  }

  /** Says how it went. Throws ReferralMissing, ReferralChanged, ReferralNotPossible, NoteTooLong. */
  async report(
    answer: ReferralAnswer & { readonly result: 'completed' | 'not-completed'; readonly note?: string | null },
  ): Promise<ReferralView> {
    return this.act(answer, 'report', {
      from: ['accepted', 'started'],
      to: answer.result,
      set: { closedAt: this.clock.now(), outcome: answer.result, note: tidyNote(answer.note, answer.id) },
    });
  }

  /** Oldest first. */
  listOf(personId: string): Promise<Referral[]> {
    return this.referrals.listOf(personId);
  }

  private async act(
    { id, partner, version }: ReferralAnswer,
    act: ReferralAct,
    step: ReferralStep,
  ): Promise<ReferralView> {
    if (!isId(id)) throw new ReferralMissing(id);
    return this.database.inTransaction(async () => {
      await this.referrals.hold(id);
      const seen = await this.getAbout(id, partner);
      if (seen.status === step.to) return this.viewOf(seen);
      checkAct(seen, act);
      if (seen.version !== version) throw new ReferralChanged(id);
      await this.referrals.move(id, step);
      await this.note(`referral.${step.to}`, seen, seen.teamKey, {
        ...(typeof step.set?.declineReason === 'string' && { reason: step.set.declineReason }),
      });
      await this.outbox.put({
        topic: 'pathway-event',
        lane: seen.episodeId,
        body: { kind: 'referral-answered', id: `${id}/${step.to}`, referralId: id, answer: step.to },
      });
      return this.viewOf(await this.getAbout(id, partner));
    });
  }

  private async getAbout(id: string, partner: Partner): Promise<ReferralAbout> {
    const about = isId(id) ? await this.referrals.findAbout(id) : null;
    if (about?.organisation !== partner.organisation) throw new ReferralMissing(id);
    return about;
  }

  private async viewOf(about: ReferralAbout): Promise<ReferralView> {
    const shown = mayShowContact(about);
    return {
      ...itemOf(about, this.clock.now()),
      agreedAt: (await this.referrals.findAgreement(about.episodeId)) ?? about.sentAt,
      goodToKnow: await this.goodToKnow(about),
      sentBy: about.sentBy ?? 'The care team',
      contact: shown ? contactOf(about) : null,
      contactWithheld: shown ? null : whyWithheld(about),
      declineReason: about.declineReason,
      note: about.note,
      may: mayDo(about.status),
    };
  }

  /** How to speak with the person: their language, and the ways of contact they do not want. */
  private async goodToKnow(about: ReferralAbout): Promise<string[]> {
    const at = this.clock.now();
    const unwanted: string[] = [];
    for (const [channel, words] of WAYS) {
      const may = await this.population.mayContact(about.personId, { channel, purpose: about.programme, at });
      if (!may.allowed && may.because === 'channel-refused') unwanted.push(words);
    }
    const language = LANGUAGES.of(about.language);
    return [
      ...(about.language === 'en' || !language ? [] : [`Speaks ${language}.`]),
      ...(unwanted.length === 0 ? [] : [`Please do not ${unwanted.join(' or ')}.`]),
    ];
  }

  private async note(
    action: string,
    referral: Referral,
    team: string | null,
    detail: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'referral',
      subjectId: referral.id,
      personId: referral.personId,
      purpose: referral.programme,
      detail: { episode: referral.episodeId, ...detail },
    });
    await this.database.announce({
      team,
      organisation: referral.organisation,
      episode: referral.episodeId,
      what: action,
    });
  }
}

const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'none' });
const WAYS = [
  ['phone', 'phone'],
  ['sms', 'text'],
  ['email', 'email'],
  ['letter', 'write a letter'],
] as const;

function isOpen(status: ReferralStatus): status is 'sent' | 'accepted' | 'started' {
  return status === 'sent' || worksWithPerson(status);
}

function sentAs({ id, answerBy }: Referral): Extract<SentReferral, { sent: true }> {
  return { sent: true, referralId: id, answerBy: answerBy.toISOString() };
}

function itemOf(about: ReferralAbout, now: Date): InboxItem {
  return {
    id: about.id,
    label: referralLabel(about.sex, ageOn(about.birthDate, now), about.sensitive ? null : about.area),
    need: about.need,
    sentAt: about.sentAt,
    answerBy: about.answerBy,
    overdue: about.status === 'sent' && about.answerBy < now,
    status: about.status,
    statusText: statusText(about.status),
    demo: about.demo,
    version: about.version,
  };
}

function mayShowContact(about: ReferralAbout): boolean {
  return worksWithPerson(about.status) && !about.sensitive;
}

function contactOf(about: ReferralAbout): Contact {
  const address = [about.addressLine, about.postcode].filter((part) => part !== null).join(', ');
  return {
    name: `${about.given} ${about.family}`,
    phone: about.phone,
    email: about.email,
    address: address || null,
  };
}

function whyWithheld(about: ReferralAbout): string {
  if (about.status === 'sent') return 'Name and phone are shown once you accept.';
  if (!worksWithPerson(about.status)) return 'Name and phone are no longer shown: this referral is finished.';
  return `This person’s details are protected. Speak with ${about.sentBy ?? 'the care team'} to arrange contact.`;
}
