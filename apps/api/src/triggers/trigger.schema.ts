import { z } from 'zod';
import { instant, slug, text, type Shown } from '../http/parts.schema.js';

export const triggerHeaders = z.object({
  'webhook-id': z.string().regex(/^[\x21-\x7e]{1,200}$/, 'must be 1 to 200 visible characters'),
  'webhook-timestamp': z.string().regex(/^\d{1,12}$/, 'must be seconds since 1970'),
  'webhook-signature': z.string().min(1).max(2000),
});

export const triggerSchema = z
  .strictObject({
    programme: slug,
    nhsNumber: z
      .string()
      .max(20)
      .regex(/^(?:[\s-]*\d){10}[\s-]*$/, 'must be ten digits')
      .describe('Ten digits; spaces and hyphens are allowed.'),
    reason: text(500).describe('Why this person, for the people who will help them.'),
    source: text(80).describe('Who sends; its secret must have signed the message.'),
  })
  .meta({ id: 'Trigger' });
export type Trigger = z.infer<typeof triggerSchema>;

export const triggerAnswerSchema = z
  .object({
    answer: z.enum(['started', 'joined', 'suppressed', 'rejected']),
    because: z.string(),
    triggerId: z.string(),
    episodeId: z.string().nullable(),
  })
  .meta({ id: 'TriggerAnswer' });
export type TriggerAnswerView = Shown<typeof triggerAnswerSchema>;

export const unmatchedSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        source: z.string(),
        programme: z.string(),
        reason: z.string(),
        nhsNumber: z.string(),
        receivedAt: instant,
        because: z.string(),
      }),
    ),
  })
  .meta({ id: 'UnmatchedTriggers' });
export type UnmatchedView = Shown<typeof unmatchedSchema>;
