import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

export interface NamedKey {
  readonly key: string;
  readonly name: string;
}

export interface Workplace {
  readonly organisation: NamedKey;
  readonly team: NamedKey | null;
}

/** The names of organisations and teams, for screens. */
@Injectable()
export class Workplaces {
  constructor(private readonly database: Database) {}

  /** A key that nobody has entered yet is its own name. */
  async of({ organisation, team }: { organisation: string; team: string | null }): Promise<Workplace> {
    const { client } = this.database;
    const at = await client.organisation.findUnique({ where: { key: organisation } });
    const within = team ? await client.team.findUnique({ where: { key: team } }) : null;
    return {
      organisation: { key: organisation, name: at?.name ?? organisation },
      team: team ? { key: team, name: within?.name ?? team } : null,
    };
  }
}
