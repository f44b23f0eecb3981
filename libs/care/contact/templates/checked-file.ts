import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { asExpectation, type Finding, locate, type Mistake, mistakeAt, type Path } from '#care/programmes';

export type CheckedFile<Data> =
  | { readonly data: Data; readonly mistakes?: undefined }
  | { readonly data?: undefined; readonly mistakes: readonly Mistake[] };

/** Reads one file of settings: all of it right, or every mistake that can be told at once, each at its line. */
export function checkFile<Schema extends z.ZodType>(
  file: string,
  content: string,
  schema: Schema,
  furtherChecks: (data: z.output<Schema>) => readonly Finding[],
): CheckedFile<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map(({ pos, message }) =>
      mistakeAt(file, lines.linePos(pos[0]), 'what is not YAML', message.replace(/\.?\s*$/, '')),
    );
    return { mistakes };
  }
  const outcome = schema.safeParse(document.toJS());
  const findings = outcome.success ? furtherChecks(outcome.data) : outcome.error.issues.flatMap(asFindings);
  if (outcome.success && findings.length === 0) return { data: outcome.data };
  const mistakes = findings.map((finding) => locate(file, document, lines, finding));
  return { mistakes: mistakes.sort((one, other) => one.line - other.line || one.column - other.column) };
}

function asFindings(issue: z.core.$ZodIssue): readonly Finding[] {
  const path = issue.path as Path;
  const { expected, atKey } = asExpectation(issue);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], atKey, expected }));
  return [{ path, atKey, expected }];
}
