import { z } from 'zod';
import { problemSchema, type Shown } from '../http/parts.schema.js';

export const liveSchema = z.object({ status: z.literal('live') }).meta({ id: 'Live' });

const partsSchema = z
  .record(z.string(), z.object({ state: z.enum(['up', 'down']), because: z.string().optional() }))
  .describe('Each part this process needs, by name.');

export const readySchema = z.object({ status: z.literal('ready'), parts: partsSchema }).meta({ id: 'Ready' });
export type ReadyView = Shown<typeof readySchema>;

export const notReadySchema = problemSchema.extend({ parts: partsSchema }).meta({ id: 'NotReady' });
export type Parts = z.infer<typeof partsSchema>;
