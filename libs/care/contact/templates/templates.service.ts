import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { shippedFolder } from '#care/ingest';
import type { Mistake } from '#care/programmes';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock } from '#platform/kernel';
import { TemplateMissing } from '../contact.faults.js';
import { type Difference, differences } from './differences.js';
import { type Preview, previewOf, type PreviewWanted } from './preview.js';
import { TemplateNotApproved, TemplateReplaced, TemplateVersionMissing } from './template.faults.js';
import { type FileApproval, readTemplate, sayNotYetApproved, sayUsedVersion } from './template-file.js';
import { type ListedVersion, TemplateRepository, type TemplateVersion } from './template.repository.js';
import { choose, type Content, type TemplateDefinition, type Written } from './wording.js';

/** Where the templates that come with the product are. */
export function shippedTemplates(): string {
  return shippedFolder('programmes/templates');
}

/** The way a person is written to, and how they read. */
export interface Wanted {
  readonly channel: Written;
  readonly language: string;
  readonly format: string;
}

export interface FoundTemplate {
  readonly template: string;
  readonly version: number;
  /** In the language and format that could be had: its own `language` and `format` say which. */
  readonly content: Content;
}

export interface LoadedTemplates {
  readonly loaded: readonly { readonly template: string; readonly version: number }[];
  /** What keeps the other files out; a file with a mistake is refused whole. */
  readonly mistakes: readonly Mistake[];
}

export interface TemplateWithWords extends TemplateVersion {
  readonly words: TemplateDefinition;
}

export interface ComparedWords {
  /** The version compared with. */
  readonly version: number;
  readonly differences: readonly Difference[];
}

