import { z } from 'zod';
import { ANSWERS, LATER } from '#care/contact';

/** The secret part of a reply link. Whatever does not fit is an unknown link, not a mistake in the person's face. */
export const replyPath = z.object({ token: z.string() });

export const replySchema = z
  .object({
    answer: z.enum(ANSWERS),
    when: z.enum(LATER).optional().describe('With `later`, and only then: when to ask again.'),
  })
  .refine(
    ({ answer, when }) => (answer === 'later') === (when !== undefined),
    'later needs when, and nothing else does',
  )
  .meta({ id: 'Reply' });

/** What a mail program posts for its unsubscribe button (RFC 8058). */
export const oneClickSchema = z.object({ 'List-Unsubscribe': z.literal('One-Click') });
