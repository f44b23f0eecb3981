import type { PathwayCall } from '#care/tasks';
import type { Duration } from '#platform/kernel';
import { ReferralNotPossible } from './referrals.faults.js';

export type ReferralStatus =
  'sent' | 'accepted' | 'started' | 'completed' | 'not-completed' | 'declined' | 'expired' | 'withdrawn';

/** What a service may do with a referral. */
export type ReferralAct = 'accept' | 'decline' | 'start' | 'report';

/** Why a service says no. Close to REFERRAL REJECTION REASON of the NHS Data Dictionary, in a service's words. */
export const DECLINE_REASONS = {
  full: 'We are full',
  'not-right-for-us': 'Not right for us',
  'not-enough-information': 'Not enough information',
  'already-with-us': 'Already with us',
} as const;
export type DeclineReason = keyof typeof DECLINE_REASONS;

export function isDeclineReason(text: string): text is DeclineReason {
  return Object.hasOwn(DECLINE_REASONS, text);
}

export interface SendReferralCall extends PathwayCall {
  readonly title: string;
  /** The kind of service asked. */
  readonly service: string;
  readonly need: string;
  readonly answerWithin: Duration;
  /** Referrals of this step that were tried before. */
  readonly tried: readonly string[];
}

export type SentReferral =
  | {
      readonly sent: true;
      readonly referralId: string;
      readonly answerBy: string;
      /** Set when the step's referral was open already. */
      readonly status?: 'sent' | 'accepted' | 'started';
    }
  | { readonly sent: false };

export interface CloseReferralCall extends PathwayCall {
  readonly referralId: string;
  /**
   * expired: nobody answered in time. withdrawn: the person left. completed, not-completed: what a coordinator found
   * out when the service did not report.
   */
  readonly as: 'expired' | 'withdrawn' | 'completed' | 'not-completed';
}

/** Who answers: an account of the one organisation whose referrals it may see. */
export interface Partner {
  readonly accountId: string;
  readonly organisation: string;
}

export interface Referral {
  readonly id: string;
  readonly episodeId: string;
  readonly personId: string;
  readonly programme: string;
  readonly step: string;
  readonly organisation: string;
  readonly status: ReferralStatus;
  readonly need: string;
  readonly sentAt: Date;
  readonly answerBy: Date;
  readonly answeredAt: Date | null;
  readonly declineReason: string | null;
  readonly startedAt: Date | null;
  readonly closedAt: Date | null;
  readonly outcome: string | null;
  readonly note: string | null;
  readonly version: number;
}

export interface InboxItem {
  readonly id: string;
  /** `Woman, 34, Northampton 021B`: who it is about, without a name. */
  readonly label: string;
  readonly need: string;
  readonly sentAt: Date;
  readonly answerBy: Date;
  readonly overdue: boolean;
  readonly status: ReferralStatus;
  readonly statusText: string;
  readonly demo: boolean;
  readonly version: number;
}

export interface Inbox {
  readonly counts: { readonly waiting: number; readonly withYou: number; readonly finished: number };
  readonly items: readonly InboxItem[];
}

/** How to reach the person. Only while the referral is accepted, and never for someone whose address is protected. */
export interface Contact {
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly address: string | null;
}

export interface ReferralView extends InboxItem {
  readonly agreedAt: Date;
  readonly goodToKnow: readonly string[];
  readonly sentBy: string;
  readonly contact: Contact | null;
  /** Why there is no contact; null when there is. */
  readonly contactWithheld: string | null;
  readonly declineReason: string | null;
  readonly note: string | null;
  readonly may: readonly ReferralAct[];
}

const STATUS_TEXT: Readonly<Record<ReferralStatus, string>> = {
  sent: 'New',
  accepted: 'Accepted',
  started: 'Started',
  completed: 'Completed',
  'not-completed': 'Not completed',
  declined: 'Declined',
  expired: 'No answer in time',
  withdrawn: 'Withdrawn',
};

export function statusText(status: ReferralStatus): string {
  return STATUS_TEXT[status];
}

const MAY: Readonly<Partial<Record<ReferralStatus, readonly ReferralAct[]>>> = {
  sent: ['accept', 'decline'],
  accepted: ['start', 'report'],
  started: ['report'],
};

export function mayDo(status: ReferralStatus): readonly ReferralAct[] {
  return MAY[status] ?? [];
}

/** Throws ReferralNotPossible. */
export function checkAct(referral: Pick<Referral, 'id' | 'status'>, act: ReferralAct): void {
  if (!mayDo(referral.status).includes(act)) throw new ReferralNotPossible(referral.id, referral.status);
}

/** True while the service works with the person, and so needs to reach them. */
export function worksWithPerson(status: ReferralStatus): boolean {
  return status === 'accepted' || status === 'started';
}

const SEX_WORDS: Readonly<Record<string, readonly [adult: string, child: string]>> = {
  female: ['Woman', 'Girl'],
  male: ['Man', 'Boy'],
};

export function referralLabel(sex: string, age: number, area: string | null): string {
  const [adult, child] = SEX_WORDS[sex] ?? ['Person', 'Child'];
  return [age < 18 ? child : adult, age, area].filter((part) => part !== null).join(', ');
}
