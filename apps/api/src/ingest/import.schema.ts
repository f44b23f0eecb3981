import { z } from 'zod';
import { id, instant, slug, text } from '../http/parts.schema.js';

export const importPath = z.object({ id });

export const importQuery = z
  .object({
    format: z.enum(['fhir-ndjson', 'csv']),
    source: slug.describe('Where the data comes from.'),
    kind: z.enum(['people', 'facts', 'permissions']).optional().describe('What a CSV holds.'),
    name: text(200).default('upload').describe('The file, for the list of imports.'),
  })
  .refine(({ format, kind }) => format !== 'csv' || kind !== undefined, {
    path: ['kind'],
    error: 'says what the CSV holds: people, facts or permissions',
  });
export type ImportQuery = z.infer<typeof importQuery>;

export const importResultSchema = z
  .object({
    runId: z.string(),
    read: z.int(),
    accepted: z.int(),
    quarantined: z.int(),
    reasons: z.record(z.string(), z.int()).describe('How many rows were set aside, by reason.'),
  })
  .meta({ id: 'ImportResult' });

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
export type ImportsView = z.infer<typeof importsSchema>;

export const quarantineSchema = z
  .object({
    items: z
      .array(z.object({ line: z.int(), kind: z.string(), reason: z.string(), explain: z.string() }))
      .describe('The rows set aside, without what they held.'),
  })
  .meta({ id: 'Quarantine' });
export type QuarantineView = z.infer<typeof quarantineSchema>;
