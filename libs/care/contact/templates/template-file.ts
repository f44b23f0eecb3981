import { z } from 'zod';
import { checkFile, type Finding, type Mistake } from '#care/programmes';
import { fieldsOf, LONGEST, strayBraces } from './fields.js';
import { findSensitive, frameOf, LANGUAGES } from './frame.js';
import { LONGEST_TEXT } from './text-length.js';
import { FIELDS, type LanguageWords, type Slot, type TemplateDefinition, type Wording } from './wording.js';

/** Who signed a template off, when a file brings its approval with it. */
export interface FileApproval {
  readonly by: string;
  readonly on: string;
}

export type ReadTemplate =
  | {
      readonly definition: TemplateDefinition;
      readonly approved: FileApproval | null;
      readonly mistakes?: undefined;
    }
  | { readonly definition?: undefined; readonly approved?: undefined; readonly mistakes: readonly Mistake[] };

/** Reads one template. A file with a mistake gives no definition, and all the mistakes that can be told at once. */
export function readTemplate(file: string, content: string): ReadTemplate {
  const { data, mistakes } = checkFile(file, content, templateSchema, (written) => crossChecks(file, written));
  if (!data) return { mistakes };
  return { definition: define(data), approved: data.approved ?? null };
}

/** An object that refuses a key it does not know, and says which it knows. */
function closed<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? `one of ${Object.keys(shape).join(', ')}` : undefined),
  });
}

const line = (most: number): z.ZodString =>
  z.string().trim().min(1, 'some text').max(most, `at most ${most} characters`);
const paragraphs = z.array(line(600)).min(1, 'at least one paragraph').max(8, 'at most eight paragraphs');

const email = closed({ subject: line(90), paragraphs, button: line(60) });
const letter = closed({ heading: line(120), paragraphs });
const page = closed({ heading: line(120), body: line(600), yes: line(60), thanks: line(400) });
const standard = closed({ email, sms: line(LONGEST_TEXT), letter, page });
const easyRead = closed({ email: email.optional(), letter: letter.optional(), page: page.optional() });

const templateSchema = closed({
  template: z
    .string()
    .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'a name in lower case with hyphens, such as walk-more-invite'),
  version: z.int().min(1),
  title: line(120),
  purpose: line(300),
  approved: closed({
    by: z.enum(['clinical-lead']),
    on: z.iso.date('a day as YYYY-MM-DD'),
  }).optional(),
  languages: closed(
    Object.fromEntries(
      LANGUAGES.map((tag) => [
        tag,
        closed({
          status: z.enum(tag === 'en' ? ['original'] : ['checked', 'unverified']),
          standard,
          'easy-read': easyRead.optional(),
        }).optional(),
      ]),
    ),
  ),
});
type Written = z.output<typeof templateSchema>;
type WrittenLanguage = NonNullable<Written['languages'][string]>;

function crossChecks(file: string, written: Written): readonly Finding[] {
  const name = /([^/\\]+)\.ya?ml$/.exec(file)?.[1];
  const findings: Finding[] = [];
  if (name !== written.template) {
    findings.push({ path: ['template'], expected: `the name of the file, ${name ?? file}` });
  }
  if (!written.languages['en']) {
    findings.push({ path: ['languages'], found: 'no English', expected: 'en, which everybody falls back to' });
  }
  for (const [tag, words] of Object.entries(written.languages)) {
    if (!words) continue;
    findings.push(...wordChecks(tag, 'standard', words.standard));
    findings.push(...wordChecks(tag, 'easy-read', words['easy-read'] ?? {}));
  }
  return findings;
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly slot: Slot;
  readonly text: string;
}

function wordChecks(tag: string, format: 'standard' | 'easy-read', words: Partial<Wording>): readonly Finding[] {
  const places = placesOf(words).map((place) => ({ ...place, path: ['languages', tag, format, ...place.path] }));
  return places.flatMap((place) => [...fieldChecks(place), ...privacyChecks(place, tag), ...textChecks(place, tag)]);
}

