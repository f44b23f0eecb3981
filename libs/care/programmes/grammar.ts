import { z } from 'zod';
import { parseDuration, type Duration } from '#platform/kernel';
import { FACT_KINDS } from '#care/ingest';
import { PERSON_PARTS, type Leaf, type Rule } from './rule.js';
import { LONGEST, roughDays } from './lengths.js';
import { AREAS, CHANNELS, INSTRUMENTS, PURPOSES, RAISED_TO, SERVICES, TASK_ROLES, WEEKDAYS } from './vocabulary.js';

type Issues = z.RefinementCtx;

/** Kinds whose facts can be ended by a later `resolved` of the same code. */
export const STANDING_KINDS = ['condition', 'housing', 'social', 'flag'] as const;
const oneOf = (words: readonly string[]): string => `one of ${words.join(', ')}`;

/** An object that refuses a key it does not know, and says which it knows. */
function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? oneOf(Object.keys(shape)) : undefined),
  });
}

const word = z.string().regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a name in lower case with hyphens, such as first-call');
const text = z.string().trim().min(1, 'some text').max(400);
const day = z.iso.date('a day as YYYY-MM-DD');

/** A length of time above nothing: `7 days`, `5 working days`, `2 years`. */
const span = z.string().transform((written, issues): Duration => {
  const years = /^(\d{1,2}) years?$/.exec(written.trim());
  const read = years ? { amount: Number(years[1]) * 12, unit: 'months' as const } : parseDuration(written);
  if (read && read.amount > 0) return read;
  issues.addIssue({
    code: 'custom',
    message: 'a length of time, such as 7 days, 5 working days, 2 weeks or 12 months',
  });
  return z.NEVER;
});

/** A length that somebody may be kept waiting, or left in peace. */
const length = span.refine((written) => roughDays(written) <= roughDays(LONGEST), {
  error: 'at most 5 years: nobody waits longer, and a version this old is no longer in use',
});

/** A length that a calendar can look back over. */
const lookBack = span.refine(({ unit }) => unit !== 'working-days', 'a length in days, weeks, months or years');

const codes = z.array(word).min(1);

const pressure = closed({
  systolic: z.int().min(70).max(300),
  diastolic: z.int().min(30).max(200),
}).refine(({ systolic, diastolic }) => systolic > diastolic, 'a systolic figure above the diastolic one');

const standing = (kind: string, code: string): Leaf => ({ test: 'standing', kind, any: [code] });

const LEAVES = {
  age: closed({ from: z.int().min(0).max(120).optional(), to: z.int().min(0).max(120).optional() })
    .refine(({ from, to }) => from !== undefined || to !== undefined, 'from, to or both')
    .refine(({ from = 0, to = from }) => from <= to, 'an age range that is not empty')
    .transform((age): Leaf => ({ test: 'age', ...age })),
  latest: closed({
    of: z.enum(FACT_KINDS),
    is: word.optional(),
    isAny: codes.optional(),
    within: lookBack.optional(),
  })
    .refine(({ is, isAny }) => (is === undefined) !== (isAny === undefined), 'either is or isAny')
    .transform(({ of, is, isAny, within }): Leaf => ({
      test: 'latest',
      of,
      isAny: isAny ?? [is ?? ''],
      ...(within && { within }),
    })),
  recorded: closed({ kind: z.enum(FACT_KINDS), any: codes.optional(), within: lookBack.optional() }).transform(
    (recorded): Leaf => ({ test: 'recorded', ...recorded }),
  ),
  standing: closed({ kind: z.enum(STANDING_KINDS), any: codes, within: lookBack.optional() }).transform(
    (state): Leaf => ({ test: 'standing', ...state }),
  ),
  reading: closed({
    of: z.enum(['blood-pressure']),
    from: closed({ clinic: pressure, home: pressure, match: z.enum(['either', 'both']).default('either') }).optional(),
    within: lookBack.optional(),
    olderThan: lookBack.optional(),
  }).transform((reading): Leaf => ({ test: 'reading', ...reading })),
  register: word.transform((code) => standing('condition', code)),
  flag: word.transform((code) => standing('flag', code)),
  pregnant: closed({ within: lookBack }).transform(({ within }): Leaf => ({
    test: 'standing',
    kind: 'flag',
    any: ['pregnant'],
    within,
  })),
  enrolledIn: word.transform((programme): Leaf => ({ test: 'enrolledIn', programme })),
  deprivation: closed({ deciles: z.array(z.int().min(1).max(10)).min(1) }).transform(({ deciles }): Leaf => ({
    test: 'deprivation',
    deciles,
  })),
  personHasNo: z.enum(PERSON_PARTS).transform((what): Leaf => ({ test: 'personHasNo', what })),
} as const satisfies Readonly<Record<string, z.ZodType<Leaf>>>;

const RULE_WORDS = ['all', 'any', 'not', ...Object.keys(LEAVES)];

/** A rule is one word with what it needs: `all`, `any` and `not` hold rules, the rest ask about a person. */
export const ruleSchema: z.ZodType<Rule> = z.unknown().transform((value, issues) => readRule(value, issues, []));

