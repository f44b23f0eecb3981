import { z } from 'zod';
import type { Shown } from '../http/parts.schema.js';

/** A delivery receipt as GOV.UK Notify posts it. What else it says, the number among it, is not read. */
export const notifyReceiptSchema = z
  .object({
    id: z.uuid().describe('GOV.UK Notify’s id of the message.'),
    reference: z.string().max(1000).nullish().describe('Ours.'),
    status: z
      .string()
      .regex(/^[a-z-]{1,40}$/, 'must be a status such as delivered')
      .describe('delivered, permanent-failure, temporary-failure, technical-failure'),
    notification_type: z.enum(['email', 'sms', 'letter']).optional(),
    completed_at: z.string().nullish(),
  })
  .meta({ id: 'NotifyReceipt' });
export type NotifyReceipt = z.infer<typeof notifyReceiptSchema>;

export const receiptAnswerSchema = z
  .object({
    outcome: z
      .enum(['recorded', 'repeated', 'unknown', 'not-final'])
      .describe('unknown: no message of ours has this name. not-final: there is nothing to record yet.'),
  })
  .meta({ id: 'ReceiptAnswer' });
export type ReceiptAnswer = Shown<typeof receiptAnswerSchema>;