function placesOf({ email: mail, sms, letter: post, page: reply }: Partial<Wording>): readonly Place[] {
  return [
    ...(mail
      ? [
          { path: ['email', 'subject'], slot: 'subject' as const, text: mail.subject },
          ...mail.paragraphs.map((text, index) => ({
            path: ['email', 'paragraphs', index],
            slot: 'paragraph' as const,
            text,
          })),
          { path: ['email', 'button'], slot: 'button' as const, text: mail.button },
        ]
      : []),
    ...(sms === undefined ? [] : [{ path: ['sms'], slot: 'sms' as const, text: sms }]),
    ...(post
      ? [
          { path: ['letter', 'heading'], slot: 'button' as const, text: post.heading },
          ...post.paragraphs.map((text, index) => ({
            path: ['letter', 'paragraphs', index],
            slot: 'paragraph' as const,
            text,
          })),
        ]
      : []),
    ...(reply
      ? Object.entries(reply).map(([part, text]) => ({ path: ['page', part], slot: 'page' as const, text }))
      : []),
  ];
}

function fieldChecks({ path, slot, text }: Place): readonly Finding[] {
  const allowed: readonly string[] = FIELDS[slot];
  const expected =
    allowed.length > 0 ? `one of ${allowed.join(', ')}` : 'no field here: these words are the same for everybody';
  if (strayBraces(text)) {
    return [
      {
        path,
        found: `braces that do not pair: ${strayBraces(text)}`,
        expected: 'fields such as {{given}}',
        mend: 'Put two braces on each side',
      },
    ];
  }
  return [...text.matchAll(/\{\{\s*([\w-]*)\s*\}\}/g)]
    .filter(([all, name = '']) => !allowed.includes(name) || all !== `{{${name}}}`)
    .map(([all, name = '']) =>
      allowed.includes(name)
        ? { path, found: all, expected: `{{${name}}} without spaces` }
        : { path, found: name || 'a field without a name', expected },
    );
}

/** What a locked phone shows must not say what the message is about. */
function privacyChecks({ path, slot, text }: Place, language: string): readonly Finding[] {
  if (slot !== 'subject' && slot !== 'sms') return [];
  const word = findSensitive(text, language);
  if (!word) return [];
  return [
    {
      path,
      found: `"${word}", which shows on a locked phone`,
      expected: 'words that say nothing about health or home',
      mend: 'Say it in the message or on the page',
    },
  ];
}

function textChecks({ path, slot, text }: Place, language: string): readonly Finding[] {
  if (slot !== 'sms') return [];
  const asked = fieldsOf(text);
  const findings: Finding[] = (['link', 'stop'] as const)
    .filter((field) => !asked.includes(field))
    .map((field) => ({
      path,
      found: `a text message without {{${field}}}`,
      expected: field === 'link' ? 'one, where they answer' : 'one, where they say stop',
      mend: `Add {{${field}}} to the text`,
    }));
  const longest = longestText(text, language);
  if (longest > LONGEST_TEXT) {
    findings.push({
      path,
      found: `up to ${longest} characters with its fields filled in`,
      expected: `at most ${LONGEST_TEXT}, the most that GOV.UK Notify takes`,
      mend: `Shorten it by ${longest - LONGEST_TEXT} characters`,
    });
  }
  return findings;
}

/** A text at its longest: the longer greeting, and every field full. */
function longestText(text: string, language: string): number {
  const { textProxyGreeting } = frameOf(language);
  return `${textProxyGreeting} ${text}`.replaceAll(/\{\{(\w+)\}\}/g, (_all, name: string) =>
    'x'.repeat(name in LONGEST ? LONGEST[name as keyof typeof LONGEST] : 0),
  ).length;
}

/** Always in the same order, so that equal words have an equal hash. */
function define({ template, version, title, purpose, languages }: Written): TemplateDefinition {
  const words = LANGUAGES.flatMap((tag): [string, LanguageWords][] => {
    const written: WrittenLanguage | undefined = languages[tag];
    if (!written) return [];
    const { status, standard: said, 'easy-read': easy = {} } = written;
    return [[tag, { status, standard: said, easyRead: easy }]];
  });
  return { template, version, title, purpose, languages: Object.fromEntries(words) };
}

/** Words that differ from what was loaded under the same version. */
export function sayUsedVersion(file: string, content: string, version: number): Mistake {
  return sayOf(file, content, {
    path: ['version'],
    found: `version ${version} with other words than were loaded as version ${version} before`,
    expected: 'a higher version for what has changed',
  });
}

/** An approval of a day that has not come. */
export function sayNotYetApproved(file: string, content: string, on: string): Mistake {
  return sayOf(file, content, {
    path: ['approved', 'on'],
    found: on,
    expected: 'the day it was approved, not later than today',
  });
}

function sayOf(file: string, content: string, finding: Finding): Mistake {
  const { mistakes = [] } = checkFile(file, content, z.unknown(), () => [finding]);
  return mistakes[0]!;
}
