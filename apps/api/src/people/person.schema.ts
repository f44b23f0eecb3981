import { z } from 'zod';
import { day, id, instant, priorityPartSchema, reasonSchema, slug, text } from '../http/parts.schema.js';

export const peopleQuery = z.object({ query: text(100) });

export const personPath = z.object({ id });

export const peopleSchema = z
  .object({
    people: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        born: z.string(),
        age: z.int(),
        nhsNumber: z.string().nullable(),
        practice: z.string().nullable(),
      }),
    ),
    more: z.boolean().describe('True when more people match than are shown.'),
  })
  .meta({ id: 'PeopleFound' });

export const timelineEntrySchema = z
  .object({
    at: instant.nullable(),
    kind: z.string(),
    title: z.string(),
    detail: z.string().nullable(),
    actor: z.string().nullable(),
    future: z.boolean(),
  })
  .meta({ id: 'TimelineEntry' });

export const episodeSchema = z
  .object({
    id: z.string(),
    programme: z.string(),
    title: z.string(),
    status: z.enum(['open', 'ended']),
    origin: z.string(),
    openedAt: instant,
    endedAt: instant.nullable(),
    demo: z.boolean(),
    reasons: z.array(reasonSchema),
    priority: z.int(),
    priorityParts: z.array(priorityPartSchema),
    timeline: z.array(timelineEntrySchema),
    next: z.object({ what: z.string(), at: instant.nullable() }).nullable(),
    openTaskId: z.string().nullable(),
  })
  .meta({ id: 'Episode' });

export const personRecordSchema = z
  .object({
    person: z.object({
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
      address: z.string().nullable(),
      deceasedOn: day.nullable(),
      movedAwayOn: day.nullable(),
      permissions: z
        .array(
          z.object({
            purpose: z.string().describe('all, or a programme.'),
            channel: z.string(),
            allowed: z.boolean(),
            at: instant,
          }),
        )
        .describe('What the person said about being contacted; the latest for each.'),
    }),
    episodes: z.array(episodeSchema),
    alsoGoingOn: z.array(z.string()).describe('Other programmes this person is in, in words.'),
  })
  .meta({ id: 'PersonRecord' });
export type PersonRecordView = z.infer<typeof personRecordSchema>;

export const optOutSchema = z
  .strictObject({ purpose: z.union([z.literal('all'), slug]).describe('all, or a programme.') })
  .meta({ id: 'OptOut' });
export type OptOut = z.infer<typeof optOutSchema>;

export const happenedOnSchema = z.strictObject({ on: day }).meta({ id: 'HappenedOn' });
export type HappenedOn = z.infer<typeof happenedOnSchema>;
