import { z } from 'zod';
import { slug, type Shown } from '../http/parts.schema.js';

export const detectSchema = z
  .strictObject({ programme: slug.optional().describe('Every live programme when absent.') })
  .meta({ id: 'Detect' });
export type Detect = z.infer<typeof detectSchema>;

export const detectionsSchema = z
  .object({
    items: z.array(
      z.object({
        programme: z.string(),
        runId: z.string(),
        assessed: z.int(),
        found: z.int(),
        notActionable: z.int(),
        entered: z.int(),
        gone: z.int(),
        letIn: z.int().describe('People whose pathway this run started.'),
        left: z.int().describe('People under way who need it no longer; their pathways were told to end.'),
        milliseconds: z.number(),
      }),
    ),
  })
  .meta({ id: 'Detections' });
export type DetectionsView = Shown<typeof detectionsSchema>;
