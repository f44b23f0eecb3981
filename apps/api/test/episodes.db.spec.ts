import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ask, type Story, Trial } from './trial.js';

let trial: Trial;
let worker: Ask;
let stranger: Ask;

beforeAll(async () => {
  trial = await Trial.open();
  await trial.story();
  await trial.database.client.team.create({
    data: { key: 'walsall', name: 'Walsall team', organisation: 'walsall-care', area: 'walsall' },
  });
  worker = await trial.user('link-worker');
  stranger = await trial.user('care-coordinator', { organisation: 'walsall-care', team: 'walsall' });
}, 60_000);
afterAll(() => trial.close());

const aStory = (): Promise<Story> => trial.story({ nhsNumber: null, family: 'Episode' });
const post = (ask: Ask, url: string, payload?: object): ReturnType<Ask> => ask({ method: 'POST', url, payload });
const command = (ask: Ask, { episodeId }: Story, name: string, payload: object) =>
  post(ask, `/api/episodes/${episodeId}/${name}`, payload);
const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const told = async (lane: string): Promise<unknown[]> =>
  (
    await trial.database.client.outboxEntry.findMany({
      where: { lane, topic: 'pathway-event' },
      orderBy: { seq: 'asc' },
    })
  ).map(({ body }) => body);
const recordOf = async (ask: Ask, { personId, episodeId }: Story) => {
  const { episodes } = (await ask({ url: `/api/people/${personId}` })).json();
  return episodes.find(({ id }: { id: string }) => id === episodeId);
};

describe('pausing a pathway', () => {
  it('is seen at once in the record, the task and the lists, and ends with its clocks', async () => {
    const story = await aStory();
    const paused = await command(worker, story, 'pause', {
      reason: 'in-hospital',
      note: 'Ward 7',
      reviewOn: inDays(9),
    });
    expect([paused.statusCode, paused.json()]).toEqual([
      200,
      expect.objectContaining({ status: 'open', paused: expect.objectContaining({ reason: 'in-hospital' }) }),
    ]);
    const { pauseId } = paused.json().paused;
    const record = await recordOf(worker, story);
    expect(record).toMatchObject({
      may: ['resume', 'transfer', 'exit'],
      paused: { pauseId, reasonText: 'In hospital', note: 'Ward 7', reviewOn: inDays(9), by: 'link-worker' },
      next: { what: 'Paused: in hospital' },
    });
    expect(record.timeline.filter(({ future }: { future?: true }) => future)).toEqual([
      expect.objectContaining({ kind: 'pause', title: 'Paused: in hospital' }),
    ]);
    expect((await worker({ url: `/api/tasks/${story.taskId}` })).json().paused).toMatchObject({ pauseId });
    const rows = (await worker({ url: '/api/worklist?view=paused' })).json().items;
    expect(rows).toContainEqual(expect.objectContaining({ episodeId: story.episodeId, pausedBecause: 'in-hospital' }));

    const resumed = await command(worker, story, 'resume', { pauseId });
    expect(resumed.json()).toMatchObject({ paused: null });
    expect((await command(worker, story, 'resume', { pauseId })).statusCode).toBe(200);
    expect(await told(story.episodeId)).toEqual([
      expect.objectContaining({ kind: 'paused', pauseId }),
      expect.objectContaining({ kind: 'resumed', pauseId }),
    ]);
    expect((await recordOf(worker, story)).timeline.map(({ title }: { title: string }) => title)).toContain('Resumed');
  });

  it('is recorded under the name of who did it', async () => {
    const story = await aStory();
    await command(worker, story, 'pause', { reason: 'away' });
    const entry = await trial.database.client.auditEntry.findFirst({
      where: { action: 'episode.paused', subjectId: story.episodeId },
    });
    expect(entry).toMatchObject({ actorKind: 'user', role: 'link-worker', personId: story.personId });
  });

  it.each([
    ['an unknown reason', { reason: 'holiday' }, 422, 'allocation.reason_unknown'],
    ['another reason without words', { reason: 'other' }, 422, 'allocation.note_missing'],
    ['a day that has passed', { reason: 'away', reviewOn: '2020-01-01' }, 422, 'allocation.review_date_wrong'],
    ['a day that is none', { reason: 'away', reviewOn: '2026-02-30' }, 400, 'request.invalid'],
    ['no reason', {}, 400, 'request.invalid'],
    ['more than it takes', { reason: 'away', teamKey: 'walsall' }, 400, 'request.invalid'],
  ])('is refused with %s, and the pathway is as it was', async (_what, payload, status, code) => {
    const story = await aStory();
    const answer = await command(worker, story, 'pause', payload);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(await told(story.episodeId)).toEqual([]);
    expect((await recordOf(worker, story)).may).toEqual(['pause', 'transfer', 'exit']);
  });
});

