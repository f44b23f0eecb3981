import { z } from 'zod';
import { day, id, instant, priorityPartSchema, reasonSchema, slug, text, type Shown } from '../http/parts.schema.js';
import {
  alsoGoingOnSchema,
  clockTimeSchema,
  nextSchema,
  openTaskSchema,
  pausedSchema,
  personSummarySchema,
  timelineEntrySchema,
} from '../tasks/task.schema.js';

export const peopleQuery = z.object({ query: text(100).describe('The beginnings of a name, or an NHS number.') });

export const personPath = z.object({ id });

export const peopleSchema = z
  .object({
    items: z.array(
      z
        .object({
          id: z.string(),
          name: z.string(),
          born: z.string(),
          age: z.int(),
          nhsNumber: z.string().nullable(),
          area: z.string().nullable(),
          openEpisodes: z.array(z.object({ programme: z.string(), title: z.string() })),
        })
        .meta({ id: 'PersonMatch' }),
    ),
    more: z.boolean().describe('True when more people match than are shown.'),
  })
  .meta({ id: 'PeopleFound' });
export type PeopleView = Shown<typeof peopleSchema>;

export const episodeSchema = z
  .object({
    id: z.string(),
    programme: z.string(),
    title: z.string(),
    status: z.enum(['open', 'ended']),
    openedAt: instant,
    step: z.string().nullable(),
    stepTitle: z.string().nullable(),
    demo: z.boolean(),
    reasons: z.array(reasonSchema),
    priority: z.int(),
    priorityParts: z.array(priorityPartSchema),
    timeline: z.array(timelineEntrySchema),
    next: nextSchema.nullable(),
    openTaskId: z.string().nullable(),
    openTasks: z.array(openTaskSchema),
    team: z.object({ key: z.string(), name: z.string() }).nullable(),
    may: z
      .array(z.enum(['pause', 'resume', 'transfer', 'exit']))
      .describe('What your team may do with it now; nothing with an episode that another team has.'),
    paused: pausedSchema.nullable(),
    leaving: z
      .object({ reason: z.string(), reasonText: z.string(), at: instant })
      .nullable()
      .describe('Ended by hand or by new data, and about to end.'),
    clocks: z.array(clockTimeSchema).describe('Whose time has run so far.'),
  })
  .meta({ id: 'Episode' });
export type EpisodeView = Shown<typeof episodeSchema>;

export const personRecordSchema = z
  .object({
    person: personSummarySchema,
    episodes: z.array(episodeSchema),
    alsoGoingOn: z.array(alsoGoingOnSchema),
  })
  .meta({ id: 'PersonRecord' });
export type PersonRecordView = Shown<typeof personRecordSchema>;

export const optOutSchema = z
  .strictObject({ purpose: z.union([z.literal('all'), slug]).describe('all, or a programme.') })
  .meta({ id: 'OptOut' });
export type OptOut = z.infer<typeof optOutSchema>;

export const happenedOnSchema = z.strictObject({ on: day }).meta({ id: 'HappenedOn' });
export type HappenedOn = z.infer<typeof happenedOnSchema>;
