import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OutcomesModule } from '#care/outcomes';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { type OpenTaskCall, type Task, TasksModule, TasksService, type Worker } from './index.js';

let stage: Stage;
let tasks: TasksService;
let worker: Worker;
let colleague: Worker;

beforeAll(async () => {
  stage = await Stage.open([TasksModule, OutcomesModule]);
  tasks = stage.get(TasksService);
  worker = { accountId: await stage.anAccount(), teamKey: 'northamptonshire' };
  colleague = { accountId: await stage.anAccount({ role: 'care-coordinator' }), teamKey: 'northamptonshire' };
});
afterAll(() => stage.close());

function aCall(changes: Partial<OpenTaskCall> & { episodeId: string }): OpenTaskCall {
  return {
    step: 'call',
    key: `pathway/${changes.episodeId}:4`,
    seq: 4,
    at: NOW.toISOString(),
    kind: 'call',
    title: 'Phone about stopping smoking',
    role: 'link-worker',
    due: { amount: 5, unit: 'working-days' },
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

function aMeasure(): Partial<OpenTaskCall> {
  return {
    step: 'four-week-quit',
    kind: 'measure',
    outcomes: [
      { key: 'quit', label: 'Not smoking', marks: [], good: true, valueBelow: 10 },
      { key: 'not-quit', label: 'Smoking', marks: [], good: false },
    ],
    asks: {
      instrument: 'russell-standard-4-week',
      value: { label: 'Carbon monoxide', unit: 'ppm', min: 0, max: 100 },
    },
  };
}

describe('opening a task', () => {
  it('takes priority and tags from the episode and counts working days', async () => {
    const task = await anOpenTask();
    expect(task).toMatchObject({
      priority: 60,
      tags: ['Pregnant', 'Core20'],
      status: 'open',
      teamKey: 'northamptonshire',
    });
    expect(task.dueAt.toISOString()).toBe('2026-11-30T17:00:00.000Z');
  });

  it('answers a repeat with the same task and records it once', async () => {
    const episodeId = await stage.anEpisode();
    const before = await stage.audited('task.opened');
    const first = await tasks.open(aCall({ episodeId }));
    expect(await tasks.open(aCall({ episodeId }))).toEqual(first);
    expect(await stage.audited('task.opened')).toBe(before + 1);
  });

  it('never opens a second task for a step that has one open, even at the same moment', async () => {
    const episodeId = await stage.anEpisode();
    const opened = await Promise.all(
      Array.from({ length: 8 }, (_, nth) => tasks.open(aCall({ episodeId, key: `k/${episodeId}:${nth}` }))),
    );
    expect(new Set(opened.map(({ taskId }) => taskId)).size).toBe(1);
    expect(await stage.db.task.count({ where: { episodeId } })).toBe(1);
  });

  it('says on the episode where it stands', async () => {
    const { episodeId, dueAt } = await anOpenTask();
    const episode = await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } });
    expect(episode).toMatchObject({ step: 'call', stepTitle: 'Phone about stopping smoking', nextAt: dueAt });
  });
});

