import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { addresseeOf, PopulationService } from '#care/population';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { after, Clock } from '#platform/kernel';
import { Notify } from '#platform/notify';
import type { Channel } from './channel.js';
import { MessageEpisodeMissing } from './contact.faults.js';
import { ContactPolicy } from './contact-policy.service.js';
import { budgetCountsFrom, budgetFreeAt, latest, opensAt, type PolicyTerms } from './contact-policy.js';
import { ContactRepository, type HeldEpisode, type Message } from './contact.repository.js';
import {
  type Asked,
  mayTryAgain,
  type MessageCall,
  type MessageFate,
  NO_WORDS,
  type SendingOutcome,
} from './message.js';
import { hashOf, newToken } from './reply-link.js';
import { addressFor, asChannel, type Recipient, whyUnsuitable } from './routes.js';
import { type FoundTemplate, TemplatesService } from './templates/templates.service.js';

/** How long a person can use the stop link of a message: longer than any pathway keeps writing. */
const STOP_LINK_LASTS = { amount: 12, unit: 'months' } as const;
/** Until when a held-back message is looked at again whose reason says nothing of the time, in milliseconds. */
const PAUSED_RETRY = 60 * 60_000;
const NO_WORDS_RETRY = 60 * 60_000;
const IN_FLIGHT_RETRY = 60_000;
/** Whoever answers a message has got it. */
export const ANSWERED = 'answered';

/** One programme's part of a message that is about to leave, with the links only this try knows. */
export interface ClaimedSection {
  readonly message: Message;
  readonly template: FoundTemplate;
  readonly answerToken: string;
  readonly stopToken: string;
}

/** A message this try may send, by a channel that is not the phone. */
export interface Claimed {
  readonly channel: Exclude<Channel, 'phone'>;
  readonly to: string | readonly string[];
  readonly recipient: Recipient;
  readonly team: string | null;
  /** The message itself first, then those that go inside it. */
  readonly sections: readonly [ClaimedSection, ...ClaimedSection[]];
}

type Route =
  | { readonly channel: Channel; readonly to: string | readonly string[] }
  | { readonly fate: 'suppressed' | 'unreachable'; readonly because: string };

/** Decides, with the person held still, whether a message may leave now, by which way, and what goes with it. */
@Injectable()
export class ContactClaims {
  private readonly linkKey: Buffer;

  constructor(
    private readonly database: Database,
    private readonly contact: ContactRepository,
    private readonly policy: ContactPolicy,
    private readonly templates: TemplatesService,
    private readonly population: PopulationService,
    private readonly allocation: AllocationService,
    private readonly notify: Notify,
    private readonly audit: Audit,
    private readonly clock: Clock,
    settings: Settings,
  ) {
    this.linkKey = Buffer.from(settings.get('LINK_KEY'), 'base64');
  }

  /**
   * Claims the message for this try, or answers what became of it. Call in a transaction.
   * Throws MessageEpisodeMissing, ContactPolicyMissing.
   */
  async claim(call: MessageCall): Promise<Claimed | SendingOutcome> {
    const personId = await this.contact.findPersonOf(call.episodeId);
    if (!personId) throw new MessageEpisodeMissing(call.episodeId);
    await this.contact.lockPerson(personId);
    const episodes = await this.contact.holdEpisodes(personId, call.episodeId);
    const episode = episodes.find(({ id }) => id === call.episodeId)!;

    const earlier = await this.findEarlier(call, episode);
    const answered = earlier && (await this.outcomeOf(earlier, call));
    if (answered) return this.recordProgress(call, answered);
    const message = earlier ?? (await this.begin(call, episode, personId));

    // The pathway's clock may be ahead of ours when its time is skipped, and behind when we were away.
    const at = latest(new Date(call.at), this.clock.now());
    const recipient = await this.recipientOf(personId, at);
    return this.recordProgress(call, await this.decide(call, message, { at, recipient, episode, episodes }));
  }

