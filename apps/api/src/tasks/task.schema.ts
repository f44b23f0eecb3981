import { z } from 'zod';
import {
  cursor,
  day,
  id,
  instant,
  limit,
  priorityPartSchema,
  reasonSchema,
  slug,
  text,
  version,
  type Shown,
} from '../http/parts.schema.js';

export const WORKLIST_VIEWS = [
  'needs-us',
  'mine',
  'unclaimed',
  'overdue',
  'snoozed',
  'waiting-partner',
  'waiting-person',
  'coming-week',
  'paused',
] as const;

export const worklistQuery = z.object({
  view: z.enum(WORKLIST_VIEWS).default('needs-us'),
  programme: slug.optional(),
  cursor,
  limit,
});
export type WorklistQuery = z.infer<typeof worklistQuery>;

const claimSchema = z.object({ id: z.string(), name: z.string(), you: z.boolean() }).meta({ id: 'Claim' });

export const worklistItemSchema = z
  .object({
    id: z.string().describe('The task, or the episode where nobody has to do anything yet.'),
    kind: z.enum(['call', 'measure', 'review', 'waiting', 'look-again']),
    taskId: z
      .string()
      .nullable()
      .describe('Null where the row waits for a partner or the person, or is a pause to look at again.'),
    episodeId: z.string(),
    personId: z.string(),
    title: z.string(),
    programme: z.string(),
    programmeTitle: z.string(),
    personLabel: z.string().describe('Who, without identifying them: Person 4417 · 34 · Avenue ward.'),
    step: z.string().nullable(),
    dueAt: instant.nullable(),
    overdue: z.boolean(),
    claimedBy: claimSchema.nullable(),
    tags: z.array(z.string()),
    priority: z.int(),
    escalatedTo: z.string().nullable().describe('The role it was raised to.'),
    reminded: z.boolean().describe('Whoever has it, or its team, has been reminded.'),
    snoozedUntil: instant.nullable(),
    snoozedBecause: z.string().nullable(),
    pausedBecause: z.string().nullable().describe('Of a paused pathway: why it rests.'),
    demo: z.boolean(),
    version,
  })
  .meta({ id: 'WorklistItem' });

export const worklistCountsSchema = z
  .object({
    needsUs: z.int(),
    mine: z.int(),
    unclaimed: z.int(),
    overdue: z.int(),
    snoozed: z.int(),
    waitingPartner: z.int(),
    waitingPerson: z.int(),
    comingWeek: z.int(),
    paused: z.int().describe('Pathways that rest, by when somebody should look again.'),
  })
  .meta({ id: 'WorklistCounts' });

export const worklistSchema = z
  .object({
    view: z.enum(WORKLIST_VIEWS),
    total: z.int().describe('Rows in this view, over all pages.'),
    counts: worklistCountsSchema,
    countedUpTo: z.int().describe('Counting stops here: a count that equals it means that many or more.'),
    items: z.array(worklistItemSchema),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Worklist' });
export type WorklistView = Shown<typeof worklistSchema>;
export type WorklistItemView = Shown<typeof worklistItemSchema>;

const permissionSchema = z
  .object({
    purpose: z.string().describe('all, or a programme.'),
    channel: z.string(),
    allowed: z.boolean(),
    at: instant,
  })
  .meta({ id: 'ContactPermission' });

export const personSummarySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    born: z.string(),
    age: z.int(),
    sex: z.string(),
    nhsNumber: z.string().nullable(),
    language: z.string(),
    practice: z.string().nullable(),
    phone: z.string().nullable(),
    email: z.string().nullable(),
    address: z.string().nullable().describe('Null when unknown or not to be shown.'),
    area: z.string().nullable(),
    addressProtected: z.boolean().describe('True when the address must not be shown.'),
    diedOn: day.nullable(),
    movedAwayOn: day.nullable(),
    permissions: z.array(permissionSchema).describe('What the person said about being contacted; the latest for each.'),
  })
  .meta({ id: 'PersonSummary' });
export type PersonSummaryView = Shown<typeof personSummarySchema>;

export const timelineEntrySchema = z
  .object({
    at: instant,
    kind: z.enum([
      'found',
      'message',
      'reply',
      'task',
      'referral',
      'measurement',
      'pause',
      'transfer',
      'move',
      'exit',
      'ending',
      'next',
    ]),
    title: z.string(),
    detail: z.string().nullable(),
    actor: z.string().optional(),
    future: z.boolean().optional().describe('Not yet: what the pathway does next.'),
  })
  .meta({ id: 'TimelineEntry' });

export const nextSchema = z.object({ what: z.string(), at: instant.nullable() }).meta({ id: 'NextThing' });

export const rungSchema = z
  .object({
    rung: z.int().describe('Its place in the ladder, from 0.'),
    to: z.string().describe('owner (a reminder), or the role it is raised to.'),
    title: z.string(),
    dueAt: instant,
    status: z.enum(['planned', 'climbed', 'cancelled']),
    at: instant.nullable().describe('When it was climbed or cancelled.'),
    by: z.string().nullable().describe('The name of whoever cancelled it.'),
    because: z.string().nullable(),
  })
  .meta({ id: 'Rung' });

