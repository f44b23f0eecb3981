import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { Database, type Prisma } from '#platform/database';
import { newId, StoppedClock } from '#platform/kernel';
import { DetectionService } from '#care/detection';
import { PopulationModule } from '#care/population';
import { ProgrammesService, type LoadedProgramme, type Rule } from '#care/programmes';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { AllocationModule } from './allocation.module.js';
import { AllocationService } from './allocation.service.js';
import { LeavingService } from './leaving.service.js';

const FOUND = new Date('2026-11-02T09:00:00.000Z');
const NOW = new Date('2026-11-22T09:00:00.000Z');
const stopped: Rule = { test: 'latest', of: 'smoking-status', isAny: ['ex-smoker', 'never-smoked'] };

describe('LeavingService', () => {
  let copy: DatabaseCopy;
  let rooms: TestingModule;
  let database: Database;
  let leaving: LeavingService;
  const clock = new StoppedClock(FOUND);

  beforeAll(async () => {
    copy = await cloneDatabase();
    rooms = await openRooms(copy.url, clock, [PopulationModule, AllocationModule]);
    database = rooms.get(Database);
    leaving = rooms.get(LeavingService);
    await rooms.get(ProgrammesService).load();
    for (const onceHelped of ['leave', 'finish'] as const) await addVersion(onceHelped);
  }, 60_000);

  beforeEach(async () => {
    clock.moveTo(FOUND);
    const { client } = database;
    await client.referral.deleteMany();
    await client.outboxEntry.deleteMany();
    await client.exit.deleteMany();
    await client.episode.deleteMany();
    await client.finding.deleteMany();
    await client.fact.deleteMany();
    await client.person.deleteMany();
  });

  afterAll(async () => {
    await rooms.close();
    await copy.drop();
  });

  const versions = new Map<string, string>();

  /** The shipped programme with leave rules of the test's own. */
  async function addVersion(onceHelped: 'leave' | 'finish'): Promise<void> {
    const { versionId: _id, loadedAt: _at, ...shipped } = await rooms.get(ProgrammesService).getLive('stop-smoking');
    const stillFor: Rule = { test: 'not', rule: { test: 'standing', kind: 'flag', any: ['pregnant'] } };
    const leave: LoadedProgramme['leave'] = { needMet: stopped, stillFor, onceHelped };
    const id = newId();
    await database.client.programmeVersion.create({
      data: {
        id,
        programme: 'stop-smoking',
        version: 1_000 + versions.size,
        title: 'Stop smoking',
        definition: { ...shipped, leave } as unknown as Prisma.InputJsonObject,
        hash: id,
        loadedAt: FOUND,
        live: false,
      },
    });
    versions.set(onceHelped, id);
  }

  /** Found as a smoker and let in, then three weeks go by. */
  async function underWay(onceHelped: 'leave' | 'finish' = 'leave', episode: object = {}): Promise<string> {
    clock.moveTo(FOUND);
    const id = newId();
    await database.client.person.create({
      data: {
        id,
        given: 'Test',
        family: 'Person',
        birthDate: new Date('1980-05-01'),
        sex: 'female',
        source: 'test',
        teamKey: 'northamptonshire',
        updatedAt: FOUND,
      },
    });
    await smoking(id, 'current-smoker', new Date('2026-10-01T10:00:00Z'), new Date('2026-10-02T10:00:00Z'));
    await rooms.get(DetectionService).run('stop-smoking', FOUND);
    await rooms.get(AllocationService).letIn('stop-smoking');
    await database.client.episode.updateMany({
      where: { personId: id },
      data: { programmeVersionId: versions.get(onceHelped)!, ...episode },
    });
    clock.moveTo(NOW);
    return id;
  }

  async function smoking(personId: string, code: string, effectiveAt: Date, recordedAt = NOW): Promise<void> {
    const sourceId = newId();
    const fact = { personId, kind: 'smoking-status', code, effectiveAt, source: 'practice', sourceId, recordedAt };
    await database.client.fact.create({ data: fact });
  }

  async function refer(personId: string, status: string): Promise<void> {
    const episode = await database.client.episode.findFirstOrThrow({ where: { personId } });
    const service =
      (await database.client.service.findFirst()) ??
      (await database.client.service.create({
        data: { organisation: 'quit-well', name: 'Quit Well', kind: 'stop-smoking', area: 'northamptonshire' },
      }));
    await database.client.referral.create({
      data: {
        key: newId(),
        episodeId: episode.id,
        personId,
        programme: 'stop-smoking',
        step: 'refer',
        serviceId: service.id,
        organisation: service.organisation,
        status,
        need: 'Help',
        sentAt: FOUND,
        answerBy: NOW,
      },
    });
  }

  async function toldOf(personId: string): Promise<readonly unknown[]> {
    const { id } = await database.client.episode.findFirstOrThrow({ where: { personId } });
    const entries = await database.client.outboxEntry.findMany({ where: { lane: id, topic: 'pathway-event' } });
    return entries.map(({ body }) => body);
  }

  it('tells the pathway of whoever has stopped since, and audits it', async () => {
    const personId = await underWay();
    await smoking(personId, 'ex-smoker', new Date('2026-11-20T10:00:00Z'));
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 1, because: { 'need-met-by-others': 1 } });
    const { id } = await database.client.episode.findFirstOrThrow({ where: { personId } });
    expect(await toldOf(personId)).toEqual([{ kind: 'left', id: `left/${id}`, reason: 'need-met-by-others' }]);
    const audited = await database.client.auditEntry.findMany({ where: { subjectId: id } });
    expect(audited.map(({ action }) => action)).toEqual(['episode.opened', 'episode.told-to-leave']);
  });

  it('tells it once, however often it looks and whoever looks with it', async () => {
    const personId = await underWay();
    await smoking(personId, 'ex-smoker', NOW);
    const looks = await Promise.all(Array.from({ length: 5 }, () => leaving.letGo('stop-smoking')));
    expect(looks.map(({ left }) => left).sort()).toEqual([0, 0, 0, 0, 1]);
    await database.client.outboxEntry.deleteMany();
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 0, because: {} });
    expect(await toldOf(personId)).toEqual([]);
  });

  it('leaves alone whoever still smokes, though we referred them', async () => {
    const personId = await underWay();
    await database.client.fact.create({
      data: {
        personId,
        kind: 'referral',
        code: 'stop-smoking',
        effectiveAt: NOW,
        source: 'practice',
        sourceId: newId(),
        recordedAt: NOW,
      },
    });
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 0, because: {} });
  });

  it('lets go of the paused like others', async () => {
    const personId = await underWay('leave', { pausedAt: NOW, pausedBecause: 'in-hospital' });
    await smoking(personId, 'ex-smoker', NOW);
    expect(await leaving.letGo('stop-smoking')).toMatchObject({ left: 1 });
    expect(await toldOf(personId)).toHaveLength(1);
  });

  it('lets go of whoever was found by data that was wrong', async () => {
    const personId = await underWay();
    await database.client.fact.deleteMany({ where: { personId } });
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 1, because: { 'data-corrected': 1 } });
  });

  it('lets go of whoever the programme is not for any more', async () => {
    const personId = await underWay();
    const fact = { personId, kind: 'flag', code: 'pregnant', effectiveAt: NOW, recordedAt: NOW };
    await database.client.fact.create({ data: { ...fact, source: 'practice', sourceId: newId() } });
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 1, because: { 'no-longer-eligible': 1 } });
  });

  it('counts what a service of ours began as met by us', async () => {
    const personId = await underWay();
    await refer(personId, 'completed');
    await smoking(personId, 'ex-smoker', NOW);
    const { id } = await database.client.episode.findFirstOrThrow({ where: { personId } });
    expect(await leaving.isHelpedByUs(id)).toBe(true);
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 1, because: { 'need-met-by-us': 1 } });
  });

  it.each([
    ['a service has them', 'started', 'refer'],
    ['they wait to be asked how it went', 'completed', 'four-week-quit'],
  ])('lets help go on to its end while %s, where the programme says so', async (_when, status, step) => {
    const personId = await underWay('finish', { step });
    await refer(personId, status);
    await smoking(personId, 'ex-smoker', NOW);
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 0, because: {} });
    await database.client.episode.updateMany({ data: { programmeVersionId: versions.get('leave')! } });
    expect(await leaving.letGo('stop-smoking')).toEqual({ left: 1, because: { 'need-met-by-us': 1 } });
  });

  it('leaves the dead and those who moved to the events that say so', async () => {
    const personId = await underWay();
    await smoking(personId, 'ex-smoker', NOW);
    await database.client.person.update({ where: { id: personId }, data: { deceasedOn: NOW } });
    expect(await leaving.letGo('stop-smoking')).toMatchObject({ left: 0 });
  });

  it('looks no more at whom has ended', async () => {
    const personId = await underWay('leave', { status: 'ended', endedAt: NOW });
    await smoking(personId, 'ex-smoker', NOW);
    expect(await leaving.letGo('stop-smoking')).toMatchObject({ left: 0 });
  });
});
