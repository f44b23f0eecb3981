import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId, parseNhsNumber } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { type Channel, parseDay } from '#care/ingest';
import { type Contact, type ContactAnswer, type Fact, mayContact, type Permission, type Person } from './person.js';
import { PersonRepository } from './person.repository.js';
import { type Area, Places, type Practice } from './places.js';
import { DateImpossible, PersonMissing } from './population.faults.js';

export type LeftReason = 'died' | 'moved-away' | 'opted-out';

const MOST_FOUND = 100;

/** The register: who people are, where they live, what is known of them, and whether they may be contacted. */
@Injectable()
export class PopulationService {
  constructor(
    private readonly people: PersonRepository,
    private readonly places: Places,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Throws PersonMissing. A read for somebody's eyes is audited by the room that shows it. */
  async getPerson(personId: string): Promise<Person> {
    const person = isId(personId) ? await this.people.find(personId) : null;
    if (!person) throw new PersonMissing(personId);
    return person;
  }

  /** Spaces and hyphens are accepted. */
  async findByNhsNumber(text: string): Promise<Person | null> {
    const nhsNumber = parseNhsNumber(text);
    return nhsNumber ? this.people.findByNhsNumber(nhsNumber) : null;
  }

  /** People of one team by whole NHS number or by the beginnings of their names, in the order of their names. */
  async searchPeople(search: { text: string; teamKey: string; limit?: number }): Promise<Person[]> {
    const limit = Math.min(Math.max(search.limit ?? 20, 1), MOST_FOUND);
    const byNumber = await this.findByNhsNumber(search.text);
    if (byNumber) return byNumber.teamKey === search.teamKey ? [byNumber] : [];
    const words = Buffer.from(search.text.replaceAll('\0', ''))
      .toString()
      .split(/[\s,]+/)
      .filter(Boolean)
      .slice(0, 5);
    return words.length > 0 ? this.people.findByName(words, search.teamKey, limit) : [];
  }

  /** Everything known of a person, newest first. */
  async factsOf(personId: string): Promise<Fact[]> {
    return this.people.factsOf(personId);
  }

  /** What a person said about contact, oldest first. */
  async permissionsOf(personId: string): Promise<Permission[]> {
    return this.people.permissionsOf(personId);
  }

  /** Asked in the transaction that claims a message for sending. Throws PersonMissing. */
  async mayContact(personId: string, contact: Contact): Promise<ContactAnswer> {
    return mayContact(await this.getPerson(personId), await this.people.permissionsOf(personId), contact);
  }

  async findArea(lsoa: string): Promise<Area | null> {
    return this.places.findArea(lsoa);
  }

  async findPractice(code: string): Promise<Practice | null> {
    return this.places.findPractice(code);
  }

  /**
   * Records that a person does not want to be contacted; `all` ends every pathway of theirs. The same source and id a
   * second time changes nothing. Throws PersonMissing.
   */
  async recordOptOut(optOut: {
    personId: string;
    /** `all` or a programme's key. */
    purpose: string;
    channel?: Channel;
    source: string;
    sourceId: string;
  }): Promise<void> {
    const { personId, purpose, channel = 'all', source, sourceId } = optOut;
    await this.database.inTransaction(async () => {
      const person = await this.getPerson(personId);
      const at = this.clock.now();
      const word = { personId, channel, purpose, allowed: false, at, source, sourceId };
      if (!(await this.people.addPermission(word))) return;
      await this.audit.record({
        action: 'person.opted-out',
        subjectKind: 'person',
        subjectId: personId,
        personId,
        detail: { channel, purpose, source },
      });
      if (purpose === 'all' && channel === 'all') await this.sayLeft(person, 'opted-out');
    });
  }

  /** `on` is an ISO day. A second time changes nothing. Throws PersonMissing, DateImpossible. */
  async recordDeath(death: { personId: string; on: string; source: string }): Promise<void> {
    await this.database.inTransaction(async () => {
      const person = await this.getPerson(death.personId);
      this.checkDay(person, death.on);
      if (!(await this.people.setDeath(person.id, death.on, this.clock.now()))) return;
      await this.audit.record({
        action: 'person.death-recorded',
        subjectKind: 'person',
        subjectId: person.id,
        personId: person.id,
        detail: { source: death.source },
      });
      await this.sayLeft(person, 'died');
    });
  }

  /** `on` is an ISO day. A second time changes nothing. Throws PersonMissing, DateImpossible. */
  async recordMoveAway(move: { personId: string; on: string; source: string }): Promise<void> {
    await this.database.inTransaction(async () => {
      const person = await this.getPerson(move.personId);
      this.checkDay(person, move.on);
      if (!(await this.people.setMovedAway(person.id, move.on, this.clock.now()))) return;
      await this.audit.record({
        action: 'person.move-recorded',
        subjectKind: 'person',
        subjectId: person.id,
        personId: person.id,
        detail: { source: move.source },
      });
      await this.sayLeft(person, 'moved-away');
    });
  }

  /** Tells every pathway of the person, and the screens of their team. */
  async sayLeft(person: Pick<Person, 'id' | 'teamKey'>, reason: LeftReason): Promise<void> {
    await this.outbox.put({ topic: 'person-left', lane: person.id, body: { personId: person.id, reason } });
    await this.database.announce({ team: person.teamKey, what: 'person-left' });
  }

  private checkDay(person: Person, on: string): void {
    const tomorrow = new Date(this.clock.now().getTime() + 86_400_000).toISOString().slice(0, 10);
    if (!parseDay(on) || on < person.birthDate || on > tomorrow) throw new DateImpossible(person.id);
  }
}