export const openTaskSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    step: z.string(),
    kind: z.string(),
    role: z.string(),
    dueAt: instant,
    claimedBy: z.string().nullable(),
    snoozedUntil: instant.nullable(),
    snoozedBecause: z.string().nullable(),
    ladder: z.array(rungSchema),
  })
  .meta({ id: 'OpenTask' });

export const pausedSchema = z
  .object({
    pauseId: z.string(),
    reason: z.string(),
    reasonText: z.string(),
    note: z.string().nullable(),
    since: instant,
    reviewOn: day.nullable(),
    by: z.string().nullable(),
  })
  .meta({ id: 'Paused' });

export const clockTimeSchema = z
  .object({
    clock: z.enum(['us', 'partner', 'person', 'planned', 'paused']),
    title: z.string(),
    hours: z.number().describe('Working hours so far, to a tenth; a working day has eight.'),
  })
  .meta({ id: 'ClockTime' });

/** Another programme the same person is in. */
export const alsoGoingOnSchema = z
  .object({ programme: z.string(), title: z.string(), status: z.string().describe('Where it has got to, in words.') })
  .meta({ id: 'AlsoGoingOn' });

export const taskSchema = z
  .object({
    id: z.string(),
    episodeId: z.string(),
    kind: z.enum(['call', 'measure', 'review']),
    title: z.string(),
    programme: z.string(),
    programmeTitle: z.string(),
    step: z.string(),
    status: z.enum(['open', 'completed', 'cancelled']),
    openedAt: instant,
    dueAt: instant,
    overdue: z.boolean(),
    claimedBy: claimSchema.nullable(),
    claimedAt: instant.nullable(),
    escalatedTo: z.string().nullable(),
    snoozedUntil: instant.nullable(),
    snoozedBecause: z.string().nullable(),
    ladder: z.array(rungSchema),
    paused: pausedSchema.nullable().describe('The pathway rests, and this task with it.'),
    role: z.string().describe('Whom the programme expects to do it.'),
    tags: z.array(z.string()),
    priority: z.int(),
    priorityParts: z.array(priorityPartSchema),
    demo: z.boolean(),
    version,
    person: personSummarySchema,
    reasons: z.array(reasonSchema),
    outcomes: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        hint: z.string().nullable(),
        then: z.string().describe('What happens when this outcome is recorded.'),
        valueFrom: z.number().nullable().describe('Not to be chosen with a reading below this.'),
        valueBelow: z.number().nullable().describe('Not to be chosen with a reading of this or above.'),
        asksDay: z.boolean().describe('True when it takes the day on which they want to be asked again.'),
      }),
    ),
    asks: z
      .object({
        instrument: z.string(),
        value: z
          .object({
            label: z.string(),
            unit: z.string(),
            min: z.number(),
            max: z.number(),
            second: z.string().nullable().describe('Label of a second value, such as the diastolic pressure.'),
          })
          .nullable(),
      })
      .nullable()
      .describe('What to record with the outcome.'),
    outcome: z.string().nullable(),
    note: z.string().nullable(),
    closedAt: instant.nullable(),
    closedBy: z.string().nullable(),
    cancelledBecause: z.string().nullable(),
    cancelledBecauseText: z.string().nullable().describe('The same in plain words.'),
    timeline: z.array(timelineEntrySchema),
    next: nextSchema.nullable(),
    alsoGoingOn: z.array(alsoGoingOnSchema),
  })
  .meta({ id: 'Task' });
export type TaskView = Shown<typeof taskSchema>;

export const taskStandingSchema = z
  .object({
    id: z.string(),
    status: z.enum(['open', 'completed', 'cancelled']),
    outcome: z.string().nullable(),
    claimedBy: claimSchema.nullable(),
    then: z.string().nullable().describe('What happens now, once an outcome is recorded.'),
    version,
  })
  .meta({ id: 'TaskStanding' });
export type TaskStandingView = Shown<typeof taskStandingSchema>;

const measured = z.number().finite().min(-1_000_000).max(1_000_000);

export const completionSchema = z
  .strictObject({
    outcome: slug,
    note: text(2000).nullish(),
    value: measured.nullish(),
    value2: measured.nullish(),
    until: day.nullish().describe('The day on which they want to be asked again, with an outcome that asks for it.'),
    version,
  })
  .meta({ id: 'Completion' });
export type Completion = z.infer<typeof completionSchema>;

export const taskPath = z.object({ id });

export const snoozeSchema = z
  .strictObject({
    until: day.describe('The task is back on the list when working hours begin on this day.'),
    because: text(500),
    version,
  })
  .meta({ id: 'Snooze' });
export type Snooze = z.infer<typeof snoozeSchema>;

export const rungPath = z.object({ id, rung: z.coerce.number().int().min(0).max(99) });

export const cancelRungSchema = z.strictObject({ because: text(500) }).meta({ id: 'CancelRung' });
export type CancelRung = z.infer<typeof cancelRungSchema>;
