import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationModule, CommandsService } from '#care/allocation';
import { OutcomesModule } from '#care/outcomes';
import { newId, shiftDeadline } from '#platform/kernel';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { type OpenTaskCall, type Task, TasksModule, TasksService, type Worker } from './index.js';

const HOUR = 3_600_000;
let stage: Stage;
let tasks: TasksService;
let worker: Worker;
let colleague: Worker;

beforeAll(async () => {
  stage = await Stage.open([AllocationModule, TasksModule, OutcomesModule]);
  tasks = stage.get(TasksService);
  worker = { accountId: await stage.anAccount(), teamKey: 'northamptonshire' };
  colleague = { accountId: await stage.anAccount({ role: 'care-coordinator' }), teamKey: 'northamptonshire' };
});
beforeEach(() => stage.clock.moveTo(NOW));
afterAll(() => stage.close());

/** Due on Wednesday 25 November at 17:00; rungs a day, two days and three working days later. */
function aCall(changes: Partial<OpenTaskCall> & { episodeId: string }): OpenTaskCall {
  return {
    step: 'call',
    key: newId(),
    seq: 4,
    at: NOW.toISOString(),
    kind: 'call',
    title: 'Phone about stopping smoking',
    role: 'link-worker',
    due: { amount: 2, unit: 'working-days' },
    escalateAfter: [
      { amount: 1, unit: 'working-days' },
      { amount: 2, unit: 'working-days' },
      { amount: 3, unit: 'working-days' },
    ],
    escalateTo: ['owner', 'care-coordinator', 'programme-manager'],
    outcomes: [
      { key: 'agreed', label: 'Wants help', marks: ['reached', 'accepted'] },
      { key: 'declined', label: 'No thank you', marks: ['reached'] },
    ],
    ...changes,
  };
}
async function anOpenTask(changes: Partial<OpenTaskCall> = {}): Promise<Task> {
  const episodeId = changes.episodeId ?? (await stage.anEpisode());
  const { taskId } = await tasks.open(aCall({ ...changes, episodeId }));
  return tasks.getTask(taskId, 'northamptonshire');
}
const again = (id: string) => tasks.getTask(id, 'northamptonshire');
const climb = ({ id, episodeId }: Task, rung: number, to: string) =>
  tasks.escalate({ ...aCall({ episodeId }), taskId: id, rung, to, at: '2026-11-26T17:00:00.000Z' });
const short = (instant: Date | string): string => new Date(instant).toISOString().slice(0, 16);
const view = (name: 'needs-us' | 'snoozed' | 'paused', changes: object = {}) =>
  tasks.worklist({ ...worker, view: name, limit: 200, ...changes });
const has = async (name: 'needs-us' | 'snoozed', id: string): Promise<boolean> =>
  (await view(name)).items.some(({ taskId }) => taskId === id);

/** All that a refused command must leave as it was. */
async function standing(task: Task): Promise<unknown> {
  const { id, episodeId } = task;
  return {
    task: await stage.db.task.findUnique({ where: { id } }),
    rungs: await stage.db.escalationRung.findMany({ where: { taskId: id } }),
    episode: await stage.db.episode.findUnique({ where: { id: episodeId } }),
    told: await stage.told(episodeId),
    audited: await stage.db.auditEntry.count({ where: { subjectId: id } }),
  };
}