  /** Says on the episode what the pathway waits for now. */
  private async recordProgress<Decision extends Claimed | SendingOutcome>(
    call: MessageCall,
    decision: Decision,
  ): Promise<Decision> {
    const reached: Claimed | SendingOutcome = decision;
    const waits = !('sections' in reached) && reached.fate === 'later' ? reached : null;
    const unworded = waits?.because === NO_WORDS;
    await this.allocation.recordProgress({
      episodeId: call.episodeId,
      seq: call.seq,
      step: call.step,
      stepTitle: call.title,
      nextWhat: !waits
        ? 'Waiting for their answer'
        : unworded
          ? 'Waiting for approved words'
          : 'Waiting until we may write',
      nextAt: new Date(waits?.nextAt ?? call.nextAt),
      clock: !waits ? 'person' : unworded ? 'us' : 'planned',
      at: new Date(call.at),
    });
    return decision;
  }

  /** Says in the audit, and to open screens, what became of a message. */
  async note(message: Message, fate: string, because: string | null): Promise<void> {
    const { id, personId, programme, episodeId } = message;
    await this.audit.record({
      action: `message.${fate}`,
      subjectKind: 'message',
      subjectId: id,
      personId,
      purpose: programme,
      detail: { episode: episodeId, because },
    });
    const { teamKey } = await this.allocation.getEpisode(episodeId);
    await this.database.announce({ team: teamKey, episode: episodeId, what: 'message' });
  }

  /** What this call, or another for the same attempt on the same visit of the step, has led to before. */
  private async findEarlier(call: MessageCall, episode: HeldEpisode): Promise<Message | null> {
    const own = await this.contact.findByKey(call.key);
    if (own) return own;
    const last = await this.contact.findAttempt(call);
    if (!last || (await this.contact.wasAnsweredSince(last))) return null;
    // A message the pathway still waits to hear of is this attempt's, whatever else goes on in the episode.
    const owed = last.fate === 'waiting' || (last.fate === 'merged' && last.notBefore !== null);
    return owed || episode.step === call.step ? last : null;
  }

  /** The answer that an earlier try of the attempt already holds; null when it may be tried now. */
  private async outcomeOf(earlier: Message, call: MessageCall): Promise<SendingOutcome | null> {
    const repeated = earlier.key === call.key;
    switch (earlier.fate) {
      case 'claimed':
        return { fate: await this.giveUpOn(earlier) };
      case 'merged':
        return this.outcomeOfMerged(earlier, call);
      case 'sent':
      case 'unknown':
        return { fate: earlier.fate };
      case 'waiting':
        return null;
      case 'failed':
      case 'suppressed':
      case 'unreachable':
      case 'phone':
        // Nothing left: asked anew, it is decided anew.
        return repeated && !mayTryAgain(earlier) ? { fate: earlier.fate } : null;
    }
  }

  private async outcomeOfMerged(earlier: Message, call: MessageCall): Promise<SendingOutcome> {
    const host = await this.contact.getMessage(earlier.mergedInto!);
    if (host.fate === 'claimed') {
      const asked = latest(new Date(call.at), this.clock.now()).getTime();
      return { fate: 'later', nextAt: new Date(asked + IN_FLIGHT_RETRY).toISOString() };
    }
    await this.contact.change(earlier.id, { key: call.key, notBefore: null });
    return { fate: 'sent' };
  }

  /** No try is under way any more: what still counts as being sent is given up on. Call in a transaction. */
  async giveUpOnAll(episodeId: string): Promise<void> {
    for (const message of await this.contact.listClaimed(episodeId)) await this.giveUpOn(message);
  }

  /** A message of which nobody knew whether it left has been answered. */
  async noteArrived(messageId: string): Promise<void> {
    const answered = await this.contact.getMessage(messageId);
    const message = answered.mergedInto ? await this.contact.getMessage(answered.mergedInto) : answered;
    if (!(await this.contact.settle(message.id, ['unknown'], { fate: 'sent', because: null }))) return;
    await this.note(message, 'sent', ANSWERED);
  }

  /**
   * The try that claimed it has ended without a word: nobody knows whether it left, unless the person has used one of its
   * links meanwhile.
   */
  private async giveUpOn(message: Message): Promise<'sent' | 'unknown'> {
    if (await this.contact.isAnswered(message.id)) {
      if (await this.contact.settle(message.id, ['claimed'], { fate: 'sent' })) {
        await this.note(message, 'sent', ANSWERED);
      }
      return 'sent';
    }
    const because = 'sender-stopped-while-sending';
    if (!(await this.contact.settle(message.id, ['claimed'], { fate: 'unknown', because }))) return 'unknown';
    await this.note(message, 'unknown', because);
    for (const inside of await this.contact.listMergedInto(message.id)) {
      await this.contact.settle(inside.id, ['merged'], { fate: 'unknown', because });
      await this.note(inside, 'unknown', because);
    }
    return 'unknown';
  }

