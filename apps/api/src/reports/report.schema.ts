import { z } from 'zod';
import { day, slug } from '../http/parts.schema.js';

export const reportPath = z.object({ programme: slug });

export const reportQuery = z
  .object({ from: day.optional(), to: day.optional() })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], error: 'must not be before from' });
export type ReportQuery = z.infer<typeof reportQuery>;

const rowSchema = z
  .object({
    key: z.string(),
    title: z.string(),
    counts: z.array(z.int().nullable()).describe('One for each stage, in order; null where suppressed.'),
  })
  .meta({ id: 'ReportRow' });

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
    provenance: z.string().describe('What the figures were counted from, and when.'),
    suppression: z.string().describe('How small numbers are kept from identifying people.'),
  })
  .meta({ id: 'Report' });
export type ReportView = z.infer<typeof reportSchema>;
