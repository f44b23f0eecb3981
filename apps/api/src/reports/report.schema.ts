import { z } from 'zod';
import { day, slug, type Shown } from '../http/parts.schema.js';

export const reportPath = z.object({ programme: slug });

export const reportQuery = z
  .object({ from: day.optional(), to: day.optional() })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], error: 'must not be before from' });
export type ReportQuery = z.infer<typeof reportQuery>;

const shareSchema = z.object({ percent: z.number(), low: z.number(), high: z.number() }).meta({
  id: 'Share',
  description: 'A share in per cent with its 95% interval (Wilson), from published counts only.',
});

const cellSchema = z
  .object({
    stage: z.string(),
    count: z.int().nullable().describe('Null where suppressed.'),
    text: z.string().describe('The count as it may be shown.'),
    ofPrevious: shareSchema.nullable(),
    ofFound: shareSchema.nullable(),
  })
  .meta({ id: 'ReportCell' });

const rowSchema = z
  .object({
    key: z.string(),
    title: z.string(),
    cells: z.array(cellSchema).describe('One for each stage, in order.'),
  })
  .meta({ id: 'ReportRow' });

const points = z.number().describe('Percentage points.');

const inequalitySchema = z
  .object({
    stage: z.string(),
    title: z.string(),
    gapPoints: z
      .object({ value: points, low: points, high: points })
      .nullable()
      .describe('Share of those found in the least deprived fifth less that in the most, with its 95% interval.'),
    sii: z
      .object({ value: points })
      .nullable()
      .describe('Slope index of inequality over the five fifths; above 0 when the most deprived do worse.'),
    why: z.string().nullable().describe('Why there are no figures; null when there are.'),
  })
  .meta({
    id: 'Inequality',
    description: 'How far apart the deprivation fifths are at one stage, from published counts only.',
  });

const count = z.int().nullable().describe('Null where suppressed.');

const countSchema = z.object({ count, text: z.string() }).meta({ id: 'SingleCount' });

const endingSchema = z
  .object({
    key: z.string().describe('open where it has not ended.'),
    title: z.string(),
    exit: z.boolean().describe('Left from outside rather than reaching an end of the pathway.'),
    count,
    text: z.string(),
  })
  .meta({ id: 'ReportEnding' });

const clockSchema = z
  .object({
    clock: z.enum(['us', 'partner', 'person', 'planned', 'paused']),
    title: z.string(),
    episodes: count,
    totalHours: z.number().nullable(),
    medianHours: z.number().nullable(),
  })
  .meta({ id: 'ReportClock' });

export const reportSchema = z
  .object({
    programme: z.string(),
    version: z.int(),
    title: z.string(),
    period: z.object({ from: day, to: day }),
    stages: z.array(z.object({ key: z.string(), title: z.string() })),
    total: rowSchema,
    byQuintile: z.array(rowSchema),
    bySex: z.array(rowSchema),
    inequality: inequalitySchema,
    endings: z.array(endingSchema).describe('How the episodes ended, each exit told apart.'),
    clocks: z.array(clockSchema).describe('Whose time ran, in working hours; a working day has eight.'),
    raisedToManager: countSchema.describe('Open tasks that were raised as far as the programme manager.'),
    provenance: z.string().describe('What the figures were counted from, and when.'),
    suppression: z.string().describe('How small numbers are kept from identifying people.'),
    demoHistory: z.boolean().describe('True when the figures hold the history of a demonstration.'),
    dataTo: z.string().describe('The last change counted.'),
  })
  .meta({ id: 'Report' });
export type ReportView = Shown<typeof reportSchema>;