describe('claiming', () => {
  it('lets exactly one of fifty have it', async () => {
    const { id } = await anOpenTask();
    const rivals = await Promise.all(Array.from({ length: 50 }, () => stage.anAccount()));
    const tries = await Promise.allSettled(
      rivals.map((accountId) => tasks.claim(id, { accountId, teamKey: 'northamptonshire' })),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    expect(new Set(refusals)).toEqual(new Set(['tasks.already_claimed']));
    expect(await stage.db.auditEntry.count({ where: { action: 'task.claimed', subjectId: id } })).toBe(1);
  });

  it('names the role of whoever has it', async () => {
    const { id } = await anOpenTask();
    await tasks.claim(id, colleague);
    await expect(tasks.claim(id, worker)).rejects.toThrow('care coordinator');
  });

  it('is the same claim when made again', async () => {
    const { id } = await anOpenTask();
    const first = await tasks.claim(id, worker);
    expect(await tasks.claim(id, worker)).toEqual(first);
  });

  it('hides a task from another team', async () => {
    const { id } = await anOpenTask();
    const stranger = { ...worker, teamKey: 'walsall' };
    await expect(tasks.claim(id, stranger)).rejects.toMatchObject({ code: 'tasks.task_missing' });
    await expect(tasks.getTask(id, 'walsall')).rejects.toMatchObject({ code: 'tasks.task_missing' });
    const completion = { taskId: id, worker: stranger, outcome: 'agreed', version: 0 };
    await expect(tasks.complete(completion)).rejects.toMatchObject({ code: 'tasks.task_missing' });
  });

  it('answers an id that is none like a task that is not there', async () => {
    await expect(tasks.claim("1' OR '1'='1", worker)).rejects.toMatchObject({ code: 'tasks.task_missing' });
  });

  it('gives a released task back, and only by whoever has it', async () => {
    const { id } = await anOpenTask();
    await tasks.claim(id, worker);
    await expect(tasks.release(id, colleague)).rejects.toMatchObject({ code: 'tasks.already_claimed' });
    expect((await tasks.release(id, worker)).claimedBy).toBeNull();
    expect((await tasks.claim(id, colleague)).claimedBy).toBe(colleague.accountId);
  });
});

describe('completing', () => {
  it('closes the task, keeps the marks and tells the pathway without the note', async () => {
    const task = await anOpenTask();
    const done = await tasks.complete({
      taskId: task.id,
      worker,
      outcome: 'agreed',
      note: 'Happy to start after Tuesday',
      version: task.version,
    });
    expect(done).toMatchObject({
      status: 'completed',
      outcome: 'agreed',
      marks: ['reached', 'accepted'],
      note: 'Happy to start after Tuesday',
    });
    expect(await stage.told(task.episodeId)).toEqual([
      { kind: 'task-completed', id: task.id, taskId: task.id, outcome: 'agreed' },
    ]);
    const audit = await stage.db.auditEntry.findMany({ where: { subjectId: task.id } });
    expect(JSON.stringify(audit.map(({ detail }) => detail))).not.toContain('Tuesday');
  });

  it('is done once when sent twice at the same moment', async () => {
    const task = await anOpenTask();
    const completion = { taskId: task.id, worker, outcome: 'agreed', version: task.version };
    const [first, second] = await Promise.all([tasks.complete(completion), tasks.complete(completion)]);
    expect(second).toEqual(first);
    expect(await stage.told(task.episodeId)).toHaveLength(1);
  });

  it('refuses another outcome once it is closed', async () => {
    const task = await anOpenTask();
    await tasks.complete({ taskId: task.id, worker, outcome: 'agreed', version: task.version });
    const other = { taskId: task.id, worker, outcome: 'declined', version: task.version + 1 };
    await expect(tasks.complete(other)).rejects.toMatchObject({ code: 'tasks.task_closed' });
  });

  it('refuses what a colleague holds', async () => {
    const task = await anOpenTask();
    const held = await tasks.claim(task.id, colleague);
    const completion = { taskId: task.id, worker, outcome: 'agreed', version: held.version };
    await expect(tasks.complete(completion)).rejects.toMatchObject({ code: 'tasks.already_claimed' });
    expect(await stage.told(task.episodeId)).toEqual([]);
  });

  it('refuses a task that changed since it was seen', async () => {
    const task = await anOpenTask();
    await tasks.claim(task.id, worker);
    const stale = { taskId: task.id, worker, outcome: 'agreed', version: task.version };
    await expect(tasks.complete(stale)).rejects.toMatchObject({ code: 'tasks.task_changed' });
  });

  it('refuses an outcome the programme does not offer', async () => {
    const task = await anOpenTask();
    const completion = { taskId: task.id, worker, outcome: 'toString', version: task.version };
    await expect(tasks.complete(completion)).rejects.toMatchObject({ code: 'tasks.outcome_unknown' });
  });

  it('writes a measured value to the ledger in the same act', async () => {
    const task = await anOpenTask(aMeasure());
    await tasks.complete({ taskId: task.id, worker, outcome: 'quit', value: 4, version: task.version });
    const [measured] = await stage.db.measurement.findMany({ where: { episodeId: task.episodeId } });
    expect(measured).toMatchObject({ instrument: 'russell-standard-4-week', result: 'quit', good: true });
    expect(measured?.value?.toNumber()).toBe(4);
  });

  it('refuses a value out of range and leaves the task as it was', async () => {
    const task = await anOpenTask(aMeasure());
    const completion = { taskId: task.id, worker, outcome: 'quit', value: 101, version: task.version };
    await expect(tasks.complete(completion)).rejects.toMatchObject({ code: 'tasks.value_not_allowed' });
    expect(await tasks.getTask(task.id, 'northamptonshire')).toEqual(task);
    expect(await stage.db.measurement.count({ where: { episodeId: task.episodeId } })).toBe(0);
  });

  it('refuses an outcome that does not go with the reading, and takes it without one', async () => {
    const task = await anOpenTask(aMeasure());
    const completion = { taskId: task.id, worker, outcome: 'quit', version: task.version };
    await expect(tasks.complete({ ...completion, value: 10 })).rejects.toMatchObject({
      code: 'tasks.value_not_allowed',
      message: '10 ppm or above does not go with “Not smoking”: choose “Smoking”.',
    });
    expect(await tasks.getTask(task.id, 'northamptonshire')).toEqual(task);
    expect((await tasks.complete(completion)).status).toBe('completed');
  });

  it('keeps a note that holds characters Postgres cannot', async () => {
    const task = await anOpenTask();
    const note = 'a\0b\ud800c';
    const done = await tasks.complete({ taskId: task.id, worker, outcome: 'agreed', note, version: task.version });
    expect(done.note).toBe('abc');
  });
});

describe('cancelling and escalating', () => {
  it('cancels an open task and never marks it completed', async () => {
    const task = await anOpenTask();
    const call = { ...aCall({ episodeId: task.episodeId }), taskId: task.id, because: 'opted-out' };
    await tasks.cancel(call);
    await tasks.cancel(call);
    expect(await tasks.getTask(task.id, 'northamptonshire')).toMatchObject({ status: 'cancelled', outcome: null });
    expect(await stage.db.auditEntry.count({ where: { action: 'task.cancelled', subjectId: task.id } })).toBe(1);
    const late = { taskId: task.id, worker, outcome: 'agreed', version: task.version };
    await expect(tasks.complete(late)).rejects.toMatchObject({ code: 'tasks.task_closed' });
  });

  it('leaves a completed task completed', async () => {
    const task = await anOpenTask();
    await tasks.complete({ taskId: task.id, worker, outcome: 'agreed', version: task.version });
    await tasks.cancel({ ...aCall({ episodeId: task.episodeId }), taskId: task.id, because: 'late' });
    expect((await tasks.getTask(task.id, 'northamptonshire')).status).toBe('completed');
  });

  it('raises a task to each role once', async () => {
    const task = await anOpenTask();
    const call = { ...aCall({ episodeId: task.episodeId }), taskId: task.id, to: 'team-lead' };
    await tasks.escalate(call);
    await tasks.escalate(call);
    expect((await tasks.getTask(task.id, 'northamptonshire')).escalatedTo).toBe('team-lead');
    expect(await stage.db.auditEntry.count({ where: { action: 'task.escalated', subjectId: task.id } })).toBe(1);
  });
});

describe('the worklist', () => {
  let me: Worker;
  beforeAll(async () => {
    await stage.db.team.create({
      data: { key: 'south-yorkshire', name: 'SY', organisation: 'sy-care', area: 'south-yorkshire' },
    });
    me = { accountId: await stage.anAccount({ team: 'south-yorkshire' }), teamKey: 'south-yorkshire' };
    const ranks = [60, 0, 40, 60, 20, 40, 0, 60, 20, 40, 60];
    for (const [nth, priority] of ranks.entries()) {
      const personId = await stage.aPerson({ teamKey: me.teamKey });
      const episodeId = await stage.anEpisode({ personId, teamKey: me.teamKey, priority });
      await tasks.open(aCall({ episodeId, due: { amount: nth % 3, unit: 'days' }, at: '2026-11-22T10:00:00Z' }));
    }
  });
  const read = (changes: object = {}) =>
    tasks.worklist({ teamKey: 'south-yorkshire', accountId: me.accountId, view: 'needs-us', ...changes });

  it('orders by priority, then due, then id', async () => {
    const { items, total } = await read();
    expect(total).toBe(11);
    const inOrder = items.toSorted(
      (a, b) => b.priority - a.priority || a.dueAt.getTime() - b.dueAt.getTime() || (a.id < b.id ? -1 : 1),
    );
    expect(items).toEqual(inOrder);
  });

  it('shows each row once over its pages', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ limit: 3, cursor });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual((await read()).items.map(({ id }) => id));
  });

  it('counts and shows mine, unclaimed and overdue', async () => {
    const first = (await read()).items[0];
    await tasks.claim(first?.taskId ?? '', me);
    const mine = await read({ view: 'mine' });
    expect(mine.items.map(({ claimedBy }) => claimedBy)).toEqual([
      { id: me.accountId, name: 'Link worker', you: true },
    ]);
    expect(mine.counts).toMatchObject({ needsUs: 11, mine: 1, unclaimed: 10 });
    const overdue = await read({ view: 'overdue' });
    expect(overdue.items.every((item) => item.overdue)).toBe(true);
    expect(overdue.total).toBe(4);
  });

  it('names nobody', async () => {
    const page = JSON.stringify(await read());
    expect(page).not.toContain('Testperson');
    expect(page).toMatch(/Person \d{4} · 34 · Testbury 001A/);
  });

  it('shows what waits for a partner, for the person, and comes this week', async () => {
    const standing = async (step: string, nextAt: string): Promise<string> =>
      stage.anEpisode({
        personId: await stage.aPerson({ teamKey: me.teamKey }),
        teamKey: me.teamKey,
        step,
        stepTitle: step,
        nextAt: new Date(nextAt),
      });
    const partner = await standing('refer', '2026-11-27T17:00:00Z');
    const person = await standing('invite', '2026-11-30T10:00:00Z');
    const soon = await standing('pause', '2026-11-25T10:00:00Z');
    await standing('pause', '2027-01-25T10:00:00Z');
    const ids = async (view: string): Promise<string[]> => (await read({ view })).items.map(({ id }) => id);
    expect(await ids('waiting-partner')).toEqual([partner]);
    expect(await ids('waiting-person')).toEqual([person]);
    expect(await ids('coming-week')).toEqual([soon]);
    expect((await read()).counts).toMatchObject({ waitingPartner: 1, waitingPerson: 1, comingWeek: 1 });
  });

  it('shows another team nothing', async () => {
    const { items, counts } = await read({ teamKey: 'elsewhere' });
    expect(items).toEqual([]);
    expect(counts.needsUs).toBe(0);
  });

  it('keeps to one programme when asked', async () => {
    expect((await read({ programme: 'housing-referral' })).items).toEqual([]);
    expect((await read({ programme: 'stop-smoking' })).total).toBe(11);
  });

  it.each([
    ['no JSON', 'x'],
    ['too short', 'WzEsMl0'],
    ['without a date', Buffer.from('[1,null,"01a2022b-14a2-7dbd-98aa-c49e1abae6d7"]').toString('base64url')],
  ])('refuses a cursor that is %s', async (_what, cursor) => {
    await expect(read({ cursor })).rejects.toMatchObject({ code: 'tasks.worklist_query_wrong' });
  });
});
