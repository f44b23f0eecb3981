import { z } from 'zod';
import { DRIFT_KINDS, REPAIRS } from '#care/allocation';
import { id, instant, type Shown, text } from '../http/parts.schema.js';

const kind = z.enum(DRIFT_KINDS);
const repair = z.enum(REPAIRS);

export const driftSchema = z
  .object({
    id: z.string(),
    kind,
    personId: z.string().nullable().describe('Whose page shows the rest.'),
    programme: z.string().nullable(),
    stepTitle: z.string().nullable(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).describe('Ids and codes.'),
    foundAt: instant,
    lastSeenAt: instant,
    repairs: z.array(repair).describe('What may be done about it; the first is what is usually right.'),
    asked: repair.nullable().describe('Asked for, and not done yet.'),
    reason: z.string().nullable(),
    repairedAt: instant.nullable(),
  })
  .meta({ id: 'Drift' });
export type DriftView = Shown<typeof driftSchema>;

export const driftsSchema = z
  .object({
    counts: z.array(z.object({ kind, programme: z.string().nullable(), count: z.int() })).describe('Of everybody.'),
    items: z.array(driftSchema).nullable().describe("Those of the caller's team, oldest first; null without a team."),
    repaired: z.array(driftSchema).describe('Repaired in the last seven days, newest first.'),
    lastRun: z
      .object({ startedAt: instant, finishedAt: instant, episodes: z.int(), pathways: z.int(), drifts: z.int() })
      .nullable()
      .describe('The last comparison that came to its end.'),
    running: z.boolean().describe('A comparison is under way.'),
  })
  .meta({ id: 'Drifts' });
export type DriftsView = Shown<typeof driftsSchema>;

export const driftPath = z.object({ id });

export const repairSchema = z.strictObject({ repair, reason: text(500) }).meta({ id: 'DriftRepair' });
export type RepairBody = z.infer<typeof repairSchema>;

export const repairedSchema = z
  .object({
    done: z
      .enum(['repaired', 'gone', 'asked'])
      .describe('gone: it was no longer so, and nothing was done. asked: it is being done.'),
  })
  .meta({ id: 'DriftRepaired' });
export type RepairedView = Shown<typeof repairedSchema>;
