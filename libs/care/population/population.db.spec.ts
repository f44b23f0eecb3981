import type { TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '#platform/database';
import { newId, StoppedClock } from '#platform/kernel';
import { IngestModule } from '#care/ingest';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { DateImpossible, PersonMissing, PopulationModule, PopulationService } from './index.js';

const NOW = new Date('2026-11-22T10:00:00Z');

let copy: DatabaseCopy;
let rooms: TestingModule;
let database: Database;
let population: PopulationService;

beforeAll(async () => {
  copy = await cloneDatabase();
  rooms = await openRooms(copy.url, new StoppedClock(NOW), [IngestModule, PopulationModule]);
  database = rooms.get(Database);
  population = rooms.get(PopulationService);
});

afterAll(async () => {
  await rooms.close();
  await copy.drop();
});

async function aPerson(
  changes: { given?: string; family?: string; nhsNumber?: string; teamKey?: string | null } = {},
): Promise<string> {
  const id = newId(NOW.getTime());
  await database.client.person.create({
    data: {
      id,
      given: 'Iris',
      family: 'Marlowe',
      birthDate: new Date('1961-05-04'),
      sex: 'female',
      teamKey: 'northamptonshire',
      email: 'iris@mail.example',
      source: 'test',
      updatedAt: NOW,
      ...changes,
    },
  });
  return id;
}

async function left(personId: string): Promise<unknown[]> {
  const entries = await database.client.outboxEntry.findMany({ where: { lane: personId, topic: 'person-left' } });
  return entries.map(({ body }) => body);
}

describe('getPerson', () => {
  it.each([newId(NOW.getTime()), 'nonsense', ''])('throws PersonMissing for %p', async (id) => {
    await expect(population.getPerson(id)).rejects.toThrow(PersonMissing);
  });
});

describe('searchPeople', () => {
  const teamKey = 'walsall';

  beforeAll(async () => {
    await aPerson({ teamKey, given: 'Ada', family: 'Thornley', nhsNumber: '9990123454' });
    await aPerson({ teamKey, given: 'Zoe', family: 'Thornbury' });
    await aPerson({ teamKey, given: 'Thora', family: '100%' });
    await aPerson({ given: 'Ada', family: 'Thornley', nhsNumber: '9999999999' });
  });

  async function names(text: string, limit?: number): Promise<string[]> {
    const found = await population.searchPeople({ text, teamKey, limit });
    return found.map(({ given, family }) => `${given} ${family}`);
  }

  it('finds by the beginning of either name, in the order of the family names', async () => {
    expect(await names('tho')).toEqual(['Thora 100%', 'Zoe Thornbury', 'Ada Thornley']);
    expect(await names('THORN')).toEqual(['Zoe Thornbury', 'Ada Thornley']);
    expect(await names('thornley, ada')).toEqual(['Ada Thornley']);
    expect(await names('tho', 1)).toEqual(['Thora 100%']);
  });

  it('finds by the whole NHS number, and nobody of another team', async () => {
    expect(await names('999 012 3454')).toEqual(['Ada Thornley']);
    expect(await names('999 999 9999')).toEqual([]);
  });

  it('takes signs as they are and asks for at least one', async () => {
    expect(await names('100%')).toEqual(['Thora 100%']);
    expect(await names('%')).toEqual([]);
    expect(await names('_')).toEqual([]);
    expect(await names('\\')).toEqual([]);
    expect(await names("'; --\0")).toEqual([]);
    expect(await names('   ')).toEqual([]);
  });
});

describe('recordOptOut', () => {
  it('of everything reaches the pathways once, however often it is said', async () => {
    const personId = await aPerson();
    const optOut = { personId, purpose: 'all', source: 'desk', sourceId: 'note-1' };
    await population.recordOptOut(optOut);
    await population.recordOptOut(optOut);
    expect(await left(personId)).toEqual([{ personId, reason: 'opted-out' }]);
    const contact = { channel: 'email', purpose: 'stop-smoking', at: NOW } as const;
    expect(await population.mayContact(personId, contact)).toEqual({ allowed: false, because: 'opted-out' });
  });

  it('of one purpose leaves the others alone', async () => {
    const personId = await aPerson();
    await population.recordOptOut({ personId, purpose: 'stop-smoking', source: 'reply', sourceId: 'reply-1' });
    expect(await left(personId)).toEqual([]);
    const ask = (purpose: string) => population.mayContact(personId, { channel: 'email', purpose, at: NOW });
    expect(await ask('stop-smoking')).toEqual({ allowed: false, because: 'opted-out-of-purpose' });
    expect(await ask('housing-referral')).toEqual({ allowed: true });
  });

  it('is audited with codes and nothing personal', async () => {
    const personId = await aPerson();
    await population.recordOptOut({ personId, purpose: 'all', channel: 'sms', source: 'desk', sourceId: 'note-2' });
    const entries = await database.client.auditEntry.findMany({ where: { personId } });
    expect(entries).toMatchObject([
      { action: 'person.opted-out', subjectId: personId, detail: { channel: 'sms', purpose: 'all', source: 'desk' } },
    ]);
  });
});

describe('recordDeath and recordMoveAway', () => {
  it('reach the pathways once', async () => {
    const personId = await aPerson();
    const [death, move] = [
      { personId, on: '2026-11-20', source: 'desk' },
      { personId, on: '2026-11-19', source: 'desk' },
    ];
    await population.recordDeath(death);
    await population.recordDeath({ ...death, on: '2026-11-21' });
    await population.recordMoveAway(move);
    await population.recordMoveAway(move);
    expect(await left(personId)).toEqual([
      { personId, reason: 'died' },
      { personId, reason: 'moved-away' },
    ]);
    expect(await population.getPerson(personId)).toMatchObject({ deceasedOn: '2026-11-20', movedAwayOn: '2026-11-19' });
  });

  it.each(['2027-01-01', '1950-01-01', '2026-02-30', 'yesterday'])('refuse the day %s', async (on) => {
    const personId = await aPerson();
    await expect(population.recordDeath({ personId, on, source: 'desk' })).rejects.toThrow(DateImpossible);
    await expect(population.recordMoveAway({ personId, on, source: 'desk' })).rejects.toThrow(DateImpossible);
    expect(await left(personId)).toEqual([]);
  });
});
