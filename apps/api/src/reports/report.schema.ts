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
    provenance: z.string().describe('What the figures were counted from, and when.'),
    suppression: z.string().describe('How small numbers are kept from identifying people.'),
    demoHistory: z.boolean().describe('True when the figures hold the history of a demonstration.'),
    dataTo: z.string().describe('The last change counted.'),
  })
  .meta({ id: 'Report' });
export type ReportView = Shown<typeof reportSchema>;
