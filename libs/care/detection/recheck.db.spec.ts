import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { Database, Prisma } from '#platform/database';
import { newId, StoppedClock } from '#platform/kernel';
import { PopulationModule } from '#care/population';
import {
  ProgrammesService,
  ProgrammeVersionMissing,
  type LoadedProgramme,
  type ProgrammeDefinition,
  type Rule,
} from '#care/programmes';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { PersonNotKnown } from './detection.faults.js';
import { DetectionModule } from './detection.module.js';
import { DetectionService } from './detection.service.js';
import { RuleQuery } from './rule-query.js';

const OPENED = new Date('2026-11-02T09:00:00.000Z');
const NOW = new Date('2026-11-22T09:00:00.000Z');
const SMOKED = new Date('2026-10-01T10:00:00.000Z');

const smokes: Rule = { test: 'latest', of: 'smoking-status', isAny: ['current-smoker'] };
const stopped: Rule = { test: 'latest', of: 'smoking-status', isAny: ['ex-smoker', 'never-smoked'] };
const referred: Rule = { test: 'recorded', kind: 'referral', any: ['stop-smoking'] };
const raised: Rule = {
  test: 'reading',
  of: 'blood-pressure',
  from: { clinic: { systolic: 140, diastolic: 90 }, home: { systolic: 135, diastolic: 85 }, match: 'either' },
};
const eligible: Rule = {
  test: 'all',
  rules: [{ test: 'age', from: 18 }, smokes, { test: 'not', rule: referred }],
};