describe('the ladder of a task', () => {
  it('is planned when the task opens, in the working days of the nation', async () => {
    const scot = await stage.aPerson({ nation: 'scotland' });
    const episodeId = await stage.anEpisode({ personId: scot });
    const opened = await tasks.open(aCall({ episodeId }));
    // Saint Andrew's Day, Monday 30 November, is free.
    expect([opened.dueAt, ...opened.escalateAt].map(short)).toEqual([
      ...['2026-11-25T17:00', '2026-11-26T17:00', '2026-11-27T17:00', '2026-12-01T17:00'],
    ]);
    expect((await tasks.listRungs(opened.taskId)).map(({ to, status }) => [to, status])).toEqual([
      ['owner', 'planned'],
      ['care-coordinator', 'planned'],
      ['programme-manager', 'planned'],
    ]);
  });

  it('is the same for a repeat, and for a second call of the step', async () => {
    const episodeId = await stage.anEpisode();
    const call = aCall({ episodeId });
    const first = await tasks.open(call);
    expect([await tasks.open(call), await tasks.open(aCall({ episodeId }))]).toEqual([first, first]);
    expect(await stage.db.escalationRung.count({ where: { taskId: first.taskId } })).toBe(3);
  });

  it('reminds with its first rung, and raises with the next, each once', async () => {
    const task = await anOpenTask();
    for (const _twice of [1, 2]) await climb(task, 0, 'owner');
    expect(await again(task.id)).toMatchObject({ escalatedTo: null, status: 'open' });
    const { items } = await view('needs-us');
    expect(items.find(({ taskId }) => taskId === task.id)).toMatchObject({ reminded: true, escalatedTo: null });
    for (const _twice of [1, 2]) await climb(task, 1, 'care-coordinator');
    expect(await again(task.id)).toMatchObject({ escalatedTo: 'care-coordinator' });
    const audited = (action: string) => stage.db.auditEntry.count({ where: { action, subjectId: task.id } });
    expect([await audited('task.reminded'), await audited('task.escalated')]).toEqual([1, 1]);
    expect((await tasks.listRungs(task.id)).map(({ status }) => status)).toEqual(['climbed', 'climbed', 'planned']);
  });

  it('is not climbed where somebody has cancelled it, with the reason kept', async () => {
    const task = await anOpenTask();
    const cancel = () => tasks.cancelRung({ taskId: task.id, worker, rung: 1, because: 'Agreed with the lead' });
    await cancel();
    await cancel();
    await climb(task, 1, 'care-coordinator');
    expect((await tasks.listRungs(task.id))[1]).toMatchObject({
      ...{ status: 'cancelled', because: 'Agreed with the lead', by: worker.accountId, at: NOW },
    });
    expect(await again(task.id)).toMatchObject({ escalatedTo: null });
    expect(await stage.db.auditEntry.count({ where: { action: 'task.rung-cancelled', subjectId: task.id } })).toBe(1);
  });

  it('ends with the task', async () => {
    const task = await anOpenTask();
    await tasks.complete({ taskId: task.id, worker, outcome: 'agreed', version: task.version });
    await climb(task, 0, 'owner');
    expect(new Set((await tasks.listRungs(task.id)).map(({ status }) => status))).toEqual(new Set(['cancelled']));
    const cancelled = await anOpenTask();
    await tasks.cancel({ ...aCall({ episodeId: cancelled.episodeId }), taskId: cancelled.id, because: 'died' });
    expect((await tasks.listRungs(cancelled.id))[0]).toMatchObject({ status: 'cancelled', because: 'task-closed' });
  });

  it.each([
    ['a rung that is not there', 'tasks.rung_missing', (task: Task) => ({ taskId: task.id, rung: 7 })],
    ['a task that is not one', 'tasks.task_missing', () => ({ taskId: 'nonsense', rung: 0 })],
    [
      "another team's task",
      'tasks.task_missing',
      (task: Task) => ({ taskId: task.id, rung: 0, worker: { ...worker, teamKey: 'walsall' } }),
    ],
  ])('refuses to cancel %s', async (_what, code, of) => {
    const task = await anOpenTask();
    const before = await standing(task);
    await expect(tasks.cancelRung({ worker, because: 'x', ...of(task) })).rejects.toMatchObject({ code });
    expect(await standing(task)).toEqual(before);
  });

  it('refuses to cancel what has happened', async () => {
    const task = await anOpenTask();
    await climb(task, 0, 'owner');
    await expect(tasks.cancelRung({ taskId: task.id, worker, rung: 0, because: 'x' })).rejects.toMatchObject({
      code: 'tasks.rung_climbed',
    });
  });

  it('still works for a pathway that tells nobody where its rungs go', async () => {
    const { episodeId, id } = await anOpenTask({ escalateTo: undefined });
    expect(await tasks.listRungs(id)).toEqual([]);
    await tasks.escalate({ ...aCall({ episodeId }), taskId: id, to: 'team-lead', rung: 0 });
    expect((await tasks.listRungs(id))[0]).toMatchObject({ to: 'team-lead', status: 'climbed' });
  });
});

