import { DateTime } from 'luxon';
import { isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { before, type Duration } from '#platform/kernel';
import type { Example, Known, NotActionable, ProgrammeDefinition } from './definition.js';
import { checkFile, findingsOf, openFile } from './checked-file.js';
import { answersFrom } from './evaluate.js';
import { programmeSchema, type WrittenProgramme } from './grammar.js';
import { judge } from './judgement.js';
import type { Finding, Mistake, Path } from './mistake.js';
import { leavesOf, type Rule } from './rule.js';
import { findBrokenReferences, withResolutions } from './references.js';
import { compileScript } from './script.js';
import { findBrokenShape } from './shape.js';
import { findUnworkable } from './workable.js';
import { AREAS, EXITS } from './vocabulary.js';

/** What a file may refer to beside itself. */
export interface Surroundings {
  /** All facts the code lists give, as kind/code. */
  readonly facts: readonly string[];
  /** Names of the message templates there are; not checked when absent. */
  readonly templates?: readonly string[];
  /** Those of which a version is approved; not checked when absent. */
  readonly approvedTemplates?: readonly string[];
  /** Keys of all programmes. */
  readonly programmes?: readonly string[];
}

export type ReadFile =
  | { readonly definition: ProgrammeDefinition; readonly mistakes?: undefined }
  | { readonly definition?: undefined; readonly mistakes: readonly Mistake[] };

/** Reads one programme. A file with a mistake gives no definition, and all the mistakes that can be told at once. */
export function readProgramme(file: string, content: string, around: Surroundings): ReadFile {
  const opened = openFile(file, content);
  if (opened.mistakes) return { mistakes: opened.mistakes };
  const raw = opened.said;
  const outcome = programmeSchema.safeParse(raw);
  const findings = [
    ...(outcome.success ? [] : findingsOf(outcome.error)),
    ...findBrokenReferences(raw, withResolutions(around.facts)),
  ];
  if (outcome.success) {
    findings.push(...crossChecks(file, outcome.data, around));
    if (findings.length === 0) {
      const definition = define(outcome.data);
      findings.push(
        ...findBrokenShape(definition.script),
        ...findUnworkable(outcome.data),
        ...failingExamples(definition),
      );
      if (findings.length === 0) return { definition };
    }
  }
  return { mistakes: opened.tell(findings) };
}

/** Checks across places of one file, and against what is around it. */
function crossChecks(file: string, written: WrittenProgramme, around: Surroundings): readonly Finding[] {
  const name = /([^/\\]+)\.ya?ml$/.exec(file)?.[1];
  const endings = [...written.endings.map(({ key }) => key), ...EXITS];
  const findings: Finding[] = [];
  if (name !== written.programme) {
    findings.push({ path: ['programme'], expected: `the name of the file, ${name ?? file}` });
  }
  for (const ending of Object.keys(written.coolOff)) {
    if (ending !== 'otherwise' && !endings.includes(ending)) {
      findings.push({
        path: ['coolOff', ending],
        atKey: true,
        expected: `one of ${['otherwise', ...endings].join(', ')}`,
      });
    }
  }
  written.pathway.forEach((step, index) => {
    if (step.kind !== 'contact' || !around.templates) return;
    const { templates, approvedTemplates = templates } = around;
    const attempts = 'plan' in step ? step.plan : [];
    const named = [
      { template: step.template, path: ['pathway', index, 'template'] },
      ...attempts.map(({ template = step.template }, place) => ({
        template,
        path: ['pathway', index, 'plan', place, 'template'],
      })),
    ];
    for (const { template, path } of named.filter(({ template: one }, place) => place === 0 || one !== step.template)) {
      if (!templates.includes(template)) findings.push({ path, expected: `one of ${templates.join(', ')}` });
      else if (!approvedTemplates.includes(template)) {
        findings.push({
          path,
          expected: 'a template of which a version is approved',
          mend: 'Have a clinical lead approve one under Templates, and load this file again',
        });
      }
    }
  });
  written.endings.forEach(({ key }, index) => {
    if (EXITS.some((exit) => exit === key)) {
      findings.push({
        path: ['endings', index, 'key'],
        expected: 'another name than that of an exit',
        mend: 'People leave by themselves for this; name the ending for what the pathway came to',
      });
    }
  });
  for (const { path, rule } of rulesOf(written)) {
    for (const leaf of leavesOf(rule)) {
      if (leaf.test === 'enrolledIn' && around.programmes && !around.programmes.includes(leaf.programme)) {
        findings.push({
          path,
          found: `enrolledIn: ${leaf.programme}`,
          expected: `one of ${around.programmes.join(', ')}`,
        });
      }
    }
  }
  return findings;
}

function rulesOf(written: WrittenProgramme): readonly { readonly path: Path; readonly rule: Rule }[] {
  return [
    { path: ['eligible'], rule: written.eligible },
    { path: ['triggers', 'accepts'], rule: written.triggers.accepts },
    ...(['needMet', 'stillFor'] as const).flatMap((part) => {
      const rule = written.leave?.[part];
      return rule ? [{ path: ['leave', part], rule }] : [];
    }),
    ...written.pathway.flatMap((step, place) =>
      step.kind === 'branch'
        ? step.ways.map(({ when }, index) => ({ path: ['pathway', place, 'ways', index, 'when'], rule: when }))
        : [],
    ),
    ...(['notActionable', 'priority'] as const).flatMap((list) =>
      written[list].map(({ when }, index) => ({ path: [list, index, 'when'], rule: when })),
    ),
  ];
}

function define(written: WrittenProgramme): ProgrammeDefinition {
  const { programme, version, title, summary, purpose, sources, eligible, priority, leave, triggers } = written;
  const coolOff = Object.entries(written.coolOff).map(([ending, lasts]) => ({
    ending: ending === 'otherwise' ? null : ending,
    lasts,
  }));
  // These stand in every programme, so that no file can forget them.
  const always: readonly NotActionable[] = [
    { when: { test: 'optedOut', programme }, because: 'Asked not to be contacted about this' },
    { when: { test: 'enrolledIn', programme }, because: 'Already being helped by this programme' },
    { when: { test: 'coolingOff', programme, after: coolOff }, because: 'This programme ended for them recently' },
  ];
  return {
    programme,
    version,
    title,
    summary,
    area: AREAS[written.area],
    purpose,
    sources,
    eligible,
    notActionable: [...written.notActionable, ...always],
    priority,
    coolOff,
    ...(leave && { leave }),
    triggers,
    script: compileScript(written),
    examples: written.examples.map((example) => asExample(programme, example, written.examplesOn)),
  };
}

type WrittenExample = WrittenProgramme['examples'][number];

/** Examples are of a fixed day, noon in Greenwich, so that they mean the same whenever the file is loaded. */
function asExample(programme: string, written: WrittenExample, on: string): Example {
  const at = new Date(`${on}T12:00:00.000Z`);
  const ago = (length: Duration): string => before(at, length).toISOString();
  const known: Known = {
    birthDate:
      written.born ??
      DateTime.fromISO(on)
        .minus({ years: written.age ?? 0 })
        .toISODate() ??
      on,
    imdDecile: written.decile ?? null,
    hasNo: written.hasNo,
    facts: written.facts.map(({ kind, code, systolic = null, diastolic = null, ago: length }, index) => ({
      id: String(index).padStart(4, '0'),
      kind,
      code,
      value: systolic,
      value2: diastolic,
      at: ago(length),
      recordedAt: at.toISOString(),
      source: 'example',
    })),
    openEpisodes: written.enrolledIn,
    endings: written.ended ? [{ programme, ending: written.ended.ending, at: ago(written.ended.ago) }] : [],
    permissions: written.optedOut ? [{ purpose: programme, allowed: false, at: at.toISOString() }] : [],
  };
  const { expect: state, because, priority } = written;
  return { name: written.name, known, at: at.toISOString(), expect: { state, because, priority } };
}

/** What the programme answers for one of its own examples, in the words of the file. */
export function tryExample(
  definition: ProgrammeDefinition,
  { known, at, expect }: Example,
): { found: string; ok: boolean } {
  const found = judge(definition, answersFrom(known, new Date(at)));
  const because = found.notNow?.because;
  const ok =
    found.state === expect.state &&
    (expect.because === undefined || expect.because === because) &&
    (expect.priority === undefined || expect.priority === found.priority);
  const why = because ?? found.whyNot.map(({ text }) => text).join('; ');
  const parts = [
    found.state,
    ...(why ? [why] : []),
    ...(found.state === 'not-eligible' ? [] : [`priority ${found.priority}`]),
  ];
  return { found: parts.join(', '), ok };
}

export function sayExpected({ expect }: Example): string {
  const parts = [
    expect.state,
    expect.because,
    expect.priority === undefined ? undefined : `priority ${expect.priority}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function failingExamples(definition: ProgrammeDefinition): readonly Finding[] {
  return definition.examples.flatMap((example, index) => {
    const { found, ok } = tryExample(definition, example);
    if (ok) return [];
    return [
      { path: ['examples', index], found: `example "${example.name}" to be ${found}`, expected: sayExpected(example) },
    ];
  });
}

/** The programme and version a file says it is, without judging the rest; null when that cannot be told. */
export function peekProgramme(content: string): { readonly programme: string; readonly version: number } | null {
  const document = parseDocument(content);
  const [programme, version] = ['programme', 'version'].map((key) => {
    const node = document.get(key, true);
    return isScalar(node) ? node.value : undefined;
  });
  if (typeof programme !== 'string') return null;
  return { programme, version: typeof version === 'number' ? version : 0 };
}

/** Content that differs from what was loaded under the same version. */
export function sayUsedVersion(file: string, content: string, version: number): Mistake {
  const finding = {
    path: ['version'],
    found: `version ${version} with other content than was loaded as version ${version} before`,
    expected: 'a higher version for what has changed',
  };
  return checkFile(file, content, z.unknown(), () => [finding]).mistakes![0]!;
}
