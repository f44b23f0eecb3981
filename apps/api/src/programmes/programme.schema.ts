import { z } from 'zod';
import { instant, slug, type Shown } from '../http/parts.schema.js';

export const programmePath = z.object({ key: slug });

const summary = {
  programme: z.string(),
  version: z.int(),
  title: z.string(),
  summary: z.string(),
  area: z.string(),
  plainRule: z.array(z.string()).describe('Who it is for, in words.'),
  sources: z.array(
    z.object({
      title: z.string(),
      url: z.string().nullable(),
      read: z.string().nullable().describe('When we read it, YYYY-MM-DD.'),
      verified: z.boolean(),
      note: z.string().nullable(),
    }),
  ),
  counts: z.object({
    actionable: z.int().describe('People the last detection found and who can be let in.'),
    notActionable: z.int().describe('People it is for, but not now.'),
    open: z.int().describe('Pathways under way.'),
    ended: z.int(),
  }),
};

export const programmeSummarySchema = z.object(summary).meta({ id: 'ProgrammeSummary' });
export const programmesSchema = z.array(programmeSummarySchema).meta({ id: 'Programmes' });
export type ProgrammeSummaryView = Shown<typeof programmeSummarySchema>;

/** A step as the programme version holds it; what is in it beside these depends on its kind. */
const stepSchema = z
  .looseObject({
    kind: z.enum(['contact', 'task', 'referral', 'wait', 'measure', 'recheck', 'branch', 'together']),
    id: z.string(),
    title: z.string(),
  })
  .meta({ id: 'PathwayStep' });

export const programmeSchema = z
  .object({
    ...summary,
    purpose: z.string(),
    notNow: z.array(z.string()).describe('When it is not the right moment, in words.'),
    priority: z.array(z.object({ points: z.int(), because: z.string() })),
    loadedAt: instant,
    leavesIf: z.array(z.string()).describe('What ends the pathway at once, in words.'),
    leaves: z
      .object({
        needMet: z.array(z.string()).describe('Each follows "The need is met for people".'),
        stillFor: z.array(z.string()).describe('Each follows "It stays for people".'),
        onceHelped: z.enum(['finish', 'leave']).describe('Whether help under way goes on to its end.'),
      })
      .nullable()
      .describe('What new data ends a pathway that is under way, in words; null when the version does not say.'),
    pathway: z
      .object({
        start: z.string(),
        steps: z.array(stepSchema),
        endings: z.array(z.object({ key: z.string(), title: z.string(), good: z.boolean() })),
      })
      .describe('What happens to a person who is let in.'),
    examples: z.array(
      z.object({
        title: z.string(),
        expected: z.string().describe('What the rule must answer for this example.'),
        found: z.string().describe('What it answers.'),
        ok: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Programme' });
export type ProgrammeView = Shown<typeof programmeSchema>;
