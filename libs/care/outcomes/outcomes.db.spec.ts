import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { type EndingCall, OutcomesModule, OutcomesService } from './index.js';

let stage: Stage;
let outcomes: OutcomesService;

beforeAll(async () => {
  stage = await Stage.open([OutcomesModule]);
  outcomes = stage.get(OutcomesService);
});
afterAll(() => stage.close());

function anEnding(changes: Partial<EndingCall> & { episodeId: string }): EndingCall {
  return {
    step: 'four-week-quit',
    key: `pathway/${changes.episodeId}:9`,
    seq: 9,
    at: NOW.toISOString(),
    ending: 'completed',
    exit: false,
    good: true,
    ...changes,
  };
}

const aMeasurement = (episodeId: string, changes: object = {}) => ({
  key: `task/${episodeId}`,
  episodeId,
  step: 'four-week-quit',
  instrument: 'russell-standard-4-week',
  result: 'quit',
  value: 4.5,
  good: true,
  at: NOW,
  recordedBy: 'account',
  ...changes,
});

describe('measurements', () => {
  it('are written once for a key, and read back with their numbers', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    await outcomes.recordMeasurement(aMeasurement(episodeId));
    await outcomes.recordMeasurement(aMeasurement(episodeId, { result: 'not-quit', good: false }));
    expect(await outcomes.measurementsOf(personId)).toMatchObject([{ result: 'quit', value: 4.5, value2: null }]);
    expect(await stage.db.auditEntry.count({ where: { action: 'measurement.recorded', subjectId: episodeId } })).toBe(
      1,
    );
  });

  it('count as not achieved when nobody could take them', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    const call = { ...anEnding({ episodeId }), instrument: 'russell-standard-4-week', taskId: episodeId };
    await outcomes.recordLost(call);
    await outcomes.recordLost(call);
    expect(await outcomes.measurementsOf(personId)).toMatchObject([{ result: 'lost', good: false }]);
  });

  it('cannot be changed or removed by the program', async () => {
    const episodeId = await stage.anEpisode();
    await outcomes.recordMeasurement(aMeasurement(episodeId));
    await expect(stage.db.measurement.updateMany({ where: { episodeId }, data: { good: false } })).rejects.toThrow();
    await expect(stage.db.measurement.deleteMany({ where: { episodeId } })).rejects.toThrow();
  });

  it('need an episode', async () => {
    const nobody = '01a2022b-14a2-7dbd-98aa-c49e1abae6d7';
    await expect(outcomes.recordMeasurement(aMeasurement(nobody))).rejects.toMatchObject({
      code: 'outcomes.episode_missing',
    });
  });
});

describe('endings', () => {
  it('close the episode in the same act, once', async () => {
    const episodeId = await stage.anEpisode();
    await outcomes.recordEnding(anEnding({ episodeId }));
    await outcomes.recordEnding(anEnding({ episodeId, ending: 'declined', good: false }));
    const episode = await stage.db.episode.findUnique({ where: { id: episodeId }, include: { ending: true } });
    expect(episode).toMatchObject({ status: 'ended', endedAt: NOW, ending: { ending: 'completed', good: true } });
    expect(await stage.db.auditEntry.count({ where: { action: 'ending.recorded', subjectId: episodeId } })).toBe(1);
  });

  it('are a success of ours when we met the need, and of no other exit', async () => {
    const goodOf = async (ending: string): Promise<boolean | undefined> => {
      const episodeId = await stage.anEpisode();
      await outcomes.recordEnding(anEnding({ episodeId, ending, exit: true, good: false }));
      return (await stage.db.ending.findUnique({ where: { episodeId } }))?.good;
    };
    expect(await goodOf('need-met-by-us')).toBe(true);
    for (const exit of [
      'need-met-by-others',
      'no-longer-eligible',
      'data-corrected',
      'opted-out',
      'moved-away',
      'died',
    ]) {
      expect([exit, await goodOf(exit)]).toEqual([exit, false]);
    }
  });

  it('are one when two come at the same moment', async () => {
    const episodeId = await stage.anEpisode();
    await Promise.all(
      ['completed', 'declined'].map((ending) => outcomes.recordEnding(anEnding({ episodeId, ending }))),
    );
    expect(await stage.db.ending.count({ where: { episodeId } })).toBe(1);
    expect(await stage.db.auditEntry.count({ where: { action: 'ending.recorded', subjectId: episodeId } })).toBe(1);
  });
});
