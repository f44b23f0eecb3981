import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { after, type Duration, type Nation } from '#platform/kernel';

export const ANSWERS = ['yes', 'not-now', 'later', 'sorted', 'stop'] as const;
export type Answer = (typeof ANSWERS)[number];
export const LINK_PURPOSES = ['answer', 'stop'] as const;
export type LinkPurpose = (typeof LINK_PURPOSES)[number];

/** When somebody may ask to be asked again. */
export const LATER = ['week', 'month', 'three-months'] as const;
export type Later = (typeof LATER)[number];

/** What the person sees behind a link. */
export interface ReplyPage {
  readonly purpose: LinkPurpose;
  readonly state: 'open' | 'used' | 'expired' | 'closed';
  readonly programmeTitle: string;
  readonly heading: string;
  readonly body: string;
  readonly yesLabel: string;
  /** The language of heading, body and yesLabel. */
  readonly language: string;
  /** Answers this link takes. */
  readonly answers: readonly Answer[];
  /** What was answered, once it was: the first answer counts. */
  readonly answered: Answer | null;
  /** When they are asked again, after `later`. */
  readonly until: Date | null;
  /** What the template says happens after a yes; null until they said yes. */
  readonly thanks: string | null;
  readonly worksUntil: Date;
}

// 128 random bits cannot be guessed; 112 bits of signature cannot be forged. Together 40 characters, short enough for a text.
const RANDOM_BYTES = 16;
const SIGNATURE_BYTES = 14;
const TOKEN = /^[A-Za-z0-9_-]{40}$/;

/** A link's secret for one purpose, signed by LINK_KEY. Nothing about the person can be read from it. */
export function newToken(purpose: LinkPurpose, key: Buffer): string {
  const random = randomBytes(RANDOM_BYTES);
  return Buffer.concat([random, signatureOf(random, purpose, key)]).toString('base64url');
}

/** What a token was made for; null for one that we did not sign. Nothing is looked up. */
export function purposeOf(token: string, key: Buffer): LinkPurpose | null {
  if (!TOKEN.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const [random, signature] = [bytes.subarray(0, RANDOM_BYTES), bytes.subarray(RANDOM_BYTES)];
  return LINK_PURPOSES.find((purpose) => timingSafeEqual(signature, signatureOf(random, purpose, key))) ?? null;
}

function signatureOf(random: Buffer, purpose: LinkPurpose, key: Buffer): Buffer {
  return createHmac('sha256', key)
    .update(`reply-link/${purpose}/`)
    .update(random)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

/** What is kept of a token. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function answersFor(purpose: LinkPurpose): readonly Answer[] {
  return purpose === 'stop' ? ['stop'] : ANSWERS;
}

const LATER_LENGTHS: Readonly<Record<Later, Duration>> = {
  week: { amount: 1, unit: 'weeks' },
  month: { amount: 1, unit: 'months' },
  'three-months': { amount: 3, unit: 'months' },
};

/** When somebody is asked again who said so at `at`. */
export function askAgainAt(later: Later, at: Date, nation: Nation): Date {
  return after(at, LATER_LENGTHS[later], nation);
}