describe('a snooze', () => {
  const snooze = (task: Task, changes: object = {}) =>
    tasks.snooze({ taskId: task.id, worker, until: '2026-12-03', because: 'Away', version: task.version, ...changes });

  it('takes the task off the list until its day, and counts due and ladder from there', async () => {
    const task = await anOpenTask();
    expect(await has('needs-us', task.id)).toBe(true);
    const rested = await snooze(task);
    expect([rested.snoozedUntil, rested.dueAt].map((at) => short(at!))).toEqual([
      '2026-12-03T09:00',
      '2026-12-07T16:00',
    ]);
    expect((await tasks.listRungs(task.id)).map(({ dueAt }) => short(dueAt))).toEqual([
      ...['2026-12-08T16:00', '2026-12-09T16:00', '2026-12-10T16:00'],
    ]);
    expect([await has('needs-us', task.id), await has('snoozed', task.id)]).toEqual([false, true]);
    const counts = (await view('needs-us')).counts;
    expect(counts.snoozed).toBeGreaterThan(0);
    stage.clock.moveTo(new Date('2026-12-03T09:00:00Z'));
    expect([await has('needs-us', task.id), await has('snoozed', task.id)]).toEqual([true, false]);
  });

  it('is told to the pathway once, and moves what the episode waits for', async () => {
    const task = await anOpenTask();
    const rested = await snooze(task);
    await snooze(task);
    expect(await stage.told(task.episodeId)).toEqual([
      {
        ...{ kind: 'task-snoozed', id: `snooze/${task.id}/1`, taskId: task.id },
        until: '2026-12-03T09:00:00.000Z',
        dueAt: rested.dueAt.toISOString(),
        escalateAt: (await tasks.listRungs(task.id)).map(({ dueAt }) => dueAt.toISOString()),
      },
    ]);
    expect(await stage.db.episode.findUnique({ where: { id: task.episodeId } })).toMatchObject({
      nextAt: rested.dueAt,
    });
    expect(await stage.audited('task.snoozed')).toBeGreaterThan(0);
  });

  it('begins at nine by the clocks of the summer too', async () => {
    stage.clock.moveTo(new Date('2027-03-25T10:00:00Z'));
    const task = await anOpenTask({ at: '2027-03-25T10:00:00Z' });
    const rested = await snooze(task, { until: '2027-04-01' });
    expect(rested.snoozedUntil?.toISOString()).toBe('2027-04-01T08:00:00.000Z');
  });

  it('gives a task that is late time only from its day on', async () => {
    const task = await anOpenTask();
    stage.clock.moveTo(new Date(NOW.getTime() + 96 * HOUR));
    expect(short((await snooze(task)).dueAt)).toBe('2026-12-03T09:00');
  });

  it('leaves a measure its window, and must end within it', async () => {
    const measure = await anOpenTask({ kind: 'measure', due: { amount: 14, unit: 'days' } });
    const rested = await snooze(measure);
    expect(rested.dueAt).toEqual(measure.dueAt);
    await expect(snooze(rested, { until: '2026-12-08', version: 1 })).rejects.toMatchObject({
      code: 'tasks.day_wrong',
      message: expect.stringContaining('2026-12-07'),
    });
  });

  it.each([
    ['today', { until: '2026-11-23' }, 'tasks.day_wrong'],
    ['the past', { until: '2026-11-01' }, 'tasks.day_wrong'],
    ['no day', { until: '2026-02-30x' }, 'tasks.day_wrong'],
    ['a day too far', { until: '2027-03-01' }, 'tasks.day_wrong'],
    ['an older version', { version: 9 }, 'tasks.task_changed'],
    ['another team', { worker: { accountId: newId(), teamKey: 'walsall' } }, 'tasks.task_missing'],
  ])('is refused with %s, and nothing has changed', async (_what, changes, code) => {
    const task = await anOpenTask();
    const before = await standing(task);
    await expect(snooze(task, changes)).rejects.toMatchObject({ code });
    expect(await standing(task)).toEqual(before);
  });

  it("is refused of a colleague's task, a closed one, and while the pathway is paused", async () => {
    const claimed = await tasks.claim((await anOpenTask()).id, colleague);
    await expect(snooze(claimed)).rejects.toMatchObject({ code: 'tasks.already_claimed' });
    const done = await anOpenTask();
    await tasks.complete({ taskId: done.id, worker, outcome: 'agreed', version: 0 });
    await expect(snooze(done)).rejects.toMatchObject({ code: 'tasks.task_closed' });
    const resting = await anOpenTask();
    await stage.get(CommandsService).pause({ episodeId: resting.episodeId, by: worker, reason: 'away' });
    await expect(snooze(resting)).rejects.toMatchObject({ code: 'tasks.task_paused' });
  });
});

