import { type Document, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { asExpectation } from './grammar.js';
import { type Finding, locate, type Mistake, mistakeAt, type Path } from './mistake.js';

export type CheckedFile<Data> =
  | { readonly data: Data; readonly mistakes?: undefined }
  | { readonly data?: undefined; readonly mistakes: readonly Mistake[] };

/** What a file says, and what is wrong in it at its line; or why it cannot be read at all. */
export type OpenedFile =
  | {
      readonly said: unknown;
      /** In the order of the file. */
      readonly tell: (findings: readonly Finding[]) => readonly Mistake[];
      readonly mistakes?: undefined;
    }
  | { readonly said?: undefined; readonly mistakes: readonly Mistake[] };

/** Reads the YAML of one file, without judging what it says. */
export function openFile(file: string, content: string): OpenedFile {
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
  return {
    said: document.toJS(),
    tell: (findings) =>
      findings
        .map((finding) => locate(file, document, lines, finding))
        .sort((one, other) => one.line - other.line || one.column - other.column),
  };
}

/** Reads one file of settings: all of it right, or every mistake that can be told at once, each at its line. */
export function checkFile<Schema extends z.ZodType>(
  file: string,
  content: string,
  schema: Schema,
  furtherChecks: (data: z.output<Schema>) => readonly Finding[],
): CheckedFile<z.output<Schema>> {
  const opened = openFile(file, content);
  if (opened.mistakes) return { mistakes: opened.mistakes };
  const outcome = schema.safeParse(opened.said);
  const findings = outcome.success ? furtherChecks(outcome.data) : findingsOf(outcome.error);
  if (outcome.success && findings.length === 0) return { data: outcome.data };
  return { mistakes: opened.tell(findings) };
}

/** What a schema found wrong, at its places in the file. */
export function findingsOf({ issues }: z.ZodError): readonly Finding[] {
  return issues.flatMap((issue) => {
    const path = issue.path as Path;
    const { expected, atKey } = asExpectation(issue);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...path, key], atKey, expected }));
    return [{ path, atKey, expected }];
  });
}

/** Aliases may point nowhere, or grow without end, and what is read by people is to stand where they read it. */
function aliasesIn(document: Document.Parsed): readonly { readonly name: string; readonly at: number }[] {
  const found: { name: string; at: number }[] = [];
  visit(document, {
    Alias: (_key, { source, range }) => {
      found.push({ name: source, at: range?.[0] ?? 0 });
    },
  });
  return found;
}
