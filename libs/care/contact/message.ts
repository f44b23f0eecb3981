import type { Duration } from '#platform/kernel';
import type { SendingHours } from './contact-policy.js';

/**
 * unknown: a crash or a broken line hides whether it left; never sent again by itself. later: quiet hours, the contact
 * budget, a pause or the want of approved words hold it back. phone: somebody of the team has to phone instead.
 */
export type MessageFate = 'sent' | 'suppressed' | 'unreachable' | 'failed' | 'unknown' | 'later' | 'phone';

/** claimed: being sent, or its sender died. waiting: held back. merged: left inside another message of the person. */
export type StoredFate = Exclude<MessageFate, 'later'> | 'claimed' | 'waiting' | 'merged';

/** A message of a pathway's contact step. `key` makes a repeat harmless; `at` is the pathway's time. */
export interface MessageCall {
  readonly episodeId: string;
  readonly step: string;
  readonly key: string;
  readonly seq: number;
  readonly at: string;
  readonly title: string;
  readonly template: string;
  /** In order: the first that may be used is. */
  readonly channels: readonly string[];
  readonly attempt: number;
  readonly linkLasts: Duration;
  /** When the step's own messages may go, beside the contact policy. */
  readonly hours?: SendingHours;
  /** When the next thing happens if nobody answers. */
  readonly nextAt: string;
}

/** Why a message waits: no version of its template is approved. */
export const NO_WORDS = 'no-approved-words';

export interface SendingOutcome {
  readonly fate: MessageFate;
  /** With `later`: when to ask again. */
  readonly nextAt?: string;
  /** With `later`, when it is for us to mend. */
  readonly because?: typeof NO_WORDS;
}

/** What is kept of a waiting message's call, for the message that takes it along. */
export interface Asked {
  readonly template: string;
  readonly linkLasts: Duration;
  readonly hours?: SendingHours;
}

/** Why a message failed that may be tried again: nothing has left. */
export const NOTHING_LEFT = ['mail-unavailable', 'notify-unavailable', 'could-not-be-written'] as const;
export type NothingLeft = (typeof NOTHING_LEFT)[number];

export function mayTryAgain({
  fate,
  because,
}: {
  readonly fate: StoredFate;
  readonly because: string | null;
}): boolean {
  return fate === 'failed' && NOTHING_LEFT.some((reason) => reason === because);
}
