import { z } from 'zod';
import { id, instant, text, version } from '../http/parts.schema.js';

export const referralPath = z.object({ id });

export const DECLINE_REASONS = ['full', 'not-right-for-us', 'not-enough-information', 'already-with-us'] as const;

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
  programmeTitle: z.string(),
  service: z.string(),
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
    organisation: z.object({ key: z.string(), name: z.string() }),
    counts: z.object({
      waiting: z.int(),
      accepted: z.int(),
      started: z.int(),
      closed: z.int(),
    }),
    items: z.array(referralItemSchema),
  })
  .meta({ id: 'Inbox' });
export type InboxView = z.infer<typeof inboxSchema>;

export const referralSchema = z
  .object({
    ...row,
    declineReason: z.string().nullable(),
    answeredAt: instant.nullable(),
    startedAt: instant.nullable(),
    closedAt: instant.nullable(),
    outcome: z.string().nullable(),
    note: z.string().nullable(),
    sentBy: z.string().describe('The team that asks.'),
    person: z
      .object({
        name: z.string(),
        born: z.string(),
        language: z.string(),
        phone: z.string().nullable(),
        email: z.string().nullable(),
        address: z.string().nullable(),
      })
      .nullable()
      .describe('Who to contact; null until the referral is accepted.'),
  })
  .meta({ id: 'Referral' });
export type ReferralView = z.infer<typeof referralSchema>;

export const referralStandingSchema = z.object({ id: z.string(), status, version }).meta({ id: 'ReferralStanding' });
export type ReferralStandingView = z.infer<typeof referralStandingSchema>;

export const versionedSchema = z.strictObject({ version }).meta({ id: 'Versioned' });
export type Versioned = z.infer<typeof versionedSchema>;

export const declineSchema = z
  .strictObject({ reason: z.enum(DECLINE_REASONS), note: text(1000).nullish(), version })
  .meta({ id: 'Decline' });
export type Decline = z.infer<typeof declineSchema>;

export const referralOutcomeSchema = z
  .strictObject({ result: z.enum(['completed', 'not-completed']), note: text(1000).nullish(), version })
  .meta({ id: 'ReferralOutcome' });
export type ReferralOutcome = z.infer<typeof referralOutcomeSchema>;
