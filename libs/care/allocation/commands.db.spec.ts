import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '#platform/kernel';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { AllocationModule, AllocationService, type Commander, CommandsService } from './index.js';

const HOUR = 3_600_000;
let stage: Stage;
let commands: CommandsService;
let allocation: AllocationService;
let by: Commander;
let stranger: Commander;

beforeAll(async () => {
  stage = await Stage.open([AllocationModule]);
  commands = stage.get(CommandsService);
  allocation = stage.get(AllocationService);
  by = { accountId: await stage.anAccount(), teamKey: 'northamptonshire' };
  stranger = { accountId: await stage.anAccount({ team: 'walsall' }), teamKey: 'walsall' };
});
beforeEach(() => stage.clock.moveTo(NOW));
afterAll(() => stage.close());

async function aTask(episodeId: string, changes: object = {}): Promise<string> {
  const { personId } = await allocation.getEpisode(episodeId);
  const id = newId();
  await stage.db.task.create({
    data: {
      ...{ id, key: id, episodeId, personId, programme: 'stop-smoking', teamKey: 'northamptonshire', step: 'call' },
      ...{ kind: 'call', title: 'Phone', role: 'link-worker', priority: 1, openedAt: NOW, dueAt: NOW, outcomes: [] },
      ...changes,
    },
  });
  return id;
}
const pausing = (episodeId: string, changes: object = {}) =>
  commands.pause({ episodeId, by, reason: 'in-hospital', ...changes });
const spans = async (episodeId: string) =>
  (await stage.db.clockSpan.findMany({ where: { episodeId }, orderBy: [{ from: 'asc' }, { to: 'asc' }] })).map(
    ({ clock, from, to }) => [
      clock,
      (from.getTime() - NOW.getTime()) / HOUR,
      to && (to.getTime() - NOW.getTime()) / HOUR,
    ],
  );
const passHours = (hours: number) => stage.clock.moveTo(new Date(NOW.getTime() + hours * HOUR));

/** All that a refused command must leave as it was. */
async function standing(episodeId: string): Promise<unknown> {
  return {
    episode: await stage.db.episode.findUnique({ where: { id: episodeId } }),
    pauses: await stage.db.pause.count({ where: { episodeId } }),
    exit: await stage.db.exit.findUnique({ where: { episodeId } }),
    told: await stage.told(episodeId),
    audited: await stage.db.auditEntry.count({ where: { subjectId: episodeId } }),
  };
}

