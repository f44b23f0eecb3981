import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { shippedFolder } from '#care/ingest';
import { checkFile, type Mistake } from '#care/programmes';
import { Database, type Prisma } from '#platform/database';
import { Clock } from '#platform/kernel';
import { ContactPolicyMissing } from './contact.faults.js';
import { readContactPolicy } from './contact-policy-file.js';
import type { PolicyTerms } from './contact-policy.js';

const FILE = 'contact-policy.yaml';

export interface PolicyLoadOutcome {
  /** The version the file holds; null when it was refused. */
  readonly version: number | null;
  readonly mistakes: readonly Mistake[];
}

/** Quiet hours, the contact budget, merging, and which channels suit which format. */
@Injectable()
export class ContactPolicy {
  /** Terms never change under a version, so what was read once is right for good. */
  private readonly known = new Map<number, PolicyTerms>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Reads contact-policy.yaml of a folder, and keeps it when it is right. Safe to repeat and from several processes. */
  async load(folder: string = shippedFolder('programmes/contact')): Promise<PolicyLoadOutcome> {
    const content = await readFile(join(folder, FILE), 'utf8');
    const { terms, mistakes } = readContactPolicy(FILE, content);
    if (!terms) return { version: null, mistakes };
    if (await this.keep(terms)) return { version: terms.version, mistakes: [] };
    return { version: null, mistakes: sayUsedVersion(content, terms.version) };
  }

  /** The terms in force: the highest version loaded. Throws ContactPolicyMissing. */
  async getTerms(): Promise<PolicyTerms> {
    const { client } = this.database;
    const newest = await client.contactPolicyVersion.aggregate({ _max: { version: true } });
    const { version } = newest._max;
    if (version === null) throw new ContactPolicyMissing();
    const known = this.known.get(version);
    if (known) return known;
    const { definition } = await client.contactPolicyVersion.findUniqueOrThrow({ where: { version } });
    const terms = definition as unknown as PolicyTerms;
    this.known.set(version, terms);
    return terms;
  }

  /** False when other terms were loaded under the same version. */
  private async keep(terms: PolicyTerms): Promise<boolean> {
    const written = JSON.stringify(terms);
    const hash = createHash('sha256').update(written).digest('hex');
    const { version } = terms;
    const { client } = this.database;
    await client.contactPolicyVersion.createMany({
      data: {
        version,
        definition: JSON.parse(written) as Prisma.InputJsonObject,
        hash,
        loadedAt: this.clock.now(),
      },
      skipDuplicates: true,
    });
    const kept = await client.contactPolicyVersion.findUniqueOrThrow({ where: { version }, select: { hash: true } });
    return kept.hash === hash;
  }
}

function sayUsedVersion(content: string, version: number): readonly Mistake[] {
  const { mistakes = [] } = checkFile(FILE, content, z.unknown(), () => [
    {
      path: ['version'],
      found: `version ${version} with other terms than were loaded as version ${version} before`,
      expected: 'a higher version for what has changed',
    },
  ]);
  return mistakes;
}
