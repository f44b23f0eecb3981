import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { shippedFolder } from '#care/ingest';

const share = z.number().min(0).max(1);
const times = z.number().min(0).max(10);
const days = z.number().min(0).max(365);
const basis = z.union([z.literal('assumption'), z.array(z.string()).min(1)]);
const said = { basis, says: z.string().min(1) };
const byFifth = z.strictObject({ '1': times, '2': times, '3': times, '4': times, '5': times, unknown: times });
/** A number for each of what is named, and one for whatever is not. */
const byName = <Value extends z.ZodType>(value: Value) => z.object({ other: value }).catchall(value);

const source = z.strictObject({
  title: z.string(),
  url: z.url(),
  read: z.coerce.string(),
  status: z.enum(['verified', 'unverified']),
  supports: z.string(),
});

const staff = z.strictObject({ people: z.number().min(0).max(1000), hoursEach: z.number().min(0).max(60) });

export const assumptionsSchema = z
  .strictObject({
    version: z.int().min(1),
    sources: z.record(z.string(), source),
    letIn: z.strictObject({ ...said, overWeeks: z.int().min(1).max(52) }),
    replies: z.strictObject({
      ...said,
      /** That one message is answered, by channel. */
      chance: z.record(z.string(), share),
      byFifth,
      byAge: z.array(z.strictObject({ to: z.int(), times })).min(1),
      /** First, second, … attempt; the last stands for all later ones. */
      byAttempt: z.array(times).min(1),
      halfAnswerWithinDays: days,
      answers: z.strictObject({ yes: share, 'not-now': share, later: share, sorted: share, stop: share }),
      laterMeansDays: days,
    }),
    messages: z.strictObject({ ...said, comesBack: z.record(z.string(), share) }),
    work: z.strictObject({
      ...said,
      /** In each team, by role. */
      staff: byName(staff),
      minutes: z.strictObject({ call: z.number().min(1), measure: z.number().min(1), review: z.number().min(1) }),
    }),
    calls: z.strictObject({
      ...said,
      weights: z.strictObject({ accepted: share, reached: share, neither: share }),
      reachByFifth: byFifth,
      /** `programme/step` -> outcome -> weight */
      outcomes: z.record(z.string(), z.record(z.string(), share)),
    }),
    services: z.strictObject({
      ...said,
      placesPerWeek: byName(z.number().min(0)),
      halfAnswerWithinWorkingDays: days,
      declines: share,
      neverAnswers: share,
      startsAfterDays: days,
      finishesAfterDays: byName(days),
      completes: share,
      completesByFifth: byFifth,
      neverReports: share,
    }),
    measures: z.strictObject({ ...said, good: byName(share), byFifth, reachedByOneTry: share, triesApartDays: days }),
    rechecks: z.strictObject({
      ...said,
      results: z.strictObject({
        'still-eligible': share,
        'need-met-by-us': share,
        'need-met-by-others': share,
        'no-longer-eligible': share,
        'data-corrected': share,
      }),
    }),
    leaving: z.strictObject({
      ...said,
      perYear: z.strictObject({ died: share, 'moved-away': share, 'opted-out': share }),
    }),
  })
  .superRefine((read, context) => {
    for (const [part, value] of Object.entries(read)) {
      if (typeof value !== 'object' || !('basis' in value) || value.basis === 'assumption') continue;
      for (const name of value.basis as readonly string[]) {
        if (!(name in read.sources)) {
          context.addIssue({ code: 'custom', path: [part, 'basis'], message: `no source ${name}` });
        }
      }
    }
  });

/** What a simulation supposes about people, teams and services; shares from 0 to 1. */
export type Assumptions = z.infer<typeof assumptionsSchema>;
export type Fifth = keyof Assumptions['replies']['byFifth'];

/** Those that come with the product. Throws with every place that is wrong. */
export function shippedAssumptions(): Assumptions {
  const folder = shippedFolder('programmes/simulation');
  return readAssumptions(readFileSync(join(folder, 'assumptions.yaml'), 'utf8'));
}

/** Throws with every place that is wrong. */
export function readAssumptions(yaml: string): Assumptions {
  const read = assumptionsSchema.safeParse(parse(yaml));
  if (read.success) return read.data;
  const places = read.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new Error(`The assumptions of the simulation cannot be used:\n${places.join('\n')}`);
}

/** The number for a name, else the one for all others. */
export function named<Value>(values: { readonly other: Value } & Readonly<Record<string, Value>>, name: string): Value {
  return values[name] ?? values.other;
}