  private async begin(call: MessageCall, episode: HeldEpisode, personId: string): Promise<Message> {
    await this.contact.dropWaiting(call, 'asked-anew');
    return this.contact.insert(call, episode, personId);
  }

  private async decide(
    call: MessageCall,
    message: Message,
    about: {
      readonly at: Date;
      readonly recipient: Recipient;
      readonly episode: HeldEpisode;
      readonly episodes: readonly HeldEpisode[];
    },
  ): Promise<Claimed | SendingOutcome> {
    const { at, recipient, episode } = about;
    if (!episode.open) return this.hold(call, message, 'suppressed', 'episode-ended');
    // The pathway has yet to hear that they leave.
    if (episode.leaving) return this.hold(call, message, 'suppressed', 'leaving');
    if (episode.paused) return this.wait(call, message, new Date(at.getTime() + PAUSED_RETRY), 'paused');

    const terms = await this.policy.getTerms();
    const route = await this.findRoute(call, about, terms);
    if ('fate' in route) return this.hold(call, message, route.fate, route.because);
    const { channel } = route;
    if (channel === 'phone') return this.hold(call, message, 'phone', null, channel);
    const template = await this.findWords(call.template, channel, recipient);
    if (!template) {
      const again = new Date(at.getTime() + NO_WORDS_RETRY);
      return { ...(await this.wait(call, message, again, NO_WORDS, channel)), because: NO_WORDS };
    }

    const quiet = terms.quietHours[channel];
    const left = await this.contact.listSentSince(
      recipient.personId,
      budgetCountsFrom(at, terms.budget, recipient.nation),
      at,
    );
    const free = budgetFreeAt(at, left, terms.budget, recipient.nation);
    const opens = opensAt(free, recipient.nation, quiet, call.hours);
    if (!opens) return this.hold(call, message, 'unreachable', 'no-hour-is-free', channel);
    if (opens > at) return this.wait(call, message, opens, free > at ? 'contact-budget' : 'quiet-hours', channel);

    const first = await this.take(message, { ...call, channel, at, recipient, words: template });
    const inside = await this.takeAlong({ channel, terms, host: message, ...about });
    return { channel, to: route.to, recipient, team: episode.team, sections: [first, ...inside] };
  }

  private async hold(
    call: MessageCall,
    message: Message,
    fate: Exclude<MessageFate, 'later'>,
    because: string | null,
    channel: string = message.channel,
  ): Promise<SendingOutcome> {
    const { key, template } = call;
    await this.contact.change(message.id, { key, template, channel, fate, because, notBefore: null, asked: null });
    await this.note(message, fate, because);
    return { fate };
  }

  private async wait(
    call: MessageCall,
    message: Message,
    notBefore: Date,
    because: string,
    channel: string = message.channel,
  ): Promise<SendingOutcome> {
    const { key, template, linkLasts, hours } = call;
    const asked: Asked = { template, linkLasts, ...(hours && { hours }) };
    await this.contact.change(message.id, { key, template, channel, fate: 'waiting', because, notBefore, asked });
    if (message.because !== because) await this.note(message, 'waiting', because);
    return { fate: 'later', nextAt: notBefore.toISOString() };
  }

  /** The first channel of the attempt that suits the person, that they allow, and by which they can be reached. */
  private async findRoute(
    { channels }: MessageCall,
    { at, recipient, episode }: { readonly at: Date; readonly recipient: Recipient; readonly episode: HeldEpisode },
    terms: PolicyTerms,
  ): Promise<Route> {
    const unreachable: string[] = [];
    const refused: string[] = [];
    for (const channel of channels.flatMap((name) => asChannel(name) ?? [])) {
      const refusal = await this.whyNot(recipient, channel, episode.programme, at);
      if (refusal && refusal !== 'no-address') {
        refused.push(refusal);
        continue;
      }
      const unsuitable = whyUnsuitable(channel, recipient, terms, { notify: this.notify.isOn });
      const address = unsuitable ? { because: unsuitable } : addressFor(channel, recipient);
      if ('to' in address) return { channel, to: address.to };
      unreachable.push(address.because);
    }
    const [refusal, reason] = [refused[0], unreachable[0]];
    // What they said themselves comes before what we cannot do.
    if (refusal) return { fate: 'suppressed', because: refusal };
    return { fate: 'unreachable', because: reason ?? 'no-channel-we-can-use' };
  }

