import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AllocationModule, type Commander, CommandsService } from '#care/allocation';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule } from '#care/population';
import { TasksModule, TasksService } from '#care/tasks';
import { Database } from '#platform/database';
import { Outbox } from '#platform/outbox';
import type { PathwayScript } from '#workflows';
import { Stage } from '../../../test/factories/stage.js';
import { RunningProgram } from '../../../test/running-program.js';
import { startTestServer, type TestServer } from '../../../test/temporal/server.js';

jest.setTimeout(120_000);

const second = (amount: number) => ({ amount, unit: 'seconds' }) as const;

/** Two tasks one after the other; the first is due in five seconds, with a reminder and an escalation behind it. */
const SCRIPT: PathwayScript = {
  programme: 'commanded',
  version: 1,
  start: 'call',
  steps: [
    {
      ...{ kind: 'task', id: 'call', title: 'Phone', role: 'link-worker', due: second(5) },
      escalate: [
        { after: second(1), to: 'owner' },
        { after: second(2), to: 'care-coordinator' },
      ],
      outcomes: [{ key: 'agreed', label: 'Agreed', marks: [], next: { step: 'meet' } }],
    },
    {
      ...{ kind: 'task', id: 'meet', title: 'Meet', role: 'link-worker', due: second(60), escalate: [] },
      outcomes: [{ key: 'done', label: 'Done', marks: [], next: { ending: 'completed' } }],
    },
  ],
  endings: [{ key: 'completed', title: 'Finished', good: true }],
};

let server: TestServer;
let stage: Stage;
let worker: RunningProgram;
let by: Commander;
let programmeVersionId: string;

beforeAll(async () => {
  server = await startTestServer();
  const settings = { TEMPORAL_ADDRESS: server.address, SMTP_URL: 'smtp://127.0.0.1:9', LOG_LEVEL: 'warn' };
  stage = await Stage.open([PopulationModule, AllocationModule, TasksModule, OutcomesModule], settings);
  const version = await stage.db.programmeVersion.create({
    data: {
      ...{
        programme: 'commanded',
        version: 1,
        title: 'Commanded',
        hash: 'commanded',
        live: false,
        loadedAt: new Date(),
      },
      definition: JSON.parse(JSON.stringify({ script: SCRIPT })),
    },
  });
  programmeVersionId = version.id;
  // Those that the stage makes up for its rooms have no rule to evaluate.
  await stage.db.programmeVersion.updateMany({ data: { live: false } });
  by = { accountId: await stage.anAccount(), teamKey: 'northamptonshire' };
  const key = Buffer.alloc(32, 7).toString('base64');
  worker = await RunningProgram.start('worker', {
    ...settings,
    ...{ DATABASE_URL: stage.copy.url, PAYLOAD_KEY: key, LINK_KEY: key, OIDC_ISSUER: 'http://127.0.0.1:9' },
    ...{ OIDC_CLIENT_SECRET: 'secret', PUBLIC_URL: 'http://fairway.test' },
  });
});
afterAll(async () => {
  await worker?.stop();
  await stage?.close();
  await server?.stop();
});

async function eventually<Found>(what: string, look: () => Promise<Found | null | undefined | false>): Promise<Found> {
  for (const until = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`Waited for ${what}\n${worker.said.slice(-2000)}`);
  }
}
const openTask = (episodeId: string, step: string) =>
  eventually(step, () =>
    stage.db.task.findFirst({ where: { episodeId, step, status: 'open' }, include: { rungs: true } }),
  );
const rungs = async (taskId: string): Promise<string[]> =>
  (await stage.get(TasksService).listRungs(taskId)).map(({ status }) => status);
const rest = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A pathway that has opened its first task. */
async function underWay() {
  stage.clock.moveTo(new Date());
  const episodeId = await stage.anEpisode({ programme: 'commanded', programmeVersionId, openedAt: new Date() });
  await stage
    .get(Database)
    .inTransaction(() => stage.get(Outbox).put({ topic: 'pathway-start', lane: episodeId, body: { episodeId } }));
  return { episodeId, task: await openTask(episodeId, 'call') };
}
/** Rooms on the stage tell the time that it is. */
function now<Service>(service: Service): Service {
  stage.clock.moveTo(new Date());
  return service;
}
const commands = () => now(stage.get(CommandsService));
const tasks = () => now(stage.get(TasksService));
const complete = (taskId: string, outcome: string, version: number, teamKey = by.teamKey) =>
  tasks().complete({ taskId, worker: { ...by, teamKey }, outcome, version });

