import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { age, type Person, PersonMissing, PopulationService } from '#care/population';
import { ProgrammesService } from '#care/programmes';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, newId, sayNhsNumber } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import type { Caller } from '../identity/index.js';
import type { PeopleView } from './person.schema.js';

const MOST_SHOWN = 20;

/** What a desk may do with the people of its own team. Everybody else's are as good as absent. */
@Injectable()
export class PeopleDesk {
  constructor(
    private readonly population: PopulationService,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Records each person shown as read. */
  async find({ team }: Caller, text: string): Promise<PeopleView> {
    if (team === null) return { items: [], more: false };
    const found = await this.population.searchPeople({ text, teamKey: team, limit: MOST_SHOWN + 1 });
    const shown = found.slice(0, MOST_SHOWN);
    await this.audit.recordAll(
      shown.map(({ id }) => ({
        action: 'person.found',
        subjectKind: 'person',
        subjectId: id,
        personId: id,
        purpose: 'direct-care',
      })),
    );
    const titles = new Map((await this.programmes.listLive()).map(({ programme, title }) => [programme, title]));
    const items = await Promise.all(shown.map((person) => this.matchOf(person, titles)));
    return { items, more: found.length > MOST_SHOWN };
  }

  /** Throws PersonMissing. */
  async optOut(caller: Caller, personId: string, purpose: string): Promise<void> {
    await this.database.inTransaction(async () => {
      await this.getOwn(caller, personId);
      const sourceId = newId();
      await this.population.recordOptOut({ personId, purpose, source: 'desk', sourceId });
      if (purpose === 'all') return;
      const open = await this.allocation.listOpenEpisodesOf(personId);
      for (const episode of open.filter(({ programme }) => programme === purpose)) {
        await this.outbox.put({
          topic: 'pathway-event',
          lane: episode.id,
          body: { kind: 'left', id: sourceId, reason: 'opted-out' },
        });
      }
    });
  }

  /** Throws PersonMissing, DateImpossible. */
  async died(caller: Caller, personId: string, on: string): Promise<void> {
    await this.getOwn(caller, personId);
    await this.population.recordDeath({ personId, on, source: 'desk' });
  }

  /** Throws PersonMissing, DateImpossible. */
  async movedAway(caller: Caller, personId: string, on: string): Promise<void> {
    await this.getOwn(caller, personId);
    await this.population.recordMoveAway({ personId, on, source: 'desk' });
  }

  private async getOwn({ team }: Caller, personId: string): Promise<Person> {
    const person = await this.population.getPerson(personId);
    if (team === null) throw new PersonMissing(personId);
    if (person.teamKey === team) return person;
    // A team also works with people whose episodes were handed over to it.
    const open = await this.allocation.listOpenEpisodesOf(personId);
    if (!open.some(({ teamKey }) => teamKey === team)) throw new PersonMissing(personId);
    return person;
  }

  private async matchOf(person: Person, titles: ReadonlyMap<string, string>): Promise<PeopleView['items'][number]> {
    const area = person.lsoa && !person.sensitive ? await this.population.findArea(person.lsoa) : null;
    const open = await this.allocation.listOpenEpisodesOf(person.id);
    return {
      id: person.id,
      name: `${person.given} ${person.family}`,
      born: person.birthDate,
      age: age(person, this.clock.now()),
      nhsNumber: person.nhsNumber && sayNhsNumber(person.nhsNumber),
      area: area?.name ?? null,
      openEpisodes: open.map(({ programme }) => ({ programme, title: titles.get(programme) ?? programme })),
    };
  }
}
