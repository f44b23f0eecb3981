import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import { Database } from '#platform/database';
import { newId, StoppedClock } from '#platform/kernel';
import { PopulationModule } from '#care/population';
import { ProgrammeMissing, ProgrammesService } from '#care/programmes';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { PersonNotKnown } from './detection.faults.js';
import { DetectionModule } from './detection.module.js';
import { DetectionService } from './detection.service.js';

const NOW = new Date('2026-11-22T09:00:00.000Z');
const LATER = new Date('2026-11-23T02:00:00.000Z');

describe('DetectionService', () => {
  let copy: DatabaseCopy;
  let rooms: TestingModule;
  let database: Database;
  let detection: DetectionService;

  beforeAll(async () => {
    copy = await cloneDatabase();
    rooms = await openRooms(copy.url, new StoppedClock(NOW), [PopulationModule, DetectionModule]);
    database = rooms.get(Database);
    detection = rooms.get(DetectionService);
    await rooms.get(ProgrammesService).load();
  }, 60_000);

  beforeEach(async () => {
    await database.client.finding.deleteMany();
    await database.client.fact.deleteMany();
    await database.client.person.deleteMany();
  });

  afterAll(async () => {
    await rooms.close();
    await copy.drop();
  });

  /** Somebody who smokes, whom stop-smoking is for. */
  async function aSmoker(changes: object = {}): Promise<string> {
    const id = newId();
    const person = {
      given: 'Test',
      family: 'Person',
      birthDate: new Date('1980-05-01'),
      sex: 'female',
      source: 'test',
    };
    await database.client.person.create({ data: { id, ...person, updatedAt: NOW, ...changes } });
    await addFact(id, {
      kind: 'smoking-status',
      code: 'current-smoker',
      effectiveAt: new Date('2026-03-03T10:00:00Z'),
    });
    return id;
  }

  async function addFact(personId: string, fact: { kind: string; code: string; effectiveAt: Date }): Promise<void> {
    await database.client.fact.create({
      data: { personId, ...fact, source: 'practice', sourceId: newId(), recordedAt: NOW },
    });
  }

  it('keeps whom it finds, with the reasons, their source and their date', async () => {
    const personId = await aSmoker({ imdDecile: 1 });
    const run = await detection.run('stop-smoking', NOW);
    expect(run).toMatchObject({ assessed: 1, found: 1, notActionable: 0, entered: 1, gone: 0 });
    expect(await detection.findingsOf(personId)).toEqual([
      expect.objectContaining({
        state: 'actionable',
        priority: 20,
        priorityParts: [{ points: 20, because: 'Core20' }],
        notNowBecause: null,
        reasons: [
          { text: 'Aged 18 or over', kind: 'age', source: null, at: null },
          { text: 'Current smoker', kind: 'smoking-status', source: 'practice', at: '2026-03-03T10:00:00.000Z' },
          { text: 'No referral for stop smoking in the last 12 months', kind: 'recorded', source: null, at: null },
          { text: 'No refusal of stop smoking in the last 12 months', kind: 'recorded', source: null, at: null },
        ],
      }),
    ]);
  });

  it('finds people who have no NHS number like others', async () => {
    await aSmoker({ nhsNumber: null });
    await aSmoker({ nhsNumber: '9990001014' });
    expect(await detection.run('stop-smoking', NOW)).toMatchObject({ assessed: 2, found: 2 });
  });

  it('finds nobody who has died or moved away', async () => {
    await aSmoker({ deceasedOn: new Date('2026-10-01') });
    await aSmoker({ movedAwayOn: new Date('2026-10-01') });
    expect(await detection.run('stop-smoking', NOW)).toMatchObject({ assessed: 0, found: 0 });
  });

  it('changes nothing but the run when it runs again', async () => {
    const personId = await aSmoker();
    await detection.run('stop-smoking', NOW);
    expect(await detection.run('stop-smoking', LATER)).toMatchObject({ found: 1, entered: 0, gone: 0 });
    const [finding, ...others] = await detection.findingsOf(personId);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ firstFoundAt: NOW, lastFoundAt: LATER });
  });

  it('is right when two run at once', async () => {
    await aSmoker();
    const runs = await Promise.all(Array.from({ length: 6 }, () => detection.run('stop-smoking', NOW)));
    expect(runs.map(({ entered }) => entered).sort()).toEqual([0, 0, 0, 0, 0, 1]);
    expect(await detection.countFindings('stop-smoking')).toEqual({ actionable: 1, 'not-actionable': 0, gone: 0 });
  });

  it('lets go of whom the rule no longer fits, and takes them back', async () => {
    const personId = await aSmoker();
    await detection.run('stop-smoking', NOW);
    await addFact(personId, {
      kind: 'smoking-status',
      code: 'ex-smoker',
      effectiveAt: new Date('2026-11-22T12:00:00Z'),
    });
    expect(await detection.run('stop-smoking', LATER)).toMatchObject({ found: 0, entered: 0, gone: 1 });
    expect(await detection.findingsOf(personId)).toEqual([expect.objectContaining({ state: 'gone' })]);
    expect(await detection.run('stop-smoking', NOW)).toMatchObject({ found: 1, entered: 1, gone: 0 });
  });

  it('says from which day a person may be let in', async () => {
    const personId = await aSmoker({ imdDecile: 3 });
    await database.client.contactPermission.create({
      data: { personId, channel: 'all', purpose: 'all', allowed: false, at: NOW, source: 'test', sourceId: newId() },
    });
    await detection.run('stop-smoking', NOW);
    expect(await detection.findingsOf(personId)).toEqual([
      expect.objectContaining({
        state: 'not-actionable',
        notNowBecause: 'Asked not to be contacted about this',
        actionableOn: null,
      }),
    ]);
    await database.client.contactPermission.deleteMany();
  });

  it('surfaces a very high reading, and does not let it into the queue', async () => {
    const personId = await aSmoker();
    await database.client.fact.create({
      data: {
        personId,
        kind: 'blood-pressure',
        code: 'clinic',
        value: 184,
        value2: 101,
        effectiveAt: new Date('2026-11-21T10:00:00Z'),
        source: 'practice',
        sourceId: newId(),
        recordedAt: NOW,
      },
    });
    await detection.run('blood-pressure-check', NOW);
    const [finding] = await detection.findingsOf(personId);
    expect(finding).toMatchObject({
      state: 'not-actionable',
      notNowBecause: 'Very high reading: tell the practice today',
    });
    expect(finding?.reasons.map(({ text }) => text)).toContain('Blood pressure 184/101 (in clinic)');
  });

  it('records the run and audits it', async () => {
    await aSmoker();
    const { runId } = await detection.run('stop-smoking', NOW);
    const run = await database.client.detectionRun.findUniqueOrThrow({ where: { id: runId } });
    expect(run).toMatchObject({ programme: 'stop-smoking', asOf: NOW, assessed: 1, found: 1, finishedAt: NOW });
    const audited = await database.client.auditEntry.findMany({ where: { subjectId: runId } });
    expect(audited.map(({ action }) => action)).toEqual(['detection.ran']);
  });

  it('says why, and what would change it', async () => {
    const personId = await aSmoker();
    const assessed = await detection.assess('stop-smoking', personId, NOW);
    expect(assessed.state).toBe('actionable');
    expect(assessed.wouldChange).toContain('Smoking status is recorded as anything but current smoker');
  });

  it('says why not, from which fact, and when that passes', async () => {
    const personId = await aSmoker();
    await addFact(personId, { kind: 'declined', code: 'stop-smoking', effectiveAt: new Date('2026-02-10T10:00:00Z') });
    expect(await detection.assess('stop-smoking', personId, NOW)).toMatchObject({
      state: 'not-eligible',
      reasons: [],
      whyNot: [{ text: 'Refusal of stop smoking', source: 'practice', at: '2026-02-10T10:00:00.000Z' }],
      wouldChange: ['Refusal of stop smoking: too old to count from 2027-02-11'],
    });
  });

  it('says of the dead only that they died', async () => {
    const personId = await aSmoker({ deceasedOn: new Date('2026-10-01') });
    expect(await detection.assess('stop-smoking', personId, NOW)).toMatchObject({
      state: 'not-eligible',
      left: 'died',
      whyNot: [{ text: 'Has died' }],
    });
  });

  it('refuses a programme and a person that do not exist', async () => {
    await expect(detection.run('walking')).rejects.toThrow(ProgrammeMissing);
    await expect(detection.assess('stop-smoking', newId())).rejects.toThrow(PersonNotKnown);
  });
});