  private async recipientOf(personId: string, at: Date): Promise<Recipient> {
    const person = await this.population.getPerson(personId);
    const { given, family, language, format, nation, practiceCode } = person;
    const practice = practiceCode ? await this.population.findPractice(practiceCode) : null;
    const nobody = { proxy: null, email: null, phone: null, addressLine: null, postcode: null };
    const { proxy, ...reached } = addresseeOf(person, at) ?? nobody;
    const who = { personId, given, family, language, format, nation };
    return { ...who, ...reached, proxy: proxy?.name ?? null, practice: practice?.name ?? null };
  }

  private async whyNot({ personId }: Recipient, channel: Channel, purpose: string, at: Date): Promise<string | null> {
    const answer = await this.population.mayContact(personId, { channel, purpose, at });
    return answer.allowed ? null : answer.because;
  }

  /** The approved words of a template for this person; null when no version of it is approved. */
  private findWords(
    template: string,
    channel: Exclude<Channel, 'phone'>,
    { language, format }: Recipient,
  ): Promise<FoundTemplate | null> {
    return this.templates.findApproved(template, { channel, language, format });
  }

  /** Marks a message as leaving now, and makes its links. */
  private async take(
    message: Message,
    as: Asked & {
      readonly key?: string;
      readonly channel: Exclude<Channel, 'phone'>;
      readonly at: Date;
      readonly recipient: Recipient;
      readonly words: FoundTemplate;
      readonly host?: Message;
    },
  ): Promise<ClaimedSection> {
    const { channel, at, recipient, words: template, host, key = message.key } = as;
    await this.contact.change(message.id, {
      key,
      template: as.template,
      channel,
      fate: host ? 'merged' : 'claimed',
      because: null,
      // Kept on a merged one until its pathway has heard that it left.
      notBefore: host ? message.notBefore : null,
      mergedInto: host?.id ?? null,
      sentAt: at,
      templateVersion: template.version,
      language: template.content.language,
      format: template.content.format,
      toProxy: recipient.proxy !== null,
    });
    const [answerToken, stopToken] = [newToken('answer', this.linkKey), newToken('stop', this.linkKey)];
    const { nation } = recipient;
    await this.contact.makeLink(hashOf(answerToken), message, 'answer', after(at, as.linkLasts, nation));
    await this.contact.makeLink(hashOf(stopToken), message, 'stop', after(at, STOP_LINK_LASTS, nation));
    return { message: { ...message, key }, template, answerToken, stopToken };
  }

  /** What else of the person waits to go the same way, and may. */
  private async takeAlong(about: {
    readonly channel: Exclude<Channel, 'phone'>;
    readonly at: Date;
    readonly terms: PolicyTerms;
    readonly host: Message;
    readonly recipient: Recipient;
    readonly episodes: readonly HeldEpisode[];
  }): Promise<ClaimedSection[]> {
    const { channel, at, terms, host, recipient, episodes } = about;
    if (!terms.merge.channels.includes(channel)) return [];
    const taken: ClaimedSection[] = [];
    for (const waiting of await this.contact.listWaiting(recipient.personId, channel)) {
      if (taken.length + 1 >= terms.merge.most) break;
      const episode = episodes.find(({ id }) => id === waiting.episodeId);
      const { asked } = waiting;
      if (
        !asked ||
        waiting.id === host.id ||
        !episode?.open ||
        episode.leaving ||
        episode.paused ||
        episode.step !== waiting.step
      ) {
        continue;
      }
      const opens = opensAt(at, recipient.nation, terms.quietHours[channel], asked.hours);
      if (opens?.getTime() !== at.getTime()) continue;
      if (await this.contact.wasAnsweredSince(waiting)) continue;
      if (await this.whyNot(recipient, channel, waiting.programme, at)) continue;
      const words = await this.findWords(asked.template, channel, recipient);
      if (!words) continue;
      taken.push(await this.take(waiting, { ...asked, channel, at, recipient, words, host }));
    }
    return taken;
  }
}
