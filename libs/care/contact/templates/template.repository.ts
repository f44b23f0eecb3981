import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';
import { Clock } from '#platform/kernel';
import type { TemplateDefinition } from './wording.js';

/** draft: never sent. approved: the highest of them is sent. withdrawn: was approved, and is sent no more. */
export type Standing = 'draft' | 'approved' | 'withdrawn';

export interface TemplateVersion {
  readonly id: string;
  readonly template: string;
  readonly version: number;
  readonly title: string;
  readonly loadedAt: Date;
  readonly status: Standing;
  /** An account's id, or the role a file names. */
  readonly approvedBy: string | null;
  readonly approvedAt: Date | null;
}

/** A version among all of its template. */
export interface ListedVersion extends TemplateVersion {
  /** True for the one that is sent. */
  readonly inForce: boolean;
}

const STANDING = {
  id: true,
  template: true,
  version: true,
  title: true,
  loadedAt: true,
  status: true,
  approvedBy: true,
  approvedAt: true,
} as const;

@Injectable()
export class TemplateRepository {
  /** Words never change under a version, so what was read once is right for good. */
  private readonly known = new Map<string, TemplateDefinition>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Keeps a version as a draft. Null when other words were loaded under the same version. */
  async keep(definition: TemplateDefinition): Promise<TemplateVersion | null> {
    const { template, version, title } = definition;
    const content = JSON.stringify(definition);
    const hash = createHash('sha256').update(content).digest('hex');
    const { client } = this.database;
    await client.templateVersion.createMany({
      data: {
        template,
        version,
        title,
        definition: JSON.parse(content) as Prisma.InputJsonObject,
        hash,
        loadedAt: this.clock.now(),
      },
      skipDuplicates: true,
    });
    const kept = await client.templateVersion.findUniqueOrThrow({
      where: { template_version: { template, version } },
      select: { ...STANDING, hash: true },
    });
    return kept.hash === hash ? asVersion(kept) : null;
  }

  /** False when the version stands otherwise than in one of `from`. */
  async settle(
    id: string,
    from: readonly Standing[],
    to: { readonly status: Standing; readonly approvedBy?: string; readonly approvedAt?: Date },
  ): Promise<boolean> {
    const { count } = await this.database.client.templateVersion.updateMany({
      where: { id, status: { in: [...from] } },
      data: to,
    });
    return count === 1;
  }

  async find(id: string): Promise<TemplateVersion | null> {
    const row = await this.database.client.templateVersion.findUnique({ where: { id }, select: STANDING });
    return row && asVersion(row);
  }

  async findByNumber(template: string, version: number): Promise<TemplateVersion | null> {
    const row = await this.database.client.templateVersion.findUnique({
      where: { template_version: { template, version } },
      select: STANDING,
    });
    return row && asVersion(row);
  }

  /** The version that is sent: the highest one approved. */
  async findInForce(template: string): Promise<TemplateVersion | null> {
    const row = await this.database.client.templateVersion.findFirst({
      where: { template, status: 'approved' },
      orderBy: { version: 'desc' },
      select: STANDING,
    });
    return row && asVersion(row);
  }

  /** Newest first; of every template, or of one. */
  async list(template?: string): Promise<readonly ListedVersion[]> {
    const rows = await this.database.client.templateVersion.findMany({
      where: { template },
      orderBy: [{ template: 'asc' }, { version: 'desc' }],
      select: STANDING,
    });
    const sent = new Set<string>();
    return rows.map(asVersion).map((version) => {
      const inForce = version.status === 'approved' && !sent.has(version.template);
      if (inForce) sent.add(version.template);
      return { ...version, inForce };
    });
  }

  /** With a version that stands so; every template when it is left out. */
  async listNames(status?: Standing): Promise<readonly string[]> {
    const rows = await this.database.client.templateVersion.findMany({
      where: { status },
      distinct: ['template'],
      orderBy: { template: 'asc' },
      select: { template: true },
    });
    return rows.map(({ template }) => template);
  }

  /** The words of a version that is there. */
  async wordsOf(id: string): Promise<TemplateDefinition> {
    const known = this.known.get(id);
    if (known) return known;
    const { definition } = await this.database.client.templateVersion.findUniqueOrThrow({
      where: { id },
      select: { definition: true },
    });
    const words = definition as unknown as TemplateDefinition;
    this.known.set(id, words);
    return words;
  }
}

function asVersion(row: Omit<TemplateVersion, 'status'> & { readonly status: string }): TemplateVersion {
  const { id, template, version, title, loadedAt, approvedBy, approvedAt } = row;
  return { id, template, version, title, loadedAt, status: row.status as Standing, approvedBy, approvedAt };
}
