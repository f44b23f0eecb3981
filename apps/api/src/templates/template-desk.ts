import { Injectable } from '@nestjs/common';
import {
  ANSWERS,
  frameOf,
  type ListedVersion,
  maySend,
  TemplateMissing,
  type TemplateDefinition,
  TemplatesService,
} from '#care/contact';
import { ProgrammesService } from '#care/programmes';
import { Database } from '#platform/database';
import { after, Clock } from '#platform/kernel';
import { questionPage } from '../contact/reply-page.js';
import type { Page } from '../http/page.js';
import type {
  PageQuery,
  PreviewQuery,
  TemplatePreviewView,
  TemplateSummaryView,
  TemplateVersionSummaryView,
  TemplateVersionView,
  TemplateView,
} from './template.schema.js';

/** Message templates as the desk shows them: every version, who signed it off, and who sends it. */
@Injectable()
export class TemplateDesk {
  constructor(
    private readonly templates: TemplatesService,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async list(): Promise<TemplateSummaryView[]> {
    const versions = await this.templates.list();
    const users = await this.users();
    const names = [...new Set(versions.map(({ template }) => template))];
    return Promise.all(
      names.map((name) =>
        this.summaryOf(
          versions.filter(({ template }) => template === name),
          users,
        ),
      ),
    );
  }

  /** Throws TemplateMissing. */
  async show(template: string): Promise<TemplateView> {
    const versions = await this.templates.listVersions(template);
    const signers = await this.signers(versions);
    return {
      ...(await this.summaryOf(versions, await this.users())),
      versions: versions.map((version) => summaryOfVersion(version, versions, signers)),
    };
  }

  /** Throws TemplateVersionMissing. */
  async showVersion(id: string): Promise<TemplateVersionView> {
    const version = await this.templates.getVersion(id);
    const versions = await this.templates.listVersions(version.template);
    const listed = versions.find((one) => one.id === id) ?? { ...version, inForce: false };
    const compared = await this.templates.compare(version);
    const { words } = version;
    return {
      ...summaryOfVersion(listed, versions, await this.signers([listed])),
      template: version.template,
      purpose: words.purpose,
      languages: languagesOf(words),
      easyRead: Object.keys(words.languages).filter((tag) => Object.keys(words.languages[tag]!.easyRead).length > 0),
      comparedWith: compared?.version ?? null,
      differences: [...(compared?.differences ?? [])],
    };
  }

  /** Throws TemplateVersionMissing, TemplateMissing. */
  async preview(id: string, query: PreviewQuery): Promise<TemplatePreviewView> {
    const { channel, language, format, reader, with: alongside } = query;
    const wanted = { channel, language, format, withProxy: reader === 'proxy' };
    const shown = await this.templates.preview(id, wanted, alongside);
    const { email, letter, ...rest } = shown;
    return {
      ...rest,
      email: email && { subject: email.subject, text: email.text },
      letter: letter && { heading: letter.heading, paragraphs: letter.paragraphs, instruction: letter.instruction },
    };
  }

  /** The page behind a link, as somebody sees it who has four weeks to answer. Throws TemplateVersionMissing. */
  async previewPage(id: string, { language, format }: PageQuery): Promise<Page> {
    const { template, title } = await this.templates.getVersion(id);
    const shown = await this.templates.preview(id, { channel: 'page', language, format, withProxy: false });
    const user = (await this.users()).find(({ templates }) => templates.includes(template));
    const { heading, body, yes } = shown.page!;
    return questionPage({
      purpose: 'answer',
      state: 'open',
      programmeTitle: user?.title ?? title,
      heading,
      body,
      yesLabel: yes,
      language: shown.language,
      answers: ANSWERS,
      answered: null,
      until: null,
      thanks: null,
      worksUntil: after(this.clock.now(), { amount: 28, unit: 'days' }),
    });
  }

  private async summaryOf(
    versions: readonly ListedVersion[],
    users: readonly { readonly programme: string; readonly title: string; readonly templates: readonly string[] }[],
  ): Promise<TemplateSummaryView> {
    const [newest] = versions;
    if (!newest) throw new TemplateMissing('');
    const sent = versions.find(({ inForce }) => inForce) ?? null;
    const { words } = await this.templates.getVersion((sent ?? newest).id);
    const waiting = versions.find(({ status, version }) => status === 'draft' && version > (sent?.version ?? 0));
    return {
      template: newest.template,
      title: words.title,
      purpose: words.purpose,
      sent: sent && { id: sent.id, version: sent.version, approvedAt: sent.approvedAt },
      waiting: waiting ? { id: waiting.id, version: waiting.version } : null,
      languages: languagesOf(words),
      usedBy: users
        .filter(({ templates }) => templates.includes(newest.template))
        .map(({ programme, title }) => ({ programme, title })),
    };
  }

  private async users() {
    const live = await this.programmes.listLive();
    return live.map(({ programme, title, script }) => ({
      programme,
      title,
      templates: script.steps.flatMap((step) => (step.kind === 'contact' ? [step.template] : [])),
    }));
  }

  /** Names of the accounts that signed versions off; a role named by a file stays as it is. */
  private async signers(versions: readonly ListedVersion[]): Promise<ReadonlyMap<string, string>> {
    const ids = versions.map(({ approvedBy }) => approvedBy).filter((by) => by !== null && UUID.test(by));
    const accounts = await this.database.client.account.findMany({
      where: { id: { in: [...new Set(ids)].filter((one) => one !== null) } },
      select: { id: true, name: true },
    });
    return new Map(accounts.map(({ id, name }) => [id, name]));
  }
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function summaryOfVersion(
  { id, version, title, loadedAt, approvedAt, approvedBy, status, inForce }: ListedVersion,
  versions: readonly ListedVersion[],
  signers: ReadonlyMap<string, string>,
): TemplateVersionSummaryView {
  const replaced = status === 'approved' && !inForce && versions.some((one) => one.inForce);
  return {
    id,
    version,
    title,
    standing: inForce ? 'sent' : replaced ? 'replaced' : status === 'withdrawn' ? 'withdrawn' : 'draft',
    loadedAt,
    approvedAt,
    approvedBy: approvedBy && (signers.get(approvedBy) ?? (UUID.test(approvedBy) ? null : approvedBy)),
  };
}

function languagesOf({ languages }: TemplateDefinition): TemplateSummaryView['languages'] {
  return Object.entries(languages).map(([tag, words]) => ({ tag, name: frameOf(tag).name, sent: maySend(words) }));
}