describe('the ladder on the real pathway', () => {
  it('is climbed rung by rung, each once', async () => {
    const { task } = await underWay();
    await eventually('both rungs', async () => (await rungs(task.id)).every((status) => status === 'climbed'));
    expect(await stage.db.task.findUnique({ where: { id: task.id } })).toMatchObject({
      escalatedTo: 'care-coordinator',
    });
    const audited = (action: string) => stage.db.auditEntry.count({ where: { action, subjectId: task.id } });
    expect([await audited('task.reminded'), await audited('task.escalated')]).toEqual([1, 1]);
  });

  it('passes over the rung that somebody has cancelled', async () => {
    const { task } = await underWay();
    await tasks().cancelRung({ taskId: task.id, worker: by, rung: 0, because: 'Knows already' });
    await eventually('the second rung', async () => (await rungs(task.id))[1] === 'climbed');
    expect(await rungs(task.id)).toEqual(['cancelled', 'climbed']);
    expect(await stage.db.auditEntry.count({ where: { action: 'task.reminded', subjectId: task.id } })).toBe(0);
  });
});

describe('a pause on the real pathway', () => {
  it('stops the ladder, and gives back the time that was left', async () => {
    const { episodeId, task } = await underWay();
    const { id: pauseId, from } = await commands().pause({ episodeId, by, reason: 'in-hospital' });
    await rest(9000);
    expect(await rungs(task.id)).toEqual(['planned', 'planned']);
    const { to } = await commands().resume({ episodeId, by, pauseId });
    await eventually('the deadlines', () =>
      stage.db.pause.findFirst({ where: { id: pauseId, appliedAt: { not: null } } }),
    );
    const { dueAt } = await stage.db.task.findUniqueOrThrow({ where: { id: task.id } });
    expect(dueAt.getTime() - task.dueAt.getTime()).toBe(to!.getTime() - from.getTime());
    await eventually('both rungs', async () => (await rungs(task.id)).every((status) => status === 'climbed'));
    const climbed = (await stage.get(TasksService).listRungs(task.id)).map(({ at, dueAt: due }) => [at! >= due, due]);
    expect(climbed.map(([inTime]) => inTime)).toEqual([true, true]);
  });

  it('keeps what comes in until it ends', async () => {
    const { episodeId, task } = await underWay();
    const { id: pauseId } = await commands().pause({ episodeId, by, reason: 'away' });
    await complete(task.id, 'agreed', 0);
    await rest(1500);
    expect(await stage.db.task.count({ where: { episodeId } })).toBe(1);
    await commands().resume({ episodeId, by, pauseId });
    expect(await openTask(episodeId, 'meet')).toMatchObject({ paused: false });
  });
});

describe('a snooze on the real pathway', () => {
  it('puts off the ladder, and the task can still be done', async () => {
    const { episodeId, task } = await underWay();
    const until = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
    const { version } = await tasks().snooze({ taskId: task.id, worker: by, until, because: 'Away', version: 0 });
    await rest(9000);
    expect(await rungs(task.id)).toEqual(['planned', 'planned']);
    await complete(task.id, 'agreed', version);
    expect(await openTask(episodeId, 'meet')).toMatchObject({ status: 'open' });
  });
});

describe('a transfer on the real pathway', () => {
  it('goes on with the other team, task by task', async () => {
    const { episodeId, task } = await underWay();
    await commands().transfer({ episodeId, by, teamKey: 'walsall', reason: 'Moved house' });
    await complete(task.id, 'agreed', 1, 'walsall');
    expect(await openTask(episodeId, 'meet')).toMatchObject({ teamKey: 'walsall' });
  });
});

describe('an exit on the real pathway', () => {
  it.each([
    ['need-met-by-us', true],
    ['need-met-by-others', false],
    ['data-corrected', false],
  ])('by %s ends it at once, with the open task cancelled for that reason', async (reason, good) => {
    const { episodeId, task } = await underWay();
    await commands().exit({ episodeId, by, reason });
    const ending = await eventually('ending', () => stage.db.ending.findUnique({ where: { episodeId } }));
    expect(ending).toMatchObject({ ending: reason, exit: true, good });
    expect(await stage.db.task.findUnique({ where: { id: task.id }, include: { rungs: true } })).toMatchObject({
      ...{ status: 'cancelled', cancelledBecause: reason, outcome: null },
      rungs: [{ status: 'cancelled' }, { status: 'cancelled' }],
    });
    expect(await stage.db.clockSpan.count({ where: { episodeId, to: null } })).toBe(0);
  });

  it('ends a pathway that is paused, too', async () => {
    const { episodeId } = await underWay();
    await commands().pause({ episodeId, by, reason: 'away' });
    await commands().exit({ episodeId, by, reason: 'no-longer-eligible' });
    const ending = await eventually('ending', () => stage.db.ending.findUnique({ where: { episodeId } }));
    expect(ending).toMatchObject({ ending: 'no-longer-eligible' });
  });
});
