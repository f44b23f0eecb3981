import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';
import { Clock } from '#platform/kernel';
import type { ProgrammeDefinition } from './definition.js';

/** A programme version with where it is kept. */
export interface LoadedProgramme extends ProgrammeDefinition {
  readonly versionId: string;
  readonly loadedAt: Date;
}

interface Row {
  readonly id: string;
  readonly definition: Prisma.JsonValue;
  readonly loadedAt: Date;
}

@Injectable()
export class ProgrammeRepository {
  /** A version never changes once loaded, so what was read once is right for good. */
  private readonly known = new Map<string, LoadedProgramme>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Keeps a version and makes the highest one live. False when other content was loaded under the same version. */
  async keep(definition: ProgrammeDefinition): Promise<boolean> {
    const { programme, version, title } = definition;
    // Through JSON and back, so that what is hashed is what is kept.
    const content = JSON.parse(canonical(definition)) as Prisma.InputJsonObject;
    const hash = createHash('sha256').update(canonical(content)).digest('hex');
    return this.database.inTransaction(async () => {
      await this.database.client.programmeVersion.createMany({
        data: { programme, version, title, definition: content, hash, loadedAt: this.clock.now() },
        skipDuplicates: true,
      });
      const kept = await this.database.client.programmeVersion.findUniqueOrThrow({
        where: { programme_version: { programme, version } },
        select: { hash: true },
      });
      if (kept.hash !== hash) return false;
      await this.database.client.$executeRaw`
        UPDATE programme_version v SET live = (v.version = newest.version)
        FROM (SELECT max(version) AS version FROM programme_version WHERE programme = ${programme}) newest
        WHERE v.programme = ${programme} AND v.live <> (v.version = newest.version)`;
      return true;
    });
  }

  async isLoaded(programme: string, version: number): Promise<boolean> {
    return (await this.database.client.programmeVersion.count({ where: { programme, version } })) > 0;
  }

  async listLive(): Promise<readonly LoadedProgramme[]> {
    const rows = await this.database.client.programmeVersion.findMany({
      where: { live: true },
      orderBy: { programme: 'asc' },
      select: { id: true },
    });
    return Promise.all(rows.map(async ({ id }) => (await this.find(id))!));
  }

  async findLive(programme: string): Promise<LoadedProgramme | null> {
    const row = await this.database.client.programmeVersion.findFirst({
      where: { programme, live: true },
      select: { id: true },
    });
    return row && this.find(row.id);
  }

  async find(versionId: string): Promise<LoadedProgramme | null> {
    const known = this.known.get(versionId);
    if (known) return known;
    const row: Row | null = await this.database.client.programmeVersion.findUnique({ where: { id: versionId } });
    if (!row) return null;
    const definition = row.definition as unknown as ProgrammeDefinition;
    const loaded = { ...definition, versionId: row.id, loadedAt: row.loadedAt };
    this.known.set(versionId, loaded);
    return loaded;
  }
}

/** JSON with its keys in order, so that equal content has equal text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
