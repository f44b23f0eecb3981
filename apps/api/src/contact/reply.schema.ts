import { z } from 'zod';

/** A reply link's secret part. Anything else is answered as an unknown link, never as an error in the person's face. */
export const replyPath = z.object({ token: z.string().max(200) });

export const ANSWERS = ['yes', 'not-now', 'sorted', 'stop'] as const;
export const replySchema = z.object({ answer: z.enum(ANSWERS) }).meta({ id: 'Reply' });
export type Reply = z.infer<typeof replySchema>;