describe('handing a pathway over', () => {
  it('gives the other team its tasks and the person behind them, and the old one nothing to do', async () => {
    const story = await aStory();
    await post(worker, `/api/tasks/${story.taskId}/claim`);
    const { teams } = (await worker({ url: '/api/episodes/choices' })).json();
    expect(teams).toEqual([{ key: 'walsall', name: 'Walsall team' }]);
    const transfer = { team: 'walsall', reason: 'Has moved in with her son' };
    expect((await command(worker, story, 'transfer', transfer)).json()).toMatchObject({ team: 'walsall' });
    expect((await command(worker, story, 'transfer', transfer)).statusCode).toBe(200);
    expect((await told(story.episodeId)).length).toBe(1);

    const task = await stranger({ url: `/api/tasks/${story.taskId}` });
    expect(task.json()).toMatchObject({ claimedBy: null, person: { name: 'Testa Episode' } });
    expect((await recordOf(stranger, story)).may).toEqual(['pause', 'transfer', 'exit']);
    expect((await worker({ url: `/api/tasks/${story.taskId}` })).statusCode).toBe(404);
    const old = await recordOf(worker, story);
    expect([old.may, old.team]).toEqual([[], { key: 'walsall', name: 'Walsall team' }]);
    expect(old.timeline).toContainEqual(
      expect.objectContaining({ kind: 'transfer', title: 'Handed over to Walsall team', actor: 'link-worker' }),
    );
    expect((await command(worker, story, 'pause', { reason: 'away' })).json().code).toBe('allocation.episode_missing');

    const death = await post(stranger, `/api/people/${story.personId}/death`, { on: inDays(-1) });
    expect(death.statusCode).toBe(204);
    const [left] = await trial.database.client.outboxEntry.findMany({
      where: { lane: story.personId, topic: 'person-left' },
    });
    expect(left?.body).toMatchObject({ reason: 'died' });
  });

  it('is refused to a team that does not exist', async () => {
    const answer = await command(worker, await aStory(), 'transfer', { team: 'atlantis', reason: 'x' });
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'allocation.team_unknown']);
  });
});

describe('ending a pathway by hand', () => {
  it('is seen until the pathway has ended, and only once', async () => {
    const story = await aStory();
    const exit = { reason: 'need-met-by-others', note: 'Has a coach at work' };
    expect((await command(worker, story, 'exit', exit)).json()).toMatchObject({ leaving: 'need-met-by-others' });
    expect((await command(worker, story, 'exit', exit)).statusCode).toBe(200);
    expect(await told(story.episodeId)).toEqual([
      { kind: 'left', id: expect.any(String), reason: 'need-met-by-others' },
    ]);
    const record = await recordOf(worker, story);
    expect(record).toMatchObject({ may: [], leaving: { reasonText: 'Somebody else met the need' } });
    expect(record.timeline).toContainEqual(
      expect.objectContaining({ kind: 'exit', detail: 'Has a coach at work', actor: 'link-worker' }),
    );
    const other = await command(worker, story, 'pause', { reason: 'away' });
    expect([other.statusCode, other.json().code]).toEqual([409, 'allocation.episode_closed']);
  });

  it('says where a death is recorded', async () => {
    const answer = await command(worker, await aStory(), 'exit', { reason: 'died' });
    expect([answer.statusCode, answer.json().detail]).toEqual([422, expect.stringContaining('page of the person')]);
  });
});

