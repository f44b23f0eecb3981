import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { CodeLists, shippedFolder } from '#care/ingest';
import type { Leave, PriorityPart } from './definition.js';
import { leavesIf } from './judgement.js';
import type { Mistake } from './mistake.js';
import { peekProgramme, readProgramme, sayExpected, sayUsedVersion, tryExample } from './programme-file.js';
import { ProgrammeRepository, type LoadedProgramme } from './programme.repository.js';
import { ProgrammeMissing, ProgrammeVersionMissing } from './programmes.faults.js';
import { describe, sentence } from './words.js';

/** Where the programmes that come with the product are. */
export function shippedProgrammes(): string {
  return dirname(shippedFolder('programmes/code-lists'));
}

export interface LoadOutcome {
  readonly loaded: readonly { readonly programme: string; readonly version: number }[];
  /** What keeps the other files out; a file with a mistake is refused whole. */
  readonly mistakes: readonly Mistake[];
}

/** A programme said in plain words, for the screens. */
export interface PlainProgramme {
  /** Each follows "People". */
  readonly plainRule: readonly string[];
  readonly notNow: readonly string[];
  readonly leavesIf: readonly string[];
  /** What new data ends a pathway under way: whom the need is met for, and whom it stays for. Each follows "people". */
  readonly leaves: {
    readonly needMet: readonly string[];
    readonly stillFor: readonly string[];
    readonly onceHelped: Leave['onceHelped'];
  } | null;
  readonly priority: readonly PriorityPart[];
  readonly examples: readonly {
    readonly title: string;
    readonly expected: string;
    readonly found: string;
    readonly ok: boolean;
  }[];
}

@Injectable()
export class ProgrammesService {
  constructor(
    private readonly programmes: ProgrammeRepository,
    private readonly codeLists: CodeLists,
  ) {}

  /**
   * Reads every .yaml of a folder and keeps the versions that are right. Safe to repeat and from several processes.
   * `templates` are the message templates there are, and `approvedTemplates` those of which a version is approved, which a
   * version not loaded before must use; what is left out is not checked.
   */
  async load(
    folder: string = shippedProgrammes(),
    templates?: readonly string[],
    approvedTemplates?: readonly string[],
  ): Promise<LoadOutcome> {
    const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
    const files = await Promise.all(
      names.map(async (name) => ({ name, content: await readFile(join(folder, name), 'utf8') })),
    );
    const programmes = files.flatMap(({ content }) => peekProgramme(content)?.programme ?? []);
    const loaded: { programme: string; version: number }[] = [];
    const mistakes: Mistake[] = [];
    for (const { name, content } of files) {
      const said = peekProgramme(content);
      // What goes on already is not stopped by words that were withdrawn since.
      const isNew = !said || !(await this.programmes.isLoaded(said.programme, said.version));
      const { definition, mistakes: found } = readProgramme(name, content, {
        facts: this.codeLists.facts,
        templates,
        approvedTemplates: isNew ? approvedTemplates : undefined,
        programmes,
      });
      if (!definition) mistakes.push(...found);
      else if (await this.programmes.keep(definition)) {
        loaded.push({ programme: definition.programme, version: definition.version });
      } else mistakes.push(sayUsedVersion(name, content, definition.version));
    }
    return { loaded, mistakes };
  }

  async listLive(): Promise<readonly LoadedProgramme[]> {
    return this.programmes.listLive();
  }

  async findLive(programme: string): Promise<LoadedProgramme | null> {
    return this.programmes.findLive(programme);
  }

  /** Throws ProgrammeMissing. */
  async getLive(programme: string): Promise<LoadedProgramme> {
    const live = await this.programmes.findLive(programme);
    if (!live) throw new ProgrammeMissing(programme);
    return live;
  }

  /** Throws ProgrammeVersionMissing. */
  async getVersion(versionId: string): Promise<LoadedProgramme> {
    const version = await this.programmes.find(versionId);
    if (!version) throw new ProgrammeVersionMissing(versionId);
    return version;
  }

  /** The programme read back in plain English, with its example people tried again. */
  inPlainWords(programme: LoadedProgramme): PlainProgramme {
    const { leave } = programme;
    return {
      plainRule: describe(programme.eligible),
      notNow: programme.notActionable.map(({ because }) => because),
      leavesIf: leavesIf(programme.eligible),
      leaves: leave
        ? {
            needMet: leave.needMet ? describe(leave.needMet) : [],
            stillFor: leave.stillFor ? describe(leave.stillFor) : [],
            onceHelped: leave.onceHelped,
          }
        : null,
      priority: programme.priority.map(({ points, because }) => ({ points, because })),
      examples: programme.examples.map((example) => ({
        title: example.name,
        expected: sentence(sayExpected(example)),
        ...tryExample(programme, example),
      })),
    };
  }
}