function readRule(value: unknown, issues: Issues, path: readonly (string | number)[]): Rule {
  const refuse = (message: string, at = path): typeof z.NEVER => {
    issues.addIssue({ code: 'custom', message, path: [...at] });
    return z.NEVER;
  };
  const entries = isGroup(value) ? Object.entries(value) : [];
  const [entry, ...others] = entries;
  if (!entry) return refuse(`a rule: ${oneOf(RULE_WORDS)}`);
  const [name, content] = entry;
  if (others.length > 0) return refuse('one word a rule; write all: or any: around several');
  if (name === 'not') return { test: 'not', rule: readRule(content, issues, [...path, name]) };
  if (name === 'all' || name === 'any') {
    if (!Array.isArray(content) || content.length === 0) return refuse('a list of at least one rule', [...path, name]);
    return { test: name, rules: content.map((part, index) => readRule(part, issues, [...path, name, index])) };
  }
  if (!isLeafName(name)) {
    issues.addIssue({ code: 'custom', message: oneOf(RULE_WORDS), path: [...path, name], params: { atKey: true } });
    return z.NEVER;
  }
  return within(LEAVES[name].safeParse(content), issues, [...path, name]);
}

function isLeafName(name: string): name is keyof typeof LEAVES {
  return Object.hasOwn(LEAVES, name);
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Hands on what a schema found wrong, at its place in the whole. */
function within<Result>(
  outcome: z.ZodSafeParseResult<Result>,
  issues: Issues,
  path: readonly (string | number)[],
): Result {
  if (outcome.success) return outcome.data;
  for (const issue of outcome.error.issues) {
    const { expected, atKey } = asExpectation(issue);
    const places = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    for (const place of places) {
      issues.addIssue({ code: 'custom', message: expected, path: [...path, ...(place as Path)], params: { atKey } });
    }
  }
  return z.NEVER;
}

type Path = readonly (string | number)[];

/** What an issue of the schema expected, in words. */
export function asExpectation(issue: z.core.$ZodIssue): { readonly expected: string; readonly atKey: boolean } {
  const atKey = issue.code === 'unrecognized_keys' || (issue.code === 'custom' && issue.params?.['atKey'] === true);
  if (issue.code === 'invalid_value') return { expected: oneOf(issue.values.map(String)), atKey };
  const expected = issue.message
    .replace(/^.*?expected /, '')
    .replace(/, received.*$/, '')
    .replace(/^\w+ to (?:be|have) ([<>])=/, (_, sign) => (sign === '<' ? 'at most ' : 'at least '));
  const plain: Readonly<Record<string, string>> = {
    object: 'a group of settings',
    array: 'a list',
    string: 'text',
    int: 'a whole number',
    number: 'a number',
  };
  return { expected: plain[expected] ?? expected, atKey };
}

const common = { title: text };
/** A step's id, `end(ending)`, or `back(step)` in a branch. Whether it exists is checked when all steps are known. */
const target = z
  .string()
  .regex(
    /^([a-z][a-z0-9-]*|(end|back)\([a-z][a-z0-9-]*\))$/,
    'a step, end(…) with an ending, or back(…) with a together step',
  );
const marks = z.array(z.enum(['reached', 'accepted'])).default([]);
const role = z.enum(TASK_ROLES);

/** Each word once. */
const several = <Word extends string>(words: readonly Word[]): z.ZodType<Word[]> =>
  z
    .array(z.enum(words))
    .min(1)
    .refine((list) => new Set(list).size === list.length, 'each of them once');

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, such as 09:00');

const hours = closed({ from: clockTime, to: clockTime, days: several(WEEKDAYS) })
  .refine(({ from, to }) => from < to, { error: 'a time after from', path: ['to'] })
  .transform(({ from, to, days }) => ({ from, to, days: days.map((name) => WEEKDAYS.indexOf(name) + 1).sort() }));

const contactParts = {
  contact: word,
  ...common,
  template: word,
  hours: hours.optional(),
  phone: closed({ title: text, role, due: length }).optional(),
  linkLasts: length,
  replied: closed({ yes: target, 'not-now': target, sorted: target }),
  silent: target,
};

/** A contact whose attempts are not alike. */
const plannedContact = closed({
  ...contactParts,
  plan: z
    .array(closed({ channels: several(CHANNELS), wait: length, template: word.optional() }))
    .min(1)
    .max(6),
});

const STEPS = {
  contact: closed({
    ...contactParts,
    channels: several(CHANNELS),
    attempts: z.int().min(1).max(6),
    every: length,
  }),
  task: closed({
    task: word,
    ...common,
    role,
    due: length,
    escalate: z.array(closed({ after: length, to: z.enum(RAISED_TO) })).default([]),
    outcomes: z.array(closed({ key: word, label: text, hint: text.optional(), next: target, marks })).min(1),
  }),
  referral: closed({
    referral: word,
    ...common,
    service: z.enum(SERVICES),
    need: text,
    acceptWithin: length,
    reroute: z.int().min(0).max(10),
    finishWithin: length,
    completed: target,
    notCompleted: target,
    refused: target,
  }),
  wait: closed({ wait: word, ...common, for: length, next: target }),
  measure: closed({
    measure: word,
    ...common,
    instrument: z.enum(Object.keys(INSTRUMENTS) as (keyof typeof INSTRUMENTS)[]),
    role,
    after: length,
    window: length,
    results: z
      .array(
        closed({
          ...{ key: word, label: text, hint: text.optional(), good: z.boolean(), next: target },
          ...{ valueFrom: z.number().optional(), valueBelow: z.number().optional() },
        }),
      )
      .min(1),
    value: closed({ label: text, unit: text, min: z.number(), max: z.number(), second: text.optional() })
      .refine(({ min, max }) => min < max, 'a range whose min is below its max')
      .optional(),
    lost: target,
  }),
  recheck: closed({ recheck: word, ...common, still: target }),
  branch: closed({
    branch: word,
    ...common,
    ways: z.array(closed({ when: ruleSchema, because: text, next: target })).min(1),
    otherwise: target,
  }),
  together: closed({
    together: word,
    ...common,
    branches: z
      .array(closed({ key: word, title: text, start: word }))
      .min(2)
      .max(4),
    until: z.enum(['all', 'first']).default('all'),
    next: target,
  }),
} as const;

export type StepKind = keyof typeof STEPS;
export const STEP_KINDS = Object.keys(STEPS) as StepKind[];
export type WrittenStep =
  | { [Kind in StepKind]: { kind: Kind } & z.output<(typeof STEPS)[Kind]> }[StepKind]
  | ({ kind: 'contact' } & z.output<typeof plannedContact>);

const stepSchema = z.unknown().transform((value, issues): WrittenStep => {
  const kind = isGroup(value) ? STEP_KINDS.find((one) => Object.hasOwn(value, one)) : undefined;
  if (!kind) {
    const first = isGroup(value) ? Object.keys(value)[0] : undefined;
    issues.addIssue({
      code: 'custom',
      message: oneOf(STEP_KINDS),
      path: first ? [first] : [],
      params: { atKey: first !== undefined },
    });
    return z.NEVER;
  }
  const planned = kind === 'contact' && Object.hasOwn(value as object, 'plan');
  const schema = planned ? plannedContact : STEPS[kind];
  return { kind, ...within<object>(schema.safeParse(value), issues, []) } as WrittenStep;
});

const exampleFact = closed({
  kind: z.enum(FACT_KINDS),
  code: word,
  systolic: z.number().optional(),
  diastolic: z.number().optional(),
  ago: z.string().transform((written, issues): Duration => {
    const read = written === 'today' ? { amount: 0, unit: 'days' as const } : span.safeParse(written).data;
    if (read) return read;
    issues.addIssue({ code: 'custom', message: 'today, or a length of time such as 3 months' });
    return z.NEVER;
  }),
});

const exampleSchema = closed({
  name: text,
  age: z.int().min(0).max(120).optional(),
  born: day.optional(),
  decile: z.int().min(1).max(10).optional(),
  hasNo: z.array(z.enum(PERSON_PARTS)).default([]),
  facts: z.array(exampleFact).default([]),
  enrolledIn: z.array(word).default([]),
  ended: closed({ ending: word, ago: span }).optional(),
  optedOut: z.boolean().default(false),
  expect: z.enum(['actionable', 'not-actionable', 'not-eligible']),
  because: text.optional(),
  priority: z.int().optional(),
}).refine(({ age, born }) => (age === undefined) !== (born === undefined), 'either age or born');

/** A programme file as written. What spans several places is checked afterwards. */
export const programmeSchema = closed({
  programme: word,
  version: z.int().min(1),
  title: text,
  summary: text,
  area: z.enum(Object.keys(AREAS) as (keyof typeof AREAS)[]),
  purpose: z.enum(PURPOSES),
  sources: z
    .array(
      closed({
        title: text,
        url: z.url({ protocol: /^https$/, error: 'a web address that begins with https://' }),
        read: day,
        status: z.enum(['verified', 'unverified']),
        supports: text,
      }),
    )
    .min(1),
  eligible: ruleSchema,
  notActionable: z.array(closed({ when: ruleSchema, because: text })).default([]),
  priority: z.array(closed({ points: z.int().min(1).max(100), when: ruleSchema, because: text })).default([]),
  coolOff: z.record(z.string(), length),
  leave: closed({
    needMet: ruleSchema.optional(),
    stillFor: ruleSchema.optional(),
    onceHelped: z.enum(['finish', 'leave']).default('leave'),
  })
    .refine(({ needMet, stillFor }) => Boolean(needMet ?? stillFor), 'needMet, stillFor or both')
    .optional(),
  triggers: closed({ accepts: ruleSchema, duringCoolOff: z.enum(['start', 'suppress']) }),
  endings: z.array(closed({ key: word, title: text, good: z.boolean() })).min(1),
  pathway: z.array(stepSchema).min(1),
  examplesOn: day,
  examples: z.array(exampleSchema).min(1),
});

export type WrittenProgramme = z.output<typeof programmeSchema>;
