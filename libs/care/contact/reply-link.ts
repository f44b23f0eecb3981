import { createHash, randomBytes } from 'node:crypto';

export const ANSWERS = ['yes', 'not-now', 'sorted', 'stop'] as const;
export type Answer = (typeof ANSWERS)[number];
export type LinkPurpose = 'answer' | 'stop';

/** What the person sees behind a link. */
export interface ReplyPage {
  readonly purpose: LinkPurpose;
  readonly state: 'open' | 'used' | 'expired' | 'closed';
  readonly programmeTitle: string;
  readonly heading: string;
  readonly body: string;
  readonly yesLabel: string;
  /** Answers this link takes. */
  readonly answers: readonly Answer[];
  /** What was answered, once it was: the first answer counts. */
  readonly answered: Answer | null;
  /** What happens next, said to the person; null until they answered. */
  readonly thanks: string | null;
  readonly worksUntil: Date;
}

const TOKEN_BYTES = 32;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits: it cannot be guessed, and nothing about the person can be read from it. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

export function looksLikeToken(text: string): boolean {
  return TOKEN.test(text);
}

/** What is kept of a token. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function answersFor(purpose: LinkPurpose): readonly Answer[] {
  return purpose === 'stop' ? ['stop'] : ANSWERS;
}
