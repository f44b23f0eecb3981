import type { Duration } from '#platform/kernel';

/** claimed: being sent, or its sender died. unknown: a crash hides whether it left; never sent again by itself. */
export type MessageFate = 'sent' | 'suppressed' | 'unreachable' | 'failed' | 'unknown';
export type StoredFate = MessageFate | 'claimed';

/** A message of a pathway's contact step. `key` makes a repeat harmless; `at` is the pathway's time. */
export interface MessageCall {
  readonly episodeId: string;
  readonly step: string;
  readonly key: string;
  readonly seq: number;
  readonly at: string;
  readonly title: string;
  readonly template: string;
  readonly channels: readonly string[];
  readonly attempt: number;
  readonly linkLasts: Duration;
  /** When the next thing happens if nobody answers. */
  readonly nextAt: string;
}

/** Channels this product can write on. Others a programme names wait for their senders. */
export const CHANNEL = 'email';

/** Why a message may be tried again: the mail server took nothing. */
export const MAIL_UNAVAILABLE = 'mail-unavailable';
