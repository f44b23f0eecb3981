import { z } from 'zod';

// Postgres cannot hold NUL in text, and half a surrogate pair is not text at all.
const UNSTORABLE = /\0|\p{Surrogate}/u;

/** Free text that people type: trimmed, storable, never longer than `most` characters. */
export const text = (most: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine((typed) => !UNSTORABLE.test(typed), 'has characters that cannot be kept');

/** The stable key of a programme, team or organisation. */
export const slug = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be a key such as stop-smoking')
  .max(80);

export const id = z.uuid({ error: 'must be a UUID' }).transform((written) => written.toLowerCase());

/** A place in a list, as an earlier answer gave it. */
export const cursor = z
  .string()
  .regex(/^[A-Za-z0-9_.~=-]{1,400}$/, 'must be a nextCursor of an earlier answer')
  .optional();

export const limit = z.coerce.number().int().min(1).max(200).default(50);

export const version = z.int().min(0).max(2_147_483_647);

/** An instant of an answer; JSON writes it as ISO 8601 in UTC. */
export const instant = z.date().meta({ type: 'string', format: 'date-time' });

export const day = z.iso.date().describe('A calendar day, YYYY-MM-DD.');

/** An error of this API (RFC 9457). `code` is stable; `detail` may be reworded. */
export const problemSchema = z
  .object({
    type: z.string().describe('Where this kind of problem is explained.'),
    title: z.string(),
    status: z.int(),
    code: z.string().describe('Stable name of the problem, such as tasks.task_missing.'),
    detail: z.string(),
    instance: z.string().describe('The id of this request, as it stands in the log.'),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong with the request, place by place.'),
  })
  .meta({ id: 'Problem' });
export type ProblemView = z.infer<typeof problemSchema>;

export const reasonSchema = z
  .object({
    text: z.string(),
    source: z.string().nullable(),
    at: instant.nullable().describe('When the fact was recorded.'),
  })
  .meta({ id: 'Reason' });

export const priorityPartSchema = z.object({ points: z.int(), because: z.string() }).meta({ id: 'PriorityPart' });

/** What a schema describes, as a handler returns it: rooms hand out what nobody may change. */
export type Shown<Schema extends z.ZodType> = Frozen<z.output<Schema>>;
type Frozen<T> = T extends Date ? T : T extends object ? { readonly [K in keyof T]: Frozen<T[K]> } : T;
