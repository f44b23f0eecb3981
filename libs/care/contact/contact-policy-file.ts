import { z } from 'zod';
import { checkFile, type Finding, type Mistake } from '#care/programmes';
import { type Duration, parseDuration } from '#platform/kernel';
import { CHANNELS } from './channel.js';
import { FORMATS, type PolicyTerms, type QuietHours } from './contact-policy.js';

export type ReadPolicy =
  | { readonly terms: PolicyTerms; readonly mistakes?: undefined }
  | { readonly terms?: undefined; readonly mistakes: readonly Mistake[] };

/** Reads the contact policy. A file with a mistake gives no terms, and all the mistakes that can be told at once. */
export function readContactPolicy(file: string, content: string): ReadPolicy {
  const { data, mistakes } = checkFile(file, content, policySchema, findContradictions);
  return data ? { terms: data } : { mistakes };
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const WRITTEN = ['email', 'sms', 'letter'] as const;
const LONGEST_DAYS = 366;
const ROUGH_DAYS: Readonly<Record<Duration['unit'], number>> = {
  seconds: 1 / 86_400,
  minutes: 1 / 1440,
  hours: 1 / 24,
  days: 1,
  weeks: 7,
  months: 30,
  'working-days': 1.4,
};
const roughDays = ({ amount, unit }: Duration): number => amount * ROUGH_DAYS[unit];

function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `one of ${Object.keys(shape).join(', ')}` : undefined),
  });
}

function each<Name extends string, Part extends z.ZodType>(names: readonly Name[], part: Part) {
  return closed(Object.fromEntries(names.map((name) => [name, part])) as Record<Name, Part>);
}

const text = z.string().trim().min(1, 'some text').max(400, 'at most 400 characters');
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a time in quotes, such as '19:00'");
const channels = z.array(z.enum(CHANNELS)).min(1, 'at least one channel');

const span = z.string().transform((written, issues): Duration => {
  const read = parseDuration(written);
  if (read && roughDays(read) > 0 && roughDays(read) <= LONGEST_DAYS) return read;
  issues.addIssue({ code: 'custom', message: 'a length of time up to a year, such as 2 days or 4 weeks' });
  return z.NEVER;
});

const quietHours = closed({
  from: clockTime.optional(),
  to: clockTime.optional(),
  days: z.array(z.enum(WEEKDAYS)).max(6, 'a day or more on which messages may go').default([]),
  bankHolidays: z.boolean().default(false),
}).transform(({ days, ...hours }): QuietHours => ({
  ...hours,
  days: days.map((name) => WEEKDAYS.indexOf(name) + 1).sort(),
}));

const policySchema = closed({
  version: z.int().min(1),
  title: text,
  sources: z
    .array(
      closed({
        title: text,
        url: z.url('an address on the web'),
        read: z.iso.date('a day as YYYY-MM-DD'),
        status: z.enum(['verified', 'unverified']),
        supports: text,
      }),
    )
    .min(1, 'at least one source, even if only our own judgement'),
  quietHours: each(WRITTEN, quietHours),
  budget: closed({ messages: z.int().min(1).max(100), within: span, apart: span }),
  merge: closed({ channels: z.array(z.enum(WRITTEN)), most: z.int().min(1).max(10) }),
  formats: each(FORMATS, channels),
});

function findContradictions({ quietHours: quiet, budget }: PolicyTerms): readonly Finding[] {
  const findings = Object.entries(quiet).flatMap(([channel, { from, to }]): Finding[] => {
    if ((from === undefined) !== (to === undefined)) {
      return [{ path: ['quietHours', channel], found: 'one time alone', expected: 'both from and to, or neither' }];
    }
    if (from === undefined || from !== to) return [];
    return [{ path: ['quietHours', channel, 'to'], expected: 'another time than from' }];
  });
  if (roughDays(budget.apart) > roughDays(budget.within)) {
    findings.push({ path: ['budget', 'apart'], expected: 'no longer than within' });
  }
  return findings;
}
