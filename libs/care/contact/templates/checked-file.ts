import { type Document, LineCounter, parseDocument, visit } from 'yaml';
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
  const aliases = aliasesIn(document);
  if (aliases.length > 0) {
    const expected = 'what it stands for, written out';
    return {
      mistakes: aliases.map(({ at, name }) => mistakeAt(file, lines.linePos(at), `the alias *${name}`, expected)),
    };
  }
  const outcome = schema.safeParse(document.toJS());
  const findings = outcome.success ? furtherChecks(outcome.data) : outcome.error.issues.flatMap(asFindings);
  if (outcome.success && findings.length === 0) return { data: outcome.data };
  const mistakes = findings.map((finding) => locate(file, document, lines, finding));
  return { mistakes: mistakes.sort((one, other) => one.line - other.line || one.column - other.column) };
}

/** Aliases may point nowhere, or grow without end, and words are to be read where they stand. */
function aliasesIn(document: Document.Parsed): readonly { readonly name: string; readonly at: number }[] {
  const found: { name: string; at: number }[] = [];
  visit(document, {
    Alias: (_key, { source, range }) => {
      found.push({ name: source, at: range?.[0] ?? 0 });
    },
  });
  return found;
}

function asFindings(issue: z.core.$ZodIssue): readonly Finding[] {
  const path = issue.path as Path;
  const { expected, atKey } = asExpectation(issue);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], atKey, expected }));
  return [{ path, atKey, expected }];
}
