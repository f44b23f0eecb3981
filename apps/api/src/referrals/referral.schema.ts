import { z } from 'zod';
import { DECLINE_REASONS, type DeclineReason } from '#care/referrals';
import { id, instant, text, version, type Shown } from '../http/parts.schema.js';

export const referralPath = z.object({ id });

const status = z.enum([
  'sent',
  'accepted',
  'started',
  'completed',
  'not-completed',
  'declined',
  'expired',
  'withdrawn',
]);

const row = {
  id: z.string(),
  label: z.string().describe('Who, without a name: Woman, 34, Avenue ward.'),
  need: z.string(),
  sentAt: instant,
  answerBy: instant,
  status,
  statusText: z.string(),
  overdue: z.boolean(),
  demo: z.boolean(),
  version,
};

export const referralItemSchema = z.object(row).meta({ id: 'ReferralItem' });

export const inboxSchema = z
  .object({
    counts: z.object({
      waiting: z.int(),
      withYou: z.int(),
      finished: z.int(),
    }),
    items: z.array(referralItemSchema),
  })
  .meta({ id: 'Inbox' });
export type InboxView = Shown<typeof inboxSchema>;

export const referralSchema = z
  .object({
    ...row,
    agreedAt: instant.describe('When the person agreed to be referred.'),
    goodToKnow: z.array(z.string()),
    sentBy: z.string().describe('The team that asks.'),
    contact: z
      .object({
        name: z.string(),
        phone: z.string().nullable(),
        email: z.string().nullable(),
        address: z.string().nullable(),
      })
      .nullable()
      .describe('Who to contact, while the referral is accepted.'),
    contactWithheld: z.string().nullable().describe('Why there is no contact.'),
    declineReason: z.string().nullable(),
    note: z.string().nullable(),
    may: z.array(z.enum(['accept', 'decline', 'start', 'report'])).describe('What can be done with it now.'),
  })
  .meta({ id: 'Referral' });
export type ReferralView = Shown<typeof referralSchema>;

export const versionedSchema = z.strictObject({ version }).meta({ id: 'Versioned' });
export type Versioned = z.infer<typeof versionedSchema>;

export const declineSchema = z
  .strictObject({
    reason: z.enum(Object.keys(DECLINE_REASONS) as [DeclineReason, ...DeclineReason[]]),
    note: text(1000).nullish(),
    version,
  })
  .meta({ id: 'Decline' });
export type Decline = z.infer<typeof declineSchema>;

export const referralOutcomeSchema = z
  .strictObject({ result: z.enum(['completed', 'not-completed']), note: text(1000).nullish(), version })
  .meta({ id: 'ReferralOutcome' });
export type ReferralOutcome = z.infer<typeof referralOutcomeSchema>;
