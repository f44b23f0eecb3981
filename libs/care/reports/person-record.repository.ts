import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '#platform/database';

export interface PersonFacts {
  readonly id: string;
  readonly given: string;
  readonly family: string;
  readonly birthDate: Date;
  readonly sex: string;
  readonly nhsNumber: string | null;
  readonly language: string;
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
  include: { messages: true; tasks: true; referrals: true; measurements: true; ending: true };
}>;

/** All that happened in one episode, as the rooms' tables hold it. */
export interface EpisodeFacts extends Omit<Rows, 'tasks' | 'referrals' | 'measurements'> {
  readonly title: string;
  /** As the programme's script lists them. */
  readonly endings: unknown;
  readonly replies: readonly { readonly at: Date; readonly answer: string }[];
  /** `actor` is the name of whoever closed it. */
  readonly tasks: readonly (Rows['tasks'][number] & { readonly actor: string | null })[];
  readonly referrals: readonly (Rows['referrals'][number] & { readonly service: string })[];
  readonly measurements: readonly (Omit<Rows['measurements'][number], 'value' | 'value2'> & {
    readonly value: number | null;
    readonly value2: number | null;
    readonly actor: string | null;
  })[];
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
        tasks: byTime,
        referrals: { ...byTime, include: { service: { select: { name: true } } } },
        measurements: byTime,
        ending: true,
      },
    });
    const people = episodes.flatMap(({ tasks, measurements }) => [
      ...tasks.map(({ closedBy }) => closedBy),
      ...measurements.map(({ recordedBy }) => recordedBy),
    ]);
    const names = await this.namesOf(people.filter((id) => id !== null));
    return episodes.map(({ programmeVersion, ...episode }) => ({
      ...episode,
      title: programmeVersion.title,
      endings: scriptEndings(programmeVersion.definition),
      replies: episode.messages.flatMap(({ replies }) => replies),
      tasks: episode.tasks.map((task) => ({ ...task, actor: names.get(task.closedBy ?? '') ?? null })),
      referrals: episode.referrals.map(({ service, ...referral }) => ({ ...referral, service: service.name })),
      measurements: episode.measurements.map((taken) => ({
        ...taken,
        value: taken.value?.toNumber() ?? null,
        value2: taken.value2?.toNumber() ?? null,
        actor: names.get(taken.recordedBy) ?? null,
      })),
    }));
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
