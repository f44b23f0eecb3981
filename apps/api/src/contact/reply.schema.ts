import { z } from 'zod';

/** The secret part of a reply link. Whatever does not fit is an unknown link, not a mistake in the person's face. */
export const replyPath = z.object({ token: z.string() });

export const replySchema = z.object({ answer: z.enum(['yes', 'not-now', 'sorted', 'stop']) }).meta({ id: 'Reply' });

/** What a mail program posts for its unsubscribe button (RFC 8058). */
export const oneClickSchema = z.object({ 'List-Unsubscribe': z.literal('One-Click') });