describe('DetectionService looks again', () => {
  let copy: DatabaseCopy;
  let rooms: TestingModule;
  let database: Database;
  let detection: DetectionService;
  let stopSmoking: LoadedProgramme;

  beforeAll(async () => {
    copy = await cloneDatabase();
    rooms = await openRooms(copy.url, new StoppedClock(NOW), [PopulationModule, DetectionModule]);
    database = rooms.get(Database);
    detection = rooms.get(DetectionService);
    await rooms.get(ProgrammesService).load();
    stopSmoking = await rooms.get(ProgrammesService).getLive('stop-smoking');
  }, 60_000);

  beforeEach(async () => {
    await database.client.episode.deleteMany();
    await database.client.finding.deleteMany();
    await database.client.fact.deleteMany();
    await database.client.person.deleteMany();
  });

  afterAll(async () => {
    await rooms.close();
    await copy.drop();
  });

  /** A version of stop-smoking of its own, with the rules that matter here. */
  async function aVersion(changes: Partial<ProgrammeDefinition> = {}): Promise<string> {
    const id = newId();
    const { versionId: _versionId, loadedAt: _loadedAt, ...shipped } = stopSmoking;
    const { leave: _leave, ...base } = shipped;
    const definition = { ...base, eligible, ...changes };
    await database.client.programmeVersion.create({
      data: {
        id,
        programme: 'stop-smoking',
        version: 1_000 + (await database.client.programmeVersion.count()),
        title: 'Stop smoking',
        definition: definition as unknown as Prisma.InputJsonObject,
        hash: id,
        loadedAt: NOW,
        live: false,
      },
    });
    return id;
  }

  /** Somebody found as a smoker three weeks ago, and under way since. */
  async function underWay(versionId: string): Promise<string> {
    const personId = newId();
    await database.client.person.create({
      data: {
        id: personId,
        given: 'Test',
        family: 'Person',
        birthDate: new Date('1980-05-01'),
        sex: 'female',
        source: 'test',
        updatedAt: OPENED,
      },
    });
    await database.client.fact.create({
      data: {
        personId,
        kind: 'smoking-status',
        code: 'current-smoker',
        effectiveAt: SMOKED,
        source: 'practice',
        sourceId: newId(),
        recordedAt: SMOKED,
      },
    });
    await database.client.episode.create({
      data: {
        personId,
        programme: 'stop-smoking',
        programmeVersionId: versionId,
        episodeNo: 1,
        origin: 'detection',
        reasons: [
          { text: 'Aged 18 or over', kind: 'age', source: null, at: null },
          { text: 'Current smoker', kind: 'smoking-status', source: 'practice', at: SMOKED.toISOString() },
          { text: 'No referral for stop smoking', kind: 'recorded', source: null, at: null },
        ],
        priority: 0,
        priorityParts: [],
        openedAt: OPENED,
      },
    });
    return personId;
  }

  async function addFact(
    personId: string,
    fact: { kind: string; code: string; effectiveAt: Date; value?: number; value2?: number },
  ): Promise<void> {
    await database.client.fact.create({
      data: { personId, ...fact, source: 'practice', sourceId: newId(), recordedAt: NOW },
    });
  }

  const recheck = (programmeVersionId: string, personId: string, helpedByUs = false) =>
    detection.recheck({ programmeVersionId, personId, episodeOpenedAt: OPENED, helpedByUs, at: NOW });

  it('keeps whom nothing has changed for', async () => {
    const version = await aVersion({
      leave: { needMet: stopped, stillFor: { test: 'age', from: 18 }, onceHelped: 'leave' },
    });
    expect(await recheck(version, await underWay(version))).toBe('still-eligible');
  });

  it('keeps whom we referred, though the rule that found them holds no longer', async () => {
    const version = await aVersion({ leave: { needMet: stopped, onceHelped: 'leave' } });
    const personId = await underWay(version);
    await addFact(personId, { kind: 'referral', code: 'stop-smoking', effectiveAt: new Date('2026-11-10T10:00:00Z') });
    expect((await detection.assess('stop-smoking', personId, NOW)).state).toBe('not-eligible');
    expect(await recheck(version, personId)).toBe('still-eligible');
  });

  it('says that the need is met, and by whom', async () => {
    const version = await aVersion({ leave: { needMet: stopped, onceHelped: 'leave' } });
    const personId = await underWay(version);
    await addFact(personId, {
      kind: 'smoking-status',
      code: 'ex-smoker',
      effectiveAt: new Date('2026-11-20T10:00:00Z'),
    });
    expect(await recheck(version, personId)).toBe('need-met-by-others');
    expect(await recheck(version, personId, true)).toBe('need-met-by-us');
  });

  it('says that the programme is not for them any more', async () => {
    const pregnant: Rule = { test: 'standing', kind: 'flag', any: ['pregnant'] };
    const version = await aVersion({ leave: { stillFor: { test: 'not', rule: pregnant }, onceHelped: 'leave' } });
    const personId = await underWay(version);
    expect(await recheck(version, personId)).toBe('still-eligible');
    await addFact(personId, { kind: 'flag', code: 'pregnant', effectiveAt: new Date('2026-11-20T10:00:00Z') });
    expect(await recheck(version, personId)).toBe('no-longer-eligible');
  });

  it('keeps whom a referral brought although the record said already that they need nothing', async () => {
    const leave = { needMet: stopped, stillFor: { test: 'age', from: 50 }, onceHelped: 'leave' } as const;
    const version = await aVersion({ leave });
    const personId = await underWay(version);
    const fact = { personId, kind: 'smoking-status', code: 'ex-smoker', source: 'practice' };
    const recordedAt = new Date('2026-10-20T10:00:00Z');
    await database.client.fact.create({
      data: { ...fact, sourceId: newId(), effectiveAt: new Date('2026-10-19T10:00:00Z'), recordedAt },
    });
    await database.client.episode.updateMany({ where: { personId }, data: { reasons: [] } });
    expect(await recheck(version, personId)).toBe('still-eligible');
  });

  it('lets go of whoever turns out to have stopped before they were found', async () => {
    const version = await aVersion({ leave: { needMet: stopped, onceHelped: 'leave' } });
    const personId = await underWay(version);
    await addFact(personId, {
      kind: 'smoking-status',
      code: 'ex-smoker',
      effectiveAt: new Date('2026-10-19T10:00:00Z'),
    });
    expect(await recheck(version, personId)).toBe('need-met-by-others');
  });

  it('keeps everybody on a version that does not say when they leave', async () => {
    const version = await aVersion();
    const personId = await underWay(version);
    await addFact(personId, { kind: 'smoking-status', code: 'ex-smoker', effectiveAt: NOW });
    expect(await recheck(version, personId)).toBe('still-eligible');
  });

  describe('says that the data was wrong', () => {
    it('when the fact they were found by was taken back', async () => {
      const version = await aVersion();
      const personId = await underWay(version);
      await database.client.fact.deleteMany({ where: { personId } });
      expect(await recheck(version, personId)).toBe('data-corrected');
    });

    it('when the fact of that moment now says something else', async () => {
      const version = await aVersion({ leave: { needMet: stopped, onceHelped: 'leave' } });
      const personId = await underWay(version);
      await database.client.fact.updateMany({ where: { personId }, data: { code: 'never-smoked' } });
      expect(await recheck(version, personId)).toBe('data-corrected');
    });

    it('when the figure of that moment is lower after all', async () => {
      const version = await aVersion({ eligible: raised });
      const personId = await underWay(version);
      const measuredAt = new Date('2026-10-05T10:00:00.000Z');
      const reading = { kind: 'blood-pressure', code: 'clinic', effectiveAt: measuredAt };
      await addFact(personId, { ...reading, value: 154, value2: 92 });
      const reasons = [
        { text: '154/92', kind: 'blood-pressure', source: 'practice', at: measuredAt.toISOString() },
      ] satisfies Prisma.InputJsonArray;
      await database.client.episode.updateMany({ where: { personId }, data: { reasons } });
      expect(await recheck(version, personId)).toBe('still-eligible');
      await database.client.fact.updateMany({ where: { kind: 'blood-pressure' }, data: { value: 124, value2: 72 } });
      expect(await recheck(version, personId)).toBe('data-corrected');
    });

    it('but not when another fact would have been reason enough', async () => {
      const version = await aVersion();
      const personId = await underWay(version);
      await addFact(personId, { kind: 'smoking-status', code: 'current-smoker', effectiveAt: new Date('2026-01-01') });
      await database.client.fact.deleteMany({ where: { personId, effectiveAt: SMOKED } });
      expect(await recheck(version, personId)).toBe('still-eligible');
    });

    it('but not of somebody whom a referral brought, not a fact', async () => {
      const version = await aVersion();
      const personId = await underWay(version);
      const reasons = [{ text: 'Referred by a ward', kind: 'trigger', source: 'hospital', at: OPENED.toISOString() }];
      await database.client.episode.updateMany({ where: { personId }, data: { reasons } });
      await database.client.fact.deleteMany({ where: { personId } });
      expect(await recheck(version, personId)).toBe('still-eligible');
    });
  });

  it('takes the first way whose rule holds', async () => {
    const personId = await underWay(await aVersion());
    const ways: readonly Rule[] = [stopped, { test: 'age', from: 40 }, smokes];
    expect(await detection.chooseWay(personId, ways, NOW)).toBe(1);
    expect(await detection.chooseWay(personId, [stopped], NOW)).toBeNull();
  });

  it('answers a way as a run would', async () => {
    const version = await aVersion();
    const people = await Promise.all([underWay(version), underWay(version), underWay(version)]);
    await addFact(people[1], { kind: 'smoking-status', code: 'ex-smoker', effectiveAt: NOW });
    await addFact(people[2], { kind: 'blood-pressure', code: 'home', effectiveAt: NOW, value: 136, value2: 80 });
    for (const rule of [stopped, smokes, raised, eligible, { test: 'not', rule: raised } as const]) {
      const query = new RuleQuery(NOW);
      const holds = query.condition(rule);
      const found = await database.client.$queryRaw<{ id: string }[]>`SELECT p.id FROM ${query.from()} WHERE ${holds}`;
      for (const personId of people) {
        const way = await detection.chooseWay(personId, [rule], NOW);
        expect(way === 0).toBe(found.some(({ id }) => id === personId));
      }
    }
  });

  it('refuses a person and a version that do not exist', async () => {
    const version = await aVersion();
    await expect(recheck(version, newId())).rejects.toThrow(PersonNotKnown);
    await expect(recheck(newId(), newId())).rejects.toThrow(ProgrammeVersionMissing);
    await expect(detection.chooseWay(newId(), [], NOW)).rejects.toThrow(PersonNotKnown);
  });
});
