import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import { z } from 'zod';
import { FACT_KINDS, type FactKind } from './record.js';

const SYSTEMS: Readonly<Record<string, string>> = {
  'http://snomed.info/sct': 'snomed',
  'http://loinc.org': 'loinc',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'rxnorm',
  'http://hl7.org/fhir/sid/cvx': 'cvx',
  'https://dmd.nhs.uk': 'snomed',
  'urn:fairway:code': 'fairway',
};

const pair = z.tuple([z.number(), z.number()]);

const entrySchema = z.strictObject({
  system: z.enum(['snomed', 'loinc', 'rxnorm', 'cvx', 'fairway']),
  code: z.string().min(1),
  title: z.string().min(1),
  means: z.string().regex(/^(answers|[a-z-]+\/[a-z0-9-]+)$/),
  of: z.string().optional(),
  part: z.enum(['systolic', 'diastolic']).optional(),
  units: z.record(z.string(), pair).optional(),
  between: pair.optional(),
  checked: z.string(),
});

const listSchema = z.strictObject({
  list: z.string(),
  title: z.string(),
  dated: z.iso.date(),
  sources: z.record(z.string(), z.strictObject({ title: z.string(), url: z.url(), read: z.iso.date() })),
  codes: z.array(entrySchema).min(1),
});

/** What a code means here. */
export interface Meaning {
  /** The question takes its meaning from the code of its answer. */
  readonly answers: boolean;
  readonly kind: FactKind;
  readonly code: string;
  readonly part?: 'systolic' | 'diastolic';
  /** Unit to [factor, offset] into our unit. */
  readonly units?: Readonly<Record<string, readonly [number, number]>>;
  readonly between?: readonly [number, number];
}

export interface Coding {
  readonly system?: string;
  readonly code?: string;
}

/** Thrown at start-up when a code list cannot be used; names the file and the mistake. */
export class CodeListWrong extends Error {
  constructor(file: string, mistake: string) {
    super(`The code list ${file} cannot be used: ${mistake}`);
    this.name = 'CodeListWrong';
  }
}

/** The dated code lists of programmes/code-lists: terminology code to fact. */
@Injectable()
export class CodeLists {
  private readonly meanings = new Map<string, Meaning>();
  private readonly known = new Map<string, Meaning>();

  /** Throws CodeListWrong. */
  static read(folder: string): CodeLists {
    const lists = new CodeLists();
    for (const name of readdirSync(folder).sort()) {
      if (name.endsWith('.yaml')) lists.add(name, readFileSync(join(folder, name), 'utf8'));
    }
    return lists;
  }

  /** Adds one list. Throws CodeListWrong. */
  add(file: string, text: string): void {
    const outcome = listSchema.safeParse(parse(text));
    if (!outcome.success) throw new CodeListWrong(file, z.prettifyError(outcome.error));
    for (const entry of outcome.data.codes) {
      if (entry.checked !== 'none' && !(entry.checked in outcome.data.sources)) {
        throw new CodeListWrong(
          file,
          `${entry.code} is checked against ${entry.checked}, which is no source of the list`,
        );
      }
      const [kind = '', code = ''] = entry.means.split('/');
      const answers = entry.means === 'answers';
      if (!answers && !FACT_KINDS.includes(kind as FactKind)) {
        throw new CodeListWrong(file, `${entry.code} means ${entry.means}, which is no kind of fact`);
      }
      const key = keyOf(entry.system, entry.code, entry.of);
      if (this.meanings.has(key)) throw new CodeListWrong(file, `${entry.code} is listed twice`);
      const { part, units, between } = entry;
      const meaning = { answers, kind: kind as FactKind, code, part, units, between };
      this.meanings.set(key, meaning);
      if (!answers) this.known.set(entry.means, meaning);
    }
  }

  /** The meaning of the first coding that has one; `of` is the question it answers. */
  find(codings: readonly Coding[] | undefined, of?: string): { meaning: Meaning; coding: string } | null {
    for (const { system, code } of codings ?? []) {
      const short = SYSTEMS[system ?? ''];
      if (!short || !code) continue;
      const meaning = this.meanings.get(keyOf(short, code, of));
      if (meaning) return { meaning, coding: `${short}|${code}` };
    }
    return null;
  }

  /** Whether any list gives this fact. */
  gives(kind: string, code: string): boolean {
    return this.known.has(`${kind}/${code}`);
  }

  /** The least and greatest value a fact can have; null when no list says. */
  limitsOf(kind: string, code: string, part?: 'systolic' | 'diastolic'): readonly [number, number] | null {
    for (const meaning of this.meanings.values()) {
      if (meaning.kind === kind && meaning.code === code && meaning.part === part && meaning.between) {
        return meaning.between;
      }
    }
    return null;
  }

  /** Every fact the lists give, as kind/code. */
  get facts(): readonly string[] {
    return [...this.known.keys()].sort();
  }
}

function keyOf(system: string, code: string, of?: string): string {
  return of ? `${system}|${code}|${of}` : `${system}|${code}`;
}

/** The folder of the product that holds `path`, from the source tree and from dist alike. */
export function shippedFolder(path: string, from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, path))) return join(folder, path);
    if (folder === dirname(folder)) throw new Error(`The product's folder ${path} is missing.`);
  }
}