describe('a pause', () => {
  it('is kept with its reason, told to the pathway and audited, and takes the tasks off the list', async () => {
    const episodeId = await stage.anEpisode();
    const taskId = await aTask(episodeId);
    const pause = await pausing(episodeId, { note: 'Ward 7', reviewOn: '2026-12-07' });
    expect(pause).toMatchObject({ reason: 'in-hospital', note: 'Ward 7', reviewOn: '2026-12-07', to: null });
    expect(await allocation.getEpisode(episodeId)).toMatchObject({ pausedAt: NOW, pausedBecause: 'in-hospital' });
    expect(await stage.db.task.findUnique({ where: { id: taskId } })).toMatchObject({ paused: true, status: 'open' });
    expect(await stage.told(episodeId)).toEqual([
      { kind: 'paused', id: `pause/${pause.id}`, pauseId: pause.id, at: NOW.toISOString() },
    ]);
    const [entry] = await stage.db.auditEntry.findMany({ where: { subjectId: episodeId } });
    expect(entry).toMatchObject({ action: 'episode.paused', detail: { pause: pause.id, reason: 'in-hospital' } });
  });

  it('is the same pause when it is asked for again, and told once', async () => {
    const episodeId = await stage.anEpisode();
    const first = await pausing(episodeId);
    expect(await pausing(episodeId)).toEqual(first);
    expect(await stage.told(episodeId)).toHaveLength(1);
  });

  it('is made once by many at the same moment', async () => {
    const episodeId = await stage.anEpisode();
    const made = await Promise.all(Array.from({ length: 8 }, () => pausing(episodeId)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await stage.told(episodeId)).toHaveLength(1);
  });

  it('ends once, after which the tasks are back', async () => {
    const episodeId = await stage.anEpisode();
    const taskId = await aTask(episodeId);
    const { id: pauseId } = await pausing(episodeId);
    passHours(48);
    await commands.resume({ episodeId, by, pauseId });
    passHours(50);
    expect((await commands.resume({ episodeId, by, pauseId })).to).toEqual(new Date(NOW.getTime() + 48 * HOUR));
    expect(await allocation.getEpisode(episodeId)).toMatchObject({ pausedAt: null, pausedBecause: null });
    expect(await stage.db.task.findUnique({ where: { id: taskId } })).toMatchObject({ paused: false });
    expect((await stage.told(episodeId)).slice(1)).toEqual([
      { kind: 'resumed', id: `resume/${pauseId}`, pauseId, at: new Date(NOW.getTime() + 48 * HOUR).toISOString() },
    ]);
  });

  it('is worked into the deadlines once', async () => {
    const { id } = await pausing(await stage.anEpisode());
    expect([await commands.applyPause(id), await commands.applyPause(id)]).toEqual([true, false]);
  });

  it.each([
    ['an unknown reason', { reason: 'holiday' }, 'allocation.reason_unknown', 'in-hospital'],
    ['no words for another reason', { reason: 'other' }, 'allocation.note_missing', 'note'],
    ['a day that has passed', { reviewOn: '2026-11-23' }, 'allocation.review_date_wrong', '2026-11-24'],
    ['a day that is not one', { reviewOn: '2026-13-01' }, 'allocation.review_date_wrong', '2027-11-23'],
    ['a day far away', { reviewOn: '2031-01-01' }, 'allocation.review_date_wrong', '2027-11-23'],
  ])('is refused with %s, and nothing has changed', async (_what, changes, code, mend) => {
    const episodeId = await stage.anEpisode();
    const before = await standing(episodeId);
    const refusal = await pausing(episodeId, changes).catch((fault) => fault);
    expect([refusal.code, refusal.message.includes(mend)]).toEqual([code, true]);
    expect(await standing(episodeId)).toEqual(before);
  });

  it('is refused while it is paused for another reason', async () => {
    const episodeId = await stage.anEpisode();
    await pausing(episodeId);
    const before = await standing(episodeId);
    await expect(pausing(episodeId, { reason: 'bereaved' })).rejects.toMatchObject({
      code: 'allocation.already_paused',
    });
    expect(await standing(episodeId)).toEqual(before);
  });

  it('is not ended by naming another', async () => {
    const [one, other] = [await stage.anEpisode(), await stage.anEpisode()];
    const { id: pauseId } = await pausing(other);
    for (const named of [pauseId, newId(), 'nonsense']) {
      await expect(commands.resume({ episodeId: one, by, pauseId: named })).rejects.toMatchObject({
        code: 'allocation.not_paused',
      });
    }
    expect(await allocation.getEpisode(other)).toMatchObject({ pausedAt: NOW });
  });

  it('ends with the pathway', async () => {
    const episodeId = await stage.anEpisode();
    const { id } = await pausing(episodeId);
    passHours(1);
    await allocation.close({ episodeId, at: stage.clock.now() });
    expect(await stage.db.pause.findUnique({ where: { id } })).toMatchObject({
      to: stage.clock.now(),
      endedBy: 'pathway',
    });
  });
});

describe('the clocks', () => {
  const progress = (episodeId: string, seq: number, clock: 'us' | 'partner' | 'person' | 'planned') =>
    allocation.recordProgress({
      ...{ episodeId, seq, clock },
      step: `s${seq}`,
      stepTitle: 's',
      nextWhat: null,
      nextAt: null,
    });

  it('run one after another, each from when the one before it stopped', async () => {
    const episodeId = await stage.anEpisode();
    await progress(episodeId, 1, 'person');
    passHours(5);
    await progress(episodeId, 2, 'us');
    passHours(7);
    await progress(episodeId, 1, 'partner');
    await progress(episodeId, 3, 'partner');
    passHours(9);
    await allocation.close({ episodeId, at: stage.clock.now() });
    expect(await spans(episodeId)).toEqual([
      ['person', 0, 5],
      ['us', 5, 7],
      ['partner', 7, 9],
    ]);
  });

  it('stand still in a pause, and the one that ran runs on after it', async () => {
    const episodeId = await stage.anEpisode();
    await progress(episodeId, 1, 'person');
    passHours(5);
    const { id: pauseId } = await pausing(episodeId);
    passHours(7);
    await commands.resume({ episodeId, by, pauseId });
    expect(await spans(episodeId)).toEqual([
      ['person', 0, 5],
      ['paused', 5, 7],
      ['person', 7, null],
    ]);
  });

  it('go over to the one that a late effect of a paused pathway began', async () => {
    const episodeId = await stage.anEpisode();
    await progress(episodeId, 1, 'person');
    passHours(5);
    const { id: pauseId } = await pausing(episodeId);
    passHours(6);
    await progress(episodeId, 2, 'us');
    passHours(7);
    await commands.resume({ episodeId, by, pauseId });
    expect((await spans(episodeId)).at(-1)).toEqual(['us', 7, null]);
  });

  it('never run backwards, whatever time a call names', async () => {
    const episodeId = await stage.anEpisode();
    await progress(episodeId, 1, 'person');
    await allocation.recordProgress({
      ...{ episodeId, seq: 2, clock: 'us', step: 'x', stepTitle: 'x', nextWhat: null, nextAt: null },
      at: new Date(NOW.getTime() - 90 * HOUR),
    });
    expect(await spans(episodeId)).toEqual(
      expect.arrayContaining([
        ['person', 0, 0],
        ['us', 0, null],
      ]),
    );
  });
});

describe('a transfer', () => {
  it('takes the open tasks along, unclaimed, and is told to both teams', async () => {
    const episodeId = await stage.anEpisode();
    const taskId = await aTask(episodeId, { claimedBy: by.accountId, claimedAt: NOW });
    const done = await aTask(episodeId, { step: 'earlier', status: 'completed' });
    await commands.transfer({ episodeId, by, teamKey: 'walsall', reason: 'Has moved in with her son' });
    expect(await allocation.getEpisode(episodeId)).toMatchObject({ teamKey: 'walsall' });
    expect(await stage.db.task.findUnique({ where: { id: taskId } })).toMatchObject({
      ...{ teamKey: 'walsall', claimedBy: null, claimedAt: null, version: 1 },
    });
    expect(await stage.db.task.findUnique({ where: { id: done } })).toMatchObject({ teamKey: 'northamptonshire' });
    const [kept] = await stage.db.transfer.findMany({ where: { episodeId } });
    expect(kept).toMatchObject({
      fromTeam: 'northamptonshire',
      toTeam: 'walsall',
      reason: 'Has moved in with her son',
    });
    expect(await stage.told(episodeId)).toEqual([
      { kind: 'transferred', id: `transfer/${kept?.id}`, teamKey: 'walsall' },
    ]);
  });

  it('changes nothing when it is asked for again', async () => {
    const episodeId = await stage.anEpisode();
    for (const _again of [1, 2]) await commands.transfer({ episodeId, by, teamKey: 'walsall', reason: 'Moved' });
    expect(await stage.told(episodeId)).toHaveLength(1);
  });

  it('is refused to a team that does not exist, and of a pathway that has ended', async () => {
    const episodeId = await stage.anEpisode();
    await expect(commands.transfer({ episodeId, by, teamKey: 'atlantis', reason: 'x' })).rejects.toMatchObject({
      code: 'allocation.team_unknown',
    });
    await allocation.close({ episodeId, at: NOW });
    const before = await standing(episodeId);
    await expect(commands.transfer({ episodeId, by, teamKey: 'walsall', reason: 'x' })).rejects.toMatchObject({
      code: 'allocation.episode_closed',
    });
    expect(await standing(episodeId)).toEqual(before);
  });
});

describe('an exit', () => {
  it('is kept with its reason and told to the pathway once', async () => {
    const episodeId = await stage.anEpisode();
    const exit = () => commands.exit({ episodeId, by, reason: 'need-met-by-others', note: 'Has a coach at work' });
    await exit();
    await exit();
    expect(await stage.told(episodeId)).toEqual([
      { kind: 'left', id: expect.any(String), reason: 'need-met-by-others' },
    ]);
    expect(await stage.db.exit.findUnique({ where: { episodeId } })).toMatchObject({ note: 'Has a coach at work' });
  });

  it('records the word of somebody who wants no more of it', async () => {
    const episodeId = await stage.anEpisode();
    const { personId } = await allocation.getEpisode(episodeId);
    await commands.exit({ episodeId, by, reason: 'opted-out' });
    const words = await stage.db.contactPermission.findMany({ where: { personId } });
    expect(words).toEqual([expect.objectContaining({ purpose: 'stop-smoking', channel: 'all', allowed: false })]);
    expect(await stage.told(personId)).toEqual([]);
  });

  it('ends every pathway of somebody who has moved away', async () => {
    const episodeId = await stage.anEpisode();
    const { personId } = await allocation.getEpisode(episodeId);
    await commands.exit({ episodeId, by, reason: 'moved-away' });
    expect(await stage.told(personId)).toEqual([{ personId, reason: 'moved-away' }]);
  });

  it.each([
    ['died', 'recorded on the page of the person'],
    ['bored', 'need-met-by-us, need-met-by-others'],
  ])('is refused for %s, saying what to do', async (reason, mend) => {
    const episodeId = await stage.anEpisode();
    const before = await standing(episodeId);
    const refusal = await commands.exit({ episodeId, by, reason }).catch((fault) => fault);
    expect([refusal.code, refusal.message]).toEqual(['allocation.reason_unknown', expect.stringContaining(mend)]);
    expect(await standing(episodeId)).toEqual(before);
  });

  it('closes the pathway to every other command', async () => {
    const episodeId = await stage.anEpisode();
    await commands.exit({ episodeId, by, reason: 'data-corrected' });
    const before = await standing(episodeId);
    const closed = { code: 'allocation.episode_closed' };
    await expect(commands.exit({ episodeId, by, reason: 'opted-out' })).rejects.toMatchObject(closed);
    await expect(pausing(episodeId)).rejects.toMatchObject(closed);
    await expect(commands.transfer({ episodeId, by, teamKey: 'walsall', reason: 'x' })).rejects.toMatchObject(closed);
    expect(await standing(episodeId)).toEqual(before);
  });
});

describe("another team's episode", () => {
  it('cannot be told from one that does not exist, and stays as it was', async () => {
    const episodeId = await stage.anEpisode();
    const before = await standing(episodeId);
    const missing = { code: 'allocation.episode_missing' };
    for (const id of [episodeId, newId(), 'nonsense']) {
      const command = { episodeId: id, by: stranger };
      await expect(commands.pause({ ...command, reason: 'away' })).rejects.toMatchObject(missing);
      await expect(commands.resume({ ...command, pauseId: newId() })).rejects.toMatchObject(missing);
      await expect(commands.transfer({ ...command, teamKey: 'walsall', reason: 'x' })).rejects.toMatchObject(missing);
      await expect(commands.exit({ ...command, reason: 'opted-out' })).rejects.toMatchObject(missing);
    }
    expect(await standing(episodeId)).toEqual(before);
  });
});

describe('the nation of an episode', () => {
  it('is that of its person', async () => {
    const scot = await stage.aPerson({ nation: 'scotland' });
    expect(await allocation.nationOf(await stage.anEpisode({ personId: scot }))).toBe('scotland');
    expect(await allocation.nationOf(await stage.anEpisode())).toBe('england');
  });
});
