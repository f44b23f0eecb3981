import { z } from 'zod';
import { slug } from '../http/parts.schema.js';

export const programmePath = z.object({ key: slug });

const summary = {
  programme: z.string(),
  version: z.int(),
  title: z.string(),
  summary: z.string(),
  area: z.string(),
  plainRule: z.array(z.string()).describe('Who it is for, in words.'),
  sources: z.array(z.object({ title: z.string(), url: z.string(), read: z.string().nullable() })),
  counts: z.object({
    found: z.int().describe('People the last detection found and who can be let in.'),
    notActionable: z.int().describe('People it is for, but not now.'),
    open: z.int().describe('Pathways under way.'),
    ended: z.int(),
  }),
};

export const programmeSummarySchema = z.object(summary).meta({ id: 'ProgrammeSummary' });
export const programmesSchema = z.array(programmeSummarySchema).meta({ id: 'Programmes' });
export type ProgrammeSummaryView = z.infer<typeof programmeSummarySchema>;

export const programmeSchema = z
  .object({
    ...summary,
    purpose: z.string(),
    notNow: z.array(z.string()).describe('When it is not the right moment, in words.'),
    priority: z.array(z.object({ points: z.int(), because: z.string() })),
    steps: z.array(z.object({ id: z.string(), kind: z.string(), title: z.string() })),
    endings: z.array(z.object({ key: z.string(), title: z.string(), good: z.boolean() })),
    examples: z.array(
      z.object({ name: z.string(), expect: z.string().describe('What the rule must answer for this example.') }),
    ),
  })
  .meta({ id: 'Programme' });
export type ProgrammeView = z.infer<typeof programmeSchema>;
