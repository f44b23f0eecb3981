import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';
import type { Span } from './clocks.js';

export interface PersonFacts {
  readonly id: string;
  readonly given: string;
  readonly family: string;
  readonly birthDate: Date;
  readonly sex: string;
  readonly nhsNumber: string | null;
  readonly language: string;
  readonly nation: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly addressLine: string | null;
  readonly postcode: string | null;
  readonly teamKey: string | null;
  readonly sensitive: boolean;
  readonly deceasedOn: Date | null;
  readonly movedAwayOn: Date | null;
  readonly practice: string | null;
  readonly area: string | null;
  readonly permissions: readonly {
    readonly channel: string;
    readonly purpose: string;
    readonly allowed: boolean;
    readonly at: Date;
  }[];
}

type Rows = Prisma.EpisodeGetPayload<{
  include: {
    messages: true;
    tasks: { include: { rungs: true } };
    referrals: true;
    measurements: true;
    ending: true;
    pauses: true;
    transfers: true;
    moves: { include: { batch: true } };
    exit: true;
  };
}>;

/** All that happened in one episode, as the rooms' tables hold it. `names` knows the accounts in it, `teams` the teams. */
export interface EpisodeFacts extends Omit<Rows, 'referrals' | 'measurements'> {
  readonly title: string;
  /** As the programme's script lists them. */
  readonly endings: unknown;
  readonly replies: readonly { readonly at: Date; readonly answer: string; readonly until: Date | null }[];
  readonly referrals: readonly (Rows['referrals'][number] & { readonly service: string })[];
  readonly measurements: readonly (Omit<Rows['measurements'][number], 'value' | 'value2'> & {
    readonly value: number | null;
    readonly value2: number | null;
  })[];
  readonly clockSpans: readonly Span[];
  /** Version numbers of the programme versions it was moved between, by id. */
  readonly versions: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
  readonly teams: ReadonlyMap<string, string>;
}

@Injectable()
export class PersonRecordRepository {
  constructor(private readonly database: Database) {}

  async findPerson(personId: string): Promise<PersonFacts | null> {
    const { client } = this.database;
    const person = await client.person.findUnique({ where: { id: personId } });
    if (!person) return null;
    const practice = await client.practice.findFirst({ where: { code: person.practiceCode ?? '' } });
    const area = await client.area.findFirst({ where: { lsoa: person.lsoa ?? '' } });
    const permissions = await client.contactPermission.findMany({
      where: { personId },
      distinct: ['channel', 'purpose'],
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      select: { channel: true, purpose: true, allowed: true, at: true },
    });
    return { ...person, practice: practice?.name ?? null, area: area?.name ?? null, permissions };
  }

  /** Open ones first, then the latest. */
  async listEpisodes(personId: string): Promise<EpisodeFacts[]> {
    const { client } = this.database;
    const byTime = { orderBy: { id: 'asc' } } as const;
    const episodes = await client.episode.findMany({
      where: { personId },
      orderBy: [{ status: 'desc' }, { openedAt: 'desc' }],
      include: {
        programmeVersion: true,
        messages: { ...byTime, include: { replies: byTime } },
        tasks: { ...byTime, include: { rungs: { orderBy: { rung: 'asc' } } } },
        referrals: { ...byTime, include: { service: { select: { name: true } } } },
        measurements: byTime,
        ending: true,
        pauses: { orderBy: { from: 'asc' } },
        clockSpans: { orderBy: { from: 'asc' } },
        transfers: { orderBy: { at: 'asc' } },
        moves: { orderBy: { at: 'asc' }, include: { batch: true } },
        exit: true,
      },
    });
    const names = await this.namesOf(episodes.flatMap(accountsIn));
    const teams = await this.teamsOf(
      episodes.flatMap(({ teamKey, transfers }) => [
        teamKey,
        ...transfers.flatMap((one) => [one.fromTeam, one.toTeam]),
      ]),
    );
    const versions = await this.versionsOf(
      episodes.flatMap(({ moves }) => moves.flatMap(({ batch }) => [batch.fromVersionId, batch.toVersionId])),
    );
    return episodes.map(({ programmeVersion, ...episode }) => ({
      ...episode,
      title: programmeVersion.title,
      endings: scriptEndings(programmeVersion.definition),
      replies: episode.messages.flatMap(({ replies }) => replies),
      referrals: episode.referrals.map(({ service, ...referral }) => ({ ...referral, service: service.name })),
      measurements: episode.measurements.map((taken) => ({
        ...taken,
        value: taken.value?.toNumber() ?? null,
        value2: taken.value2?.toNumber() ?? null,
      })),
      ...{ versions, names, teams },
    }));
  }

  private async teamsOf(keys: readonly (string | null)[]): Promise<ReadonlyMap<string, string>> {
    const wanted = [...new Set(keys.filter((key) => key !== null))];
    const rows = await this.database.client.team.findMany({ where: { key: { in: wanted } } });
    return new Map(rows.map(({ key, name }) => [key, name]));
  }

  private async versionsOf(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.client.programmeVersion.findMany({
      where: { id: { in: [...new Set(ids)] } },
      select: { id: true, version: true },
    });
    return new Map(rows.map(({ id, version }) => [id, version]));
  }

  private async namesOf(accountIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const rows = await this.database.client.$queryRaw<{ id: string; name: string }[]>`
      SELECT id, name FROM account WHERE id::text = ANY (${[...new Set(accountIds)]})`;
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}

function scriptEndings(definition: unknown): unknown {
  const { script } = definition as { readonly script?: { readonly endings?: unknown } };
  return script?.endings;
}

/** Every account that has done something in an episode. */
function accountsIn(episode: Pick<Rows, 'tasks' | 'measurements' | 'pauses' | 'transfers' | 'exit'>): string[] {
  const { tasks, measurements, pauses, transfers, exit } = episode;
  return [
    ...tasks.flatMap(({ closedBy, claimedBy, rungs }) => [closedBy, claimedBy, ...rungs.map(({ by }) => by)]),
    ...measurements.map(({ recordedBy }) => recordedBy),
    ...pauses.flatMap(({ by, endedBy }) => [by, endedBy]),
    ...transfers.map(({ by }) => by),
    exit?.by,
  ].filter((id) => id !== null && id !== undefined);
}
