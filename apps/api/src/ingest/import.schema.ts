import { z } from 'zod';
import { id, instant, limit, slug, text, type Shown } from '../http/parts.schema.js';

export const importPath = z.object({ id });

export const importQuery = z.object({
  format: z.enum(['fhir-ndjson', 'csv']).describe('A CSV says by its header what it holds.'),
  source: slug.describe('Where the data comes from.'),
  name: text(200).default('upload').describe('The file, for the list of imports.'),
});
export type ImportQuery = z.infer<typeof importQuery>;

export const importResultSchema = z
  .object({
    runId: z.string(),
    name: z.string(),
    read: z.int(),
    accepted: z.int(),
    quarantined: z.int(),
    reasons: z.record(z.string(), z.int()).describe('How many rows were set aside, by reason.'),
    unused: z.record(z.string(), z.int()).describe('Rows understood and not kept, by why.'),
    remarks: z.record(z.string(), z.int()).describe('Details left out of accepted rows.'),
  })
  .meta({ id: 'ImportResult' });
export type ImportResultView = Shown<typeof importResultSchema>;

export const importsSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        source: z.string(),
        format: z.string(),
        name: z.string(),
        startedAt: instant,
        finishedAt: instant.nullable(),
        read: z.int(),
        accepted: z.int(),
        quarantined: z.int(),
      }),
    ),
  })
  .meta({ id: 'Imports' });
export type ImportsView = Shown<typeof importsSchema>;

export const quarantineQuery = z.object({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe('The last line seen.'),
  limit,
});

export type QuarantineQuery = z.infer<typeof quarantineQuery>;

export const quarantineSchema = z
  .object({
    items: z
      .array(z.object({ line: z.int(), kind: z.string(), reason: z.string(), explain: z.string() }))
      .describe('The rows set aside, without what they held.'),
  })
  .meta({ id: 'Quarantine' });
export type QuarantineView = Shown<typeof quarantineSchema>;
