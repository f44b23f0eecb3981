import { z } from 'zod';
import { LARGEST_BATCH } from '#care/allocation';
import { id, instant, type Shown, slug, text } from '../http/parts.schema.js';

const stepId = z.string().min(1).max(80);
const versionNumber = z.int().min(1).max(1_000_000);
const mapping = z
  .record(stepId, stepId)
  .refine((chosen) => Object.keys(chosen).length <= 200, 'names too many steps')
  .describe('Steps of the old version, each with the step that takes its place.');
const because = z.enum(['no-counterpart', 'together', 'paused', 'not-begun', 'moving', 'ended']);
const count = z.int();
const examples = z.array(z.string()).describe('Some of these episodes, by their ids.');

export const movesQuery = z.object({ programme: slug });

const question = { programme: slug, fromVersion: versionNumber, toVersion: versionNumber, mapping: mapping.optional() };

export const moveQuestionSchema = z.strictObject(question).meta({ id: 'MoveQuestion' });
export type MoveQuestion = z.infer<typeof moveQuestionSchema>;

export const moveOrderSchema = z
  .strictObject({
    ...question,
    id: id.describe('Chosen by the sender: the same order sent twice starts one batch.'),
    reason: text(500),
    limit: z.int().min(1).max(LARGEST_BATCH).describe('At most so many, those open longest first.'),
  })
  .meta({ id: 'MoveOrder' });
export type MoveOrder = z.infer<typeof moveOrderSchema>;

const fate = z.object({ kept: count, ended: count });

export const movePreviewSchema = z
  .object({
    fromVersion: versionNumber,
    toVersion: versionNumber,
    mapping,
    canMove: count,
    steps: z.array(
      z.object({
        step: z.string(),
        title: z.string(),
        kind: z.string(),
        toStep: z.string().nullable().describe('Null where nothing takes its place.'),
        toTitle: z.string().nullable(),
        same: z.boolean().describe('The same step: what is open there is kept.'),
        canMove: count,
        examples,
      }),
    ),
    stays: z.array(z.object({ because, count, examples })),
    work: z
      .object({ task: fate, referral: fate, message: fate })
      .describe('What happens to what is open: tasks cancelled, referrals withdrawn, answers no longer waited for.'),
    landings: z
      .array(z.object({ step: z.string(), title: z.string() }))
      .describe('The steps of the new version in which somebody can be put down.'),
  })
  .meta({ id: 'MovePreview' });
export type MovePreviewView = Shown<typeof movePreviewSchema>;

export const moveBatchSchema = z
  .object({
    id: z.string(),
    programme: z.string(),
    fromVersion: versionNumber,
    toVersion: versionNumber,
    mapping,
    status: z.enum(['moving', 'moved', 'undoing', 'undone']),
    reason: z.string(),
    mine: z.boolean().describe('Asked for by the caller.'),
    createdAt: instant,
    undoUntil: instant,
    undoneAt: instant.nullable(),
    canUndo: z.boolean(),
    moves: z.array(
      z.object({
        status: z.enum(['asked', 'moved', 'refused', 'undo-asked', 'undone', 'kept']),
        because: z.string().nullable(),
        count,
        examples,
      }),
    ),
  })
  .meta({ id: 'MoveBatch' });
export type MoveBatchView = Shown<typeof moveBatchSchema>;

export const movesSchema = z
  .object({
    programme: z.string(),
    largestBatch: z.int(),
    versions: z
      .array(z.object({ version: versionNumber, live: z.boolean(), loadedAt: instant, open: count }))
      .describe('Newest first, with how many live pathways walk each.'),
    batches: z.array(moveBatchSchema).describe('The latest, newest first.'),
  })
  .meta({ id: 'Moves' });
export type MovesView = Shown<typeof movesSchema>;

export const batchPath = z.object({ id });