describe('asking again later, by phone', () => {
  const outcomes = [{ key: 'later', label: 'Ask me later', marks: ['reached'] }];

  it('tells the pathway the day', async () => {
    const task = await anOpenTask({ outcomes });
    await tasks.complete({ taskId: task.id, worker, outcome: 'later', until: '2027-01-11', version: 0 });
    expect(await stage.told(task.episodeId)).toEqual([
      { kind: 'task-completed', id: task.id, taskId: task.id, outcome: 'later', until: '2027-01-11T09:00:00.000Z' },
    ]);
  });

  it('is refused without a day, and a day without it', async () => {
    const task = await anOpenTask({ outcomes: [...outcomes, { key: 'no', label: 'No', marks: [] }] });
    const before = await standing(task);
    const complete = (changes: { outcome: string; until?: string }) =>
      tasks.complete({ taskId: task.id, worker, version: 0, ...changes });
    await expect(complete({ outcome: 'later' })).rejects.toMatchObject({ code: 'tasks.day_wrong' });
    await expect(complete({ outcome: 'no', until: '2027-01-11' })).rejects.toMatchObject({
      code: 'tasks.value_not_allowed',
    });
    expect(await standing(task)).toEqual(before);
  });
});

describe('the tasks of a paused pathway', () => {
  it('are off the list, the pathway is on a list of its own, and both come back', async () => {
    const task = await anOpenTask();
    const commands = stage.get(CommandsService);
    const command = { episodeId: task.episodeId, by: worker };
    const { id: pauseId } = await commands.pause({ ...command, reason: 'bereaved', reviewOn: '2026-12-10' });
    expect([await has('needs-us', task.id), await has('snoozed', task.id)]).toEqual([false, false]);
    const row = (await view('paused')).items.find(({ episodeId }) => episodeId === task.episodeId);
    expect(row).toMatchObject({ pausedBecause: 'bereaved', taskId: null, overdue: false });
    expect(short(row!.dueAt)).toBe('2026-12-10T09:00');
    expect((await view('paused', { teamKey: 'walsall' })).items).toEqual([]);
    await commands.resume({ ...command, pauseId });
    expect(await has('needs-us', task.id)).toBe(true);
    expect((await view('paused')).items.filter(({ episodeId }) => episodeId === task.episodeId)).toEqual([]);
  });

  it('are looked at again four weeks on when nobody said when', async () => {
    const { episodeId } = await anOpenTask();
    await stage.get(CommandsService).pause({ episodeId, by: worker, reason: 'away' });
    stage.clock.moveTo(new Date(NOW.getTime() + 29 * 24 * HOUR));
    const row = (await view('paused')).items.find((one) => one.episodeId === episodeId);
    expect([short(row!.dueAt), row!.overdue]).toEqual(['2026-12-21T10:00', true]);
  });

  it('bring their pathway to the list of what needs us when the day to look again has come', async () => {
    const { episodeId } = await anOpenTask();
    await stage.get(CommandsService).pause({ episodeId, by: worker, reason: 'bereaved', reviewOn: '2026-12-10' });
    const look = async () => {
      const { items, counts, total } = await view('needs-us');
      return { row: items.find((one) => one.episodeId === episodeId), counts, total };
    };
    stage.clock.moveTo(new Date('2026-12-10T08:59:00Z'));
    const before = await look();
    expect(before.row).toBeUndefined();
    stage.clock.moveTo(new Date('2026-12-10T09:00:00Z'));
    const { row, counts, total } = await look();
    expect(row).toMatchObject({ kind: 'look-again', taskId: null, pausedBecause: 'bereaved', priority: 60 });
    expect(short(row!.dueAt)).toBe('2026-12-10T09:00');
    expect(counts.needsUs).toBe(before.counts.needsUs + 1);
    expect(total).toBe(counts.needsUs);
    expect((await view('paused')).items.some(({ id }) => id === episodeId)).toBe(true);
    expect((await view('needs-us', { programme: 'other' })).items).toEqual([]);
    expect((await view('needs-us', { teamKey: 'walsall' })).items).toEqual([]);
  });

  it('are sorted among the tasks, page by page', async () => {
    for (const priority of [90, 60, 30]) {
      const episodeId = await stage.anEpisode({ priority });
      await anOpenTask({ episodeId });
      const paused = await stage.anEpisode({ priority });
      await stage.get(CommandsService).pause({ episodeId: paused, by: worker, reason: 'away', reviewOn: '2026-11-24' });
    }
    stage.clock.moveTo(new Date('2026-11-24T10:00:00Z'));
    const whole = (await view('needs-us')).items;
    const order = whole.map(({ priority, dueAt, id }) => [-priority, dueAt.getTime(), id] as const);
    expect(order).toEqual(order.toSorted((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : 1)));
    expect(whole.filter(({ kind }) => kind === 'look-again')).toHaveLength(3);
    const paged: string[] = [];
    for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
      const page = await view('needs-us', { limit: 1, ...(cursor && { cursor }) });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    }
    expect(paged).toEqual(whole.map(({ id }) => id));
  });

  it('rest too when they are opened by an effect that was under way', async () => {
    const episodeId = await stage.anEpisode();
    await stage.get(CommandsService).pause({ episodeId, by: worker, reason: 'away' });
    expect(await anOpenTask({ episodeId })).toMatchObject({ paused: true });
  });

  it('are due later by as much as the pause took', async () => {
    const task = await anOpenTask();
    const resumedAt = new Date('2026-12-01T10:00:00Z');
    await tasks.shiftOpen(task.episodeId, (at, working) => shiftDeadline({ at, working }, NOW, resumedAt));
    expect(short((await again(task.id)).dueAt)).toBe('2026-12-03T17:00');
    expect((await tasks.listRungs(task.id)).map(({ dueAt }) => short(dueAt))).toEqual([
      ...['2026-12-04T17:00', '2026-12-07T17:00', '2026-12-08T17:00'],
    ]);
  });
});

