import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import pg from 'pg';
import { Database } from '#platform/database';
import { newId, StoppedClock } from '#platform/kernel';
import { PopulationModule } from '#care/population';
import { DetectionService } from '#care/detection';
import { ProgrammesService } from '#care/programmes';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { AllocationModule } from './allocation.module.js';
import { AllocationService, type Enrolment } from './allocation.service.js';
import { EpisodeMissing, TriggerReused } from './allocation.faults.js';
import { TriggersService, type IncomingTrigger } from './triggers.service.js';

const NOW = new Date('2026-11-22T09:00:00.000Z');
const AT = new Date('2026-11-22T10:00:00.000Z');
/** 999 000 1014, which nobody real has. */
const NHS_NUMBER = '9990001014';

describe('the gate', () => {
  let copy: DatabaseCopy;
  let owner: pg.Client;
  let rooms: TestingModule;
  let database: Database;
  let allocation: AllocationService;
  let triggers: TriggersService;
  const clock = new StoppedClock(NOW);

  beforeAll(async () => {
    copy = await cloneDatabase();
    owner = new pg.Client({ connectionString: copy.ownerUrl });
    await owner.connect();
    // The ledger cannot be emptied, but between tests.
    await owner.query('ALTER TABLE ending DISABLE TRIGGER USER; ALTER TABLE measurement DISABLE TRIGGER USER');
    rooms = await openRooms(copy.url, clock, [PopulationModule, AllocationModule]);
    database = rooms.get(Database);
    allocation = rooms.get(AllocationService);
    triggers = rooms.get(TriggersService);
    await rooms.get(ProgrammesService).load();
  }, 60_000);

  beforeEach(async () => {
    clock.moveTo(NOW);
    await owner.query(
      'TRUNCATE ending, episode, finding, fact, contact_permission, person, outbox_entry, "trigger" CASCADE',
    );
  });

  afterAll(async () => {
    await rooms.close();
    await owner.end();
    await copy.drop();
  });

  async function aSmoker(changes: object = {}): Promise<string> {
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
        updatedAt: NOW,
        ...changes,
      },
    });
    await database.client.fact.create({
      data: {
        personId: id,
        kind: 'smoking-status',
        code: 'current-smoker',
        effectiveAt: new Date('2026-03-03T10:00:00Z'),
        source: 'practice',
        sourceId: id,
        recordedAt: NOW,
      },
    });
    return id;
  }

  async function optOut(personId: string): Promise<void> {
    await database.client.contactPermission.create({
      data: { personId, channel: 'all', purpose: 'all', allowed: false, at: NOW, source: 'test', sourceId: newId() },
    });
  }

  async function end(episodeId: string, ending: string, at: Date): Promise<void> {
    await allocation.close({ episodeId, at });
    const { personId, programme } = await allocation.getEpisode(episodeId);
    await database.client.ending.create({
      data: { episodeId, personId, programme, ending, exit: false, good: false, at },
    });
  }

  const detect = () => rooms.get(DetectionService).run('stop-smoking', NOW);
  const starts = () => database.client.outboxEntry.findMany({ where: { topic: 'pathway-start' } });
  const anEnrolment = (personId: string, changes: Partial<Enrolment> = {}): Enrolment => ({
    personId,
    programme: 'stop-smoking',
    origin: 'trigger',
    reasons: [{ text: 'Asked for', kind: 'trigger', source: 'test', at: AT.toISOString() }],
    ...changes,
  });
  const aTrigger = (changes: Partial<IncomingTrigger> = {}): IncomingTrigger => ({
    source: 'hospital',
    webhookId: 'msg_1',
    bodyHash: 'a',
    programme: 'stop-smoking',
    nhsNumber: '999 000 1014',
    reason: 'Asked on the ward',
    ...changes,
  });

  describe('letIn', () => {
    it('opens an episode, puts the start of its pathway and audits it, for everybody found', async () => {
      const people = [await aSmoker(), await aSmoker({ imdDecile: 1 })];
      await detect();
      expect(await allocation.letIn('stop-smoking')).toEqual({ letIn: 2, held: { noTeam: 0 } });
      const episodes = (await Promise.all(people.map((id) => allocation.listOpenEpisodesOf(id)))).flat();
      expect(episodes.map(({ priority }) => priority)).toEqual([0, 20]);
      expect(episodes[0]).toMatchObject({
        status: 'open',
        origin: 'detection',
        episodeNo: 1,
        demo: false,
        openedAt: NOW,
      });
      expect(episodes[0]?.reasons.map(({ text }) => text)).toContain('Current smoker');
      const bodies = (await starts()).map(({ lane, body }) => ({ lane, body }));
      expect(bodies).toEqual(expect.arrayContaining(episodes.map(({ id }) => ({ lane: id, body: { episodeId: id } }))));
      const audited = await database.client.auditEntry.findMany({ where: { subjectId: episodes[0]!.id } });
      expect(audited).toEqual([expect.objectContaining({ action: 'episode.opened', personId: people[0] })]);
    });

    it('lets in nobody twice, however often it runs', async () => {
      await aSmoker();
      await detect();
      await allocation.letIn('stop-smoking');
      expect(await allocation.letIn('stop-smoking')).toEqual({ letIn: 0, held: { noTeam: 0 } });
      await detect();
      expect(await allocation.letIn('stop-smoking')).toEqual({ letIn: 0, held: { noTeam: 0 } });
      expect(await starts()).toHaveLength(1);
    });

    it('lets in each person once when many run at once', async () => {
      for (let count = 0; count < 20; count += 1) await aSmoker();
      await detect();
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => allocation.letIn('stop-smoking')));
      expect(outcomes.reduce((sum, { letIn }) => sum + letIn, 0)).toBe(20);
      expect(await starts()).toHaveLength(20);
    });

    it('holds back, and counts, whoever has no team', async () => {
      await aSmoker({ teamKey: null });
      await detect();
      expect(await allocation.letIn('stop-smoking')).toEqual({ letIn: 0, held: { noTeam: 1 } });
    });

    it.each([
      ['died', (id: string) => database.client.person.update({ where: { id }, data: { deceasedOn: NOW } })],
      ['moved away', (id: string) => database.client.person.update({ where: { id }, data: { movedAwayOn: NOW } })],
      ['opted out', (id: string) => optOut(id)],
    ])('lets in nobody who has %s since they were found', async (_what, happen) => {
      const personId = await aSmoker();
      await detect();
      await happen(personId);
      expect(await allocation.letIn('stop-smoking')).toMatchObject({ letIn: 0 });
    });

    it('lets a person in again when the cool-off of the last ending is over', async () => {
      const personId = await aSmoker();
      await detect();
      await allocation.letIn('stop-smoking');
      const [episode] = await allocation.listOpenEpisodesOf(personId);
      await end(episode!.id, 'declined', AT);
      clock.moveTo(new Date('2027-11-22T09:00:00Z'));
      expect(await allocation.letIn('stop-smoking')).toMatchObject({ letIn: 0 });
      clock.moveTo(new Date('2027-11-22T11:00:00Z'));
      expect(await allocation.letIn('stop-smoking')).toMatchObject({ letIn: 1 });
      expect((await allocation.listEpisodesOf(personId)).map(({ episodeNo }) => episodeNo)).toEqual([2, 1]);
    });
  });

  describe('enrol', () => {
    it('starts an episode with the priority the programme gives', async () => {
      const personId = await aSmoker({ imdDecile: 2 });
      const enrolled = await allocation.enrol(anEnrolment(personId));
      expect(enrolled.state).toBe('started');
      expect(await allocation.listEpisodesOf(personId)).toEqual([
        expect.objectContaining({
          origin: 'trigger',
          priority: 20,
          priorityParts: [{ points: 20, because: 'Core20' }],
        }),
      ]);
    });

    it('joins the open episode', async () => {
      const personId = await aSmoker();
      const first = await allocation.enrol(anEnrolment(personId));
      const second = await allocation.enrol(anEnrolment(personId));
      expect(second).toEqual({ ...first, state: 'joined' });
      expect(await starts()).toHaveLength(1);
    });

    it('opens one episode and one pathway, whatever comes at once', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom('let in', 'enrol'), { minLength: 50, maxLength: 50 }),
          async (calls) => {
            const personId = await aSmoker();
            await detect();
            await Promise.all(
              calls.map((call) =>
                call === 'enrol' ? allocation.enrol(anEnrolment(personId)) : allocation.letIn('stop-smoking'),
              ),
            );
            const episodes = await allocation.listEpisodesOf(personId);
            expect(episodes.map(({ status, episodeNo }) => ({ status, episodeNo }))).toEqual([
              { status: 'open', episodeNo: 1 },
            ]);
            expect((await starts()).filter(({ lane }) => lane === episodes[0]!.id)).toHaveLength(1);
          },
        ),
        { numRuns: 3 },
      );
    }, 60_000);

    it.each([
      ['has died', { deceasedOn: NOW }, 'Has died'],
      ['has moved away', { movedAwayOn: NOW }, 'Has moved away'],
      ['has no team', { teamKey: null }, 'No team looks after this person yet'],
    ])('holds back whoever %s', async (_what, changes, because) => {
      const personId = await aSmoker(changes);
      expect(await allocation.enrol(anEnrolment(personId))).toEqual({ state: 'suppressed', because });
      expect(await starts()).toHaveLength(0);
    });

    it('holds back whoever opted out, and says until when a cool-off lasts', async () => {
      const personId = await aSmoker();
      const enrolled = await allocation.enrol(anEnrolment(personId));
      await end(enrolled.state === 'started' ? enrolled.episodeId : '', 'declined', AT);
      clock.moveTo(new Date('2026-12-01T09:00:00Z'));
      expect(await allocation.enrol(anEnrolment(personId))).toEqual({
        state: 'suppressed',
        because: 'This programme ended for them recently, until 2027-11-23',
      });
      await optOut(personId);
      expect(await allocation.enrol(anEnrolment(personId))).toEqual({
        state: 'suppressed',
        because: 'Asked not to be contacted about this',
      });
    });

    it('starts during the cool-off where the programme says so', async () => {
      const personId = await aSmoker();
      const enrolled = await allocation.enrol(anEnrolment(personId, { programme: 'housing-referral' }));
      await end(enrolled.state === 'started' ? enrolled.episodeId : '', 'declined', AT);
      clock.moveTo(new Date('2026-12-01T09:00:00Z'));
      expect(await allocation.enrol(anEnrolment(personId, { programme: 'housing-referral' }))).toMatchObject({
        state: 'started',
      });
    });

    it('joins the pathway at a step, for demo history under way', async () => {
      const personId = await aSmoker();
      const joinAt = { step: 'call', enteredAt: '2026-11-10T09:00:00.000Z' };
      await allocation.enrol(anEnrolment(personId, { origin: 'demo-history', demo: true, joinAt }));
      const [episode] = await allocation.listEpisodesOf(personId);
      expect(episode).toMatchObject({ demo: true, origin: 'demo-history', openedAt: new Date(joinAt.enteredAt) });
      expect((await starts()).map(({ body }) => body)).toEqual([{ episodeId: episode!.id, joinAt }]);
    });

    it('starts nothing for history that has ended', async () => {
      const personId = await aSmoker();
      await allocation.enrol(anEnrolment(personId, { origin: 'demo-history', demo: true, startPathway: false }));
      expect(await starts()).toHaveLength(0);
    });
  });

  describe('an episode', () => {
    async function anEpisode(): Promise<string> {
      const enrolled = await allocation.enrol(anEnrolment(await aSmoker()));
      return enrolled.state === 'started' ? enrolled.episodeId : '';
    }
    const aProgress = (seq: number, step: string) => ({ seq, step, stepTitle: step, nextWhat: 'A reply', nextAt: AT });

    it('keeps the newest progress, in whatever order it is told', async () => {
      const episodeId = await anEpisode();
      await allocation.recordProgress({ episodeId, ...aProgress(2, 'call') });
      await allocation.recordProgress({ episodeId, ...aProgress(1, 'invite') });
      expect(await allocation.getEpisode(episodeId)).toMatchObject({ step: 'call', nextAt: AT });
    });

    it('ends once, and then makes no progress', async () => {
      const episodeId = await anEpisode();
      await allocation.close({ episodeId, at: AT });
      await allocation.close({ episodeId, at: new Date('2026-12-01T00:00:00.000Z') });
      await allocation.recordProgress({ episodeId, ...aProgress(9, 'call') });
      expect(await allocation.getEpisode(episodeId)).toMatchObject({
        status: 'ended',
        endedAt: AT,
        step: null,
        nextWhat: null,
      });
    });

    it('is missing when there is none', async () => {
      await expect(allocation.getEpisode(newId())).rejects.toThrow(EpisodeMissing);
      await expect(allocation.getEpisode('nothing')).rejects.toThrow(EpisodeMissing);
    });
  });

  describe('a trigger', () => {
    it('starts an episode, with the sender and the reason said', async () => {
      const personId = await aSmoker({ nhsNumber: NHS_NUMBER });
      const reply = await triggers.receive(aTrigger());
      expect(reply).toMatchObject({ answer: 'started', because: 'A new episode was opened' });
      expect(await allocation.listEpisodesOf(personId)).toEqual([
        expect.objectContaining({
          id: reply.episodeId,
          reasons: [
            {
              text: 'Asked for by hospital: Asked on the ward',
              kind: 'trigger',
              source: 'hospital',
              at: NOW.toISOString(),
            },
          ],
        }),
      ]);
    });

    it('joins the episode of another trigger', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER });
      const first = await triggers.receive(aTrigger());
      const second = await triggers.receive(aTrigger({ webhookId: 'msg_2' }));
      expect(second).toMatchObject({ answer: 'joined', episodeId: first.episodeId });
    });

    it('delivered again is answered as the first time, also when things have changed', async () => {
      const personId = await aSmoker({ nhsNumber: NHS_NUMBER });
      const first = await triggers.receive(aTrigger());
      await optOut(personId);
      expect(await triggers.receive(aTrigger())).toEqual(first);
    });

    it('with an id used before for another body is refused', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER });
      await triggers.receive(aTrigger());
      await expect(triggers.receive(aTrigger({ bodyHash: 'b' }))).rejects.toThrow(TriggerReused);
      expect(await triggers.receive(aTrigger({ source: 'council', bodyHash: 'b' }))).toMatchObject({
        answer: 'joined',
      });
    });

    it('delivered a thousand times at once has one row and one answer', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER });
      const replies = await Promise.all(Array.from({ length: 1000 }, () => triggers.receive(aTrigger())));
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
      expect(await database.client.trigger.count()).toBe(1);
      expect(await starts()).toHaveLength(1);
    });

    it('delivered to several processes at once has one row and one answer', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER });
      const processes = await Promise.all(
        Array.from({ length: 4 }, () => openRooms(copy.url, clock, [PopulationModule, AllocationModule])),
      );
      const replies = await Promise.all(processes.map((one) => one.get(TriggersService).receive(aTrigger())));
      await Promise.all(processes.map((one) => one.close()));
      expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
      expect(await database.client.trigger.count()).toBe(1);
    }, 30_000);

    it('for somebody unknown is rejected, and kept for a person to look into', async () => {
      const reply = await triggers.receive(aTrigger({ nhsNumber: '9990001022' }));
      expect(reply).toMatchObject({ answer: 'rejected' });
      expect(await triggers.listUnmatched()).toEqual([
        expect.objectContaining({ id: reply.triggerId, unmatched: '9990001022', source: 'hospital' }),
      ]);
    });

    it('for an unknown programme is rejected', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER });
      expect(await triggers.receive(aTrigger({ programme: 'walking' }))).toMatchObject({
        answer: 'rejected',
        because: 'There is no programme of this name',
      });
    });

    it('for somebody whom the programme is not for is rejected, and says whom it is for', async () => {
      await aSmoker({ nhsNumber: NHS_NUMBER, birthDate: new Date('2015-01-01') });
      expect(await triggers.receive(aTrigger())).toMatchObject({
        answer: 'rejected',
        because: 'The programme is for people aged 18 or over',
      });
    });

    it('for somebody who opted out is suppressed, and says so', async () => {
      await optOut(await aSmoker({ nhsNumber: NHS_NUMBER }));
      expect(await triggers.receive(aTrigger())).toMatchObject({
        answer: 'suppressed',
        because: 'Asked not to be contacted about this',
      });
    });

    it('is audited without a word about the person but their id', async () => {
      const personId = await aSmoker({ nhsNumber: NHS_NUMBER });
      const { triggerId, episodeId } = await triggers.receive(aTrigger());
      const [entry] = await database.client.auditEntry.findMany({ where: { subjectId: triggerId } });
      expect(entry).toMatchObject({
        action: 'trigger.answered',
        personId,
        detail: { source: 'hospital', programme: 'stop-smoking', answer: 'started', episode: episodeId },
      });
    });
  });
});