describe("another team's episode", () => {
  it.each([
    ['pause', { reason: 'away' }],
    ['resume', { pauseId: 'x' }],
    ['transfer', { team: 'walsall', reason: 'Mine now' }],
    ['exit', { reason: 'opted-out' }],
  ])('is not there to %s', async (name, payload) => {
    const story = await aStory();
    const answer = await command(stranger, story, name, payload);
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'allocation.episode_missing']);
    expect(await told(story.episodeId)).toEqual([]);
  });
});

describe('a task that rests, and its ladder', () => {
  const view = async (name: string) => (await worker({ url: `/api/worklist?view=${name}&limit=200` })).json();

  it('leaves the list until its day, with the reason', async () => {
    const { taskId, episodeId } = await aStory();
    const snooze = { until: inDays(10), because: 'Away until then', version: 0 };
    const rested = await post(worker, `/api/tasks/${taskId}/snooze`, snooze);
    expect([rested.statusCode, rested.json()]).toEqual([200, expect.objectContaining({ status: 'open', version: 1 })]);
    expect((await post(worker, `/api/tasks/${taskId}/snooze`, snooze)).statusCode).toBe(200);
    expect(await told(episodeId)).toEqual([expect.objectContaining({ kind: 'task-snoozed', taskId })]);
    const [listed, asleep] = [await view('needs-us'), await view('snoozed')];
    expect(listed.items.map((item: { taskId: string }) => item.taskId)).not.toContain(taskId);
    expect(asleep.items).toContainEqual(expect.objectContaining({ taskId, snoozedBecause: 'Away until then' }));
    expect(listed.counts.snoozed).toBe(asleep.total);
  });

  it.each([
    ['yesterday', { until: inDays(-1) }, 422, 'tasks.day_wrong'],
    ['next year', { until: inDays(300) }, 422, 'tasks.day_wrong'],
    ['no reason', { because: ' ' }, 400, 'request.invalid'],
  ])('is refused with %s', async (_what, changes, status, code) => {
    const { taskId } = await aStory();
    const snooze = { until: inDays(5), because: 'Away', version: 0, ...changes };
    const answer = await post(worker, `/api/tasks/${taskId}/snooze`, snooze);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });

  it('shows its rungs, and one can be cancelled with a reason', async () => {
    const { taskId } = await aStory();
    for (const [rung, to] of ['owner', 'care-coordinator'].entries()) {
      await trial.database.client.escalationRung.create({
        data: { taskId, rung, to, dueAt: new Date(inDays(8 + rung)) },
      });
    }
    const cancel = (rung: number | string) =>
      post(worker, `/api/tasks/${taskId}/rungs/${rung}/cancel`, { because: 'Agreed with the coordinator' });
    expect([(await cancel(1)).statusCode, (await cancel(1)).statusCode]).toEqual([204, 204]);
    expect((await worker({ url: `/api/tasks/${taskId}` })).json().ladder).toEqual([
      expect.objectContaining({ rung: 0, title: 'Reminder', status: 'planned' }),
      expect.objectContaining({
        ...{ rung: 1, title: 'Raised to the care coordinator', status: 'cancelled' },
        ...{ because: 'Agreed with the coordinator', by: 'link-worker' },
      }),
    ]);
    const missing = await cancel(7);
    expect([missing.statusCode, missing.json().code]).toEqual([404, 'tasks.rung_missing']);
    expect((await cancel('first')).statusCode).toBe(400);
  });
});