describe('a task kept for another version of its step', () => {
  it('says what that version says, and tells the screens that it changed', async () => {
    const task = await anOpenTask();
    const outcomes = [{ key: 'booked', label: 'Booked', marks: [] }];
    await tasks.open(aCall({ episodeId: task.episodeId, title: 'Phone to book', outcomes }));
    expect(await again(task.id)).toMatchObject({ title: 'Phone to book', outcomes, version: task.version + 1 });
    const stale = { taskId: task.id, worker, outcome: 'agreed', version: task.version };
    await expect(tasks.complete(stale)).rejects.toMatchObject({ code: 'tasks.task_changed' });
  });
});

describe('a check of an unknown fate', () => {
  it('leaves what comes next on the episode as it was', async () => {
    const episodeId = await stage.anEpisode({ step: 'invite', stepTitle: 'Invite', nextWhat: 'Waiting', nextAt: NOW });
    await anOpenTask({ episodeId, step: 'invite:check', kind: 'review' });
    expect(await stage.db.episode.findUnique({ where: { id: episodeId } })).toMatchObject({
      ...{ step: 'invite', nextWhat: 'Waiting', nextAt: NOW },
    });
  });
});

describe('an answer that comes after its step is over', () => {
  async function aReply(answers: readonly string[]): Promise<{ episodeId: string; replies: string[] }> {
    const episodeId = await stage.anEpisode();
    const { personId } = await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } });
    const message = await stage.db.message.create({
      data: {
        ...{ key: newId(), episodeId, personId, programme: 'stop-smoking', step: 'invite', template: 't', attempt: 1 },
        ...{ channel: 'email', fate: 'sent', createdAt: NOW },
      },
    });
    const replies: string[] = [];
    for (const [nth, answer] of answers.entries()) {
      const at = new Date(NOW.getTime() + nth * HOUR);
      const { id } = await stage.db.reply.create({ data: { messageId: message.id, episodeId, personId, answer, at } });
      replies.push(id);
    }
    return { episodeId, replies };
  }
  const raise = (episodeId: string, replyId: string) => tasks.raiseLateReply({ ...aCall({ episodeId }), replyId });

  it('is raised for somebody to decide, once', async () => {
    const { episodeId, replies } = await aReply(['yes']);
    for (const _twice of [1, 2]) await raise(episodeId, replies[0]!);
    const opened = await stage.db.task.findMany({ where: { episodeId } });
    expect(opened).toEqual([
      expect.objectContaining({ title: 'They answered late: yes please', role: 'care-coordinator', kind: 'review' }),
    ]);
  });

  it('is not raised when it only says again what was known', async () => {
    const { episodeId, replies } = await aReply(['yes', 'yes']);
    await raise(episodeId, replies[1]!);
    await raise(episodeId, newId());
    expect(await stage.db.task.count({ where: { episodeId } })).toBe(0);
  });
});