/** The words of messages: loaded as data, approved by a clinical lead, and only then sent. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly templates: TemplateRepository,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Reads every .yaml of a folder and keeps the versions that are right, as drafts unless the file brings its approval.
   * A decision made here outlasts the file: what was withdrawn stays withdrawn. Safe to repeat and from several processes.
   */
  async load(folder: string = shippedTemplates()): Promise<LoadedTemplates> {
    const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
    const today = this.clock.now().toISOString().slice(0, 10);
    const loaded: { template: string; version: number }[] = [];
    const mistakes: Mistake[] = [];
    for (const name of names) {
      const content = await readFile(join(folder, name), 'utf8');
      const { definition, approved = null, mistakes: found } = readTemplate(name, content);
      if (!definition) mistakes.push(...found);
      else if (approved && approved.on > today) mistakes.push(sayNotYetApproved(name, content, approved.on));
      else if (await this.keep(definition, approved)) {
        loaded.push({ template: definition.template, version: definition.version });
      } else mistakes.push(sayUsedVersion(name, content, definition.version));
    }
    return { loaded, mistakes };
  }

  /** Every template a programme may name. */
  async listNames(): Promise<readonly string[]> {
    return this.templates.listNames();
  }

  /** Those of which a version is approved. */
  async listApprovedNames(): Promise<readonly string[]> {
    return this.templates.listNames('approved');
  }

  /**
   * The words to send: of the highest approved version, in the person's language and format where there are such words
   * that may be sent, else in English and standard. Null when no version is approved.
   */
  async findApproved(template: string, wanted: Wanted): Promise<FoundTemplate | null> {
    const version = await this.templates.findInForce(template);
    return version && this.contentOf(version, wanted);
  }

  /** The words of one version whatever its standing: a link keeps the page of the message it came with. */
  async findVersion(template: string, version: number, wanted: Wanted): Promise<FoundTemplate | null> {
    const found = await this.templates.findByNumber(template, version);
    return found && this.contentOf(found, wanted);
  }

  /** Every version of every template, newest first. */
  async list(): Promise<readonly ListedVersion[]> {
    return this.templates.list();
  }

  /** Newest first. Throws TemplateMissing. */
  async listVersions(template: string): Promise<readonly ListedVersion[]> {
    const versions = await this.templates.list(template);
    if (versions.length === 0) throw new TemplateMissing(template);
    return versions;
  }

  /** Throws TemplateVersionMissing. */
  async getVersion(versionId: string): Promise<TemplateWithWords> {
    const version = await this.templates.find(versionId);
    if (!version) throw new TemplateVersionMissing(versionId);
    return { ...version, words: await this.templates.wordsOf(versionId) };
  }

  /** The version that is sent now, with its words; null when none is approved. */
  async findInForce(template: string): Promise<TemplateWithWords | null> {
    const version = await this.templates.findInForce(template);
    return version && { ...version, words: await this.templates.wordsOf(version.id) };
  }

  /**
   * A message to nobody with a version's words; `alongside` names a template whose approved words come with it in the same
   * message. Throws TemplateVersionMissing, TemplateMissing.
   */
  async preview(versionId: string, wanted: PreviewWanted, alongside?: string): Promise<Preview> {
    const { words } = await this.getVersion(versionId);
    const other = alongside === undefined ? null : await this.findInForce(alongside);
    if (alongside !== undefined && !other) throw new TemplateMissing(alongside);
    return previewOf(words, wanted, other?.words);
  }

  /** What a version says otherwise than the one that is sent; null when it is sent, or nothing is. */
  async compare({ id, template, words }: TemplateWithWords): Promise<ComparedWords | null> {
    const inForce = await this.findInForce(template);
    if (!inForce || inForce.id === id) return null;
    return { version: inForce.version, differences: differences(inForce.words, words) };
  }

  /**
   * Makes a draft, or what was withdrawn, the version that is sent. A repeat changes nothing. `account` is who signs it
   * off. Throws TemplateVersionMissing, TemplateReplaced.
   */
  async approve(versionId: string, account: string): Promise<TemplateVersion> {
    return this.database.inTransaction(async () => {
      const version = await this.getVersion(versionId);
      const inForce = await this.templates.findInForce(version.template);
      if (version.status === 'approved') return version;
      if (inForce && inForce.version > version.version) throw new TemplateReplaced(versionId);
      await this.putInForce(version, { by: account, at: this.clock.now() }, 'desk');
      return this.getVersion(versionId);
    });
  }

  /**
   * Takes a version out of use: the approved one before it is sent again, or none. A repeat changes nothing.
   * Throws TemplateVersionMissing, TemplateNotApproved.
   */
  async withdraw(versionId: string): Promise<TemplateVersion> {
    return this.database.inTransaction(async () => {
      const version = await this.getVersion(versionId);
      if (version.status === 'draft') throw new TemplateNotApproved(versionId);
      if (await this.templates.settle(versionId, ['approved'], { status: 'withdrawn' })) {
        await this.note('template.withdrawn', version, {});
      }
      return this.getVersion(versionId);
    });
  }

  private async keep(definition: TemplateDefinition, approved: FileApproval | null): Promise<boolean> {
    return this.database.inTransaction(async () => {
      const version = await this.templates.keep(definition);
      if (!version) return false;
      if (approved && version.status === 'draft') {
        await this.putInForce(version, { by: approved.by, at: new Date(`${approved.on}T12:00:00Z`) }, 'file');
      }
      return true;
    });
  }

  private async putInForce(
    version: TemplateVersion,
    signed: { readonly by: string; readonly at: Date },
    from: 'desk' | 'file',
  ): Promise<void> {
    const changed = await this.templates.settle(version.id, ['draft', 'withdrawn'], {
      status: 'approved',
      approvedBy: signed.by,
      approvedAt: signed.at,
    });
    if (changed) await this.note('template.approved', version, { from, by: signed.by });
  }

  private async note(
    action: string,
    { id, template, version }: TemplateVersion,
    detail: Readonly<Record<string, string>>,
  ): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'template-version',
      subjectId: id,
      detail: { template, version, ...detail },
    });
  }

  private async contentOf({ id, template, version }: TemplateVersion, wanted: Wanted): Promise<FoundTemplate> {
    return { template, version, content: choose(await this.templates.wordsOf(id), wanted) };
  }
}
