import { Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { AllocationModule, type DriftKind, MoveService, ReconcileService, type Repair } from '#care/allocation';
import { ContactModule } from '#care/contact';
import { DetectionModule } from '#care/detection';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule } from '#care/population';
import { ProgrammesModule } from '#care/programmes';
import { ReferralsModule } from '#care/referrals';
import { TasksModule, TasksService } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { newId } from '#platform/kernel';
import { MailModule } from '#platform/mail';
import { Outbox, type OutboxMessage } from '#platform/outbox';
import { Temporal, TemporalModule } from '#platform/temporal';
import {
  type PathwayScript,
  type PathwayState,
  pathwayId,
  RECONCILE_RUN,
  type ReconcileSummary,
  type Repaired,
  repairRunId,
  whereabouts,
} from '#workflows';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { aCall, anInvitation, aScript, aWait } from '../../../test/temporal/scripts.js';
import { startTestServer, type TestServer } from '../../../test/temporal/server.js';
import { workflowBundle } from '../../../test/temporal/stage.js';
import { collectActivities } from './activities/activity.js';
import { PathwayActivityHandlers } from './activities/pathway.activities.js';
import { Performer } from './activities/perform.js';
import { ReconcileActivityHandlers } from './activities/reconcile.activities.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { OutboxLanes } from './outbox-lanes.js';
import { PathwayPost } from './pathway-post.js';
import { Pathways } from './pathways.js';
import { Relay } from './relay.js';

jest.setTimeout(120_000);

@Module({
  imports: [
    ...[TemporalModule, MailModule, PopulationModule, ProgrammesModule, DetectionModule, AllocationModule],
    ...[ContactModule, TasksModule, ReferralsModule, OutcomesModule],
  ],
  providers: [
    ...[Log, Metrics, OutboxLanes, PathwayPost, Pathways, Relay],
    ...[PathwayActivityHandlers, ReconcileActivityHandlers],
  ],
})
class EngineRoom {}

/** A phone call, then a rest. */
const OLD = aScript(
  aCall({
    outcomes: [
      { key: 'agreed', label: 'Agreed', marks: ['reached'], next: { step: 'pause' } },
      { key: 'declined', label: 'Declined', marks: ['reached'], next: { ending: 'declined' } },
    ],
  }),
  aWait(),
);
/** As before, with another call in the place of the rest. */
const NEW: PathwayScript = { ...aScript(OLD.steps[0]!, aCall({ id: 'visit', title: 'Visit' })), version: 2 };

const INVITING: PathwayScript = { ...aScript(anInvitation()), version: 3 };

const MINUTE = 60_000;
const MANAGER = { kind: 'user', id: newId() } as const;

let server: TestServer;
let stage: Stage;
let temporal: Temporal;
let strike: () => Promise<void>;
let versions: readonly [string, string, string];
/** Episodes whose tasks cannot be opened: the effect fails for good until it is mended. */
const broken = new Set<string>();

beforeAll(async () => {
  server = await startTestServer();
  stage = await Stage.open([EngineRoom], {
    TEMPORAL_ADDRESS: server.address,
    TASK_QUEUE: `reconcile-${newId()}`,
    LOG_LEVEL: 'silent',
  });
  temporal = stage.get(Temporal);
  versions = [await aVersion(OLD), await aVersion(NEW), await aVersion(INVITING)];
  strike = await work();
});
afterAll(async () => {
  await strike();
  await temporal.onApplicationShutdown();
  await stage.close();
  await server.stop();
  await Runtime.instance().shutdown();
});
beforeEach(async () => {
  stage.clock.moveTo(NOW);
  broken.clear();
  for await (const { workflowId } of temporal.client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    // What the list has not heard of yet may have ended meanwhile.
    await temporal.client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }
  await stage.db.episode.updateMany({ data: { status: 'ended', endedAt: new Date(0) } });
  await stage.db.outboxEntry.deleteMany();
  await stage.db.drift.deleteMany();
});

/** The product's own workflows and effects; only what a test breaks is broken. */
async function work(): Promise<() => Promise<void>> {
  const { code } = await workflowBundle();
  const connection = await NativeConnection.connect({ address: server.address });
  const handlers = collectActivities(stage.get(PathwayActivityHandlers), stage.get(ReconcileActivityHandlers));
  const performer = new Performer(stage.get(Metrics), stage.get(Log).for('activities'));
  const activities = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, performer.wrap(name, handler)]),
  );
  const openTask = activities['openTask'] as (call: { episodeId: string }) => Promise<unknown>;
  activities['openTask'] = async (call: { episodeId: string }) => {
    if (broken.has(call.episodeId)) throw ApplicationFailure.nonRetryable('broken by the test');
    return openTask(call);
  };
  const worker = await Worker.create({
    connection,
    taskQueue: temporal.taskQueue,
    workflowBundle: { code },
    dataConverter: temporal.dataConverter,
    activities,
    shutdownForceTime: '2 seconds',
  });
  const working = worker.run();
  return async () => {
    worker.shutdown();
    await working;
    await connection.close();
  };
}

async function aVersion(script: PathwayScript): Promise<string> {
  const programme = 'stay-well';
  const row = await stage.db.programmeVersion.create({
    data: {
      programme,
      version: script.version,
      title: 'Stay well',
      hash: `${programme}-${script.version}`,
      loadedAt: NOW,
      live: script.version === 2,
      definition: JSON.parse(
        JSON.stringify({ programme, version: script.version, script: { ...script, programme } }),
      ) as object,
    },
  });
  return row.id;
}

function anEpisode(changes: Parameters<Stage['anEpisode']>[0] = {}): Promise<string> {
  const openedAt = new Date(NOW.getTime() - 60 * MINUTE);
  return stage.anEpisode({ programme: 'stay-well', programmeVersionId: versions[0], openedAt, ...changes });
}

async function put(topic: OutboxMessage['topic'], lane: string, body: OutboxMessage['body'] = {}): Promise<void> {
  await stage.get(Database).inTransaction(() => stage.get(Outbox).put({ topic, lane, body }));
}

async function relay(): Promise<void> {
  for (let moved = 1; moved > 0;) {
    moved = 0;
    for (const topic of ['pathway-start', 'pathway-event'] as const) {
      moved += (await stage.get(Relay).round(topic)).taken;
    }
  }
}

/** An episode whose pathway has come to its call. */
async function atTheCall(): Promise<string> {
  const episodeId = await anEpisode();
  await put('pathway-start', episodeId);
  await relay();
  await until(async () => (await stepOf(episodeId)) === 'call');
  return episodeId;
}

async function stepOf(episodeId: string): Promise<string | null> {
  return (await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } })).step;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > patience) throw new Error('Waited too long');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

const handle = (episodeId: string) => temporal.client.workflow.getHandle(pathwayId(episodeId));
const state = (episodeId: string): Promise<PathwayState> => handle(episodeId).query(whereabouts);

function reconcile(): Promise<ReconcileSummary> {
  return temporal.client.workflow.execute('reconcileRun', {
    workflowId: RECONCILE_RUN,
    taskQueue: temporal.taskQueue,
    args: [],
  }) as Promise<ReconcileSummary>;
}

/** What differs, as the screens would list it. */
async function differing(): Promise<Record<string, DriftKind>> {
  await reconcile();
  const { open } = await stage.get(ReconcileService).list(null);
  return Object.fromEntries(open.map(({ subject, kind }) => [subject, kind]));
}

async function driftOf(subject: string): Promise<string> {
  return (await stage.db.drift.findFirstOrThrow({ where: { subject, goneAt: null } })).id;
}

/** Asks for a repair as a coordinator would, and has the worker do it. */
async function repair(
  subject: string,
  how: Repair,
  teamKey: string | null = 'northamptonshire',
): Promise<Repaired['done']> {
  const driftId = await driftOf(subject);
  const order = { driftId, repair: how, reason: 'Looked into it', teamKey };
  const asked = await Audit.as(MANAGER, () => stage.get(ReconcileService).ask(order));
  if (asked === 'done') return 'repaired';
  const { done } = (await temporal.client.workflow.execute('repairRun', {
    workflowId: repairRunId(driftId),
    taskQueue: temporal.taskQueue,
    args: [driftId],
  })) as Repaired;
  return done;
}

/** Completes the open call as a link worker would. */
async function complete(episodeId: string): Promise<void> {
  const { id: taskId, version } = await stage.db.task.findFirstOrThrow({ where: { episodeId, status: 'open' } });
  const worker = { accountId: await stage.anAccount(), teamKey: 'northamptonshire', role: 'link-worker' };
  await stage.get(TasksService).complete({ taskId, outcome: 'agreed', version, worker });
}

async function openTasksOf(episodeId: string): Promise<string[]> {
  return (await stage.db.task.findMany({ where: { episodeId, status: 'open' } })).map(({ step }) => step);
}

describe('a comparison', () => {
  it('finds nothing where both sides agree, and says when it looked and at how many', async () => {
    await atTheCall();
    const waiting = await anEpisode();
    await put('pathway-start', waiting);
    expect(await differing()).toEqual({});
    expect((await stage.get(ReconcileService).list(null)).lastRun).toMatchObject({
      episodes: 1,
      pathways: 1,
      drifts: 0,
      finishedAt: NOW,
    });
  });

  it('is not misled by a list that lags behind', async () => {
    const episodes = await Promise.all(Array.from({ length: 20 }, () => anEpisode()));
    for (const episodeId of episodes) await put('pathway-start', episodeId);
    await relay();
    expect(await differing()).toEqual({});
  });

  it('repairs nothing by itself', async () => {
    const episodeId = await anEpisode({ step: 'call' });
    expect(await differing()).toEqual({ [episodeId]: 'no-pathway' });
    expect(await differing()).toEqual({ [episodeId]: 'no-pathway' });
    await expect(handle(episodeId).describe()).rejects.toThrow();
    expect(await stage.db.drift.count()).toBe(1);
  });

  it('lets go of what is no longer so', async () => {
    const episodeId = await anEpisode({ step: 'call' });
    await differing();
    await stage.db.episode.update({ where: { id: episodeId }, data: { status: 'ended', endedAt: NOW } });
    expect(await differing()).toEqual({});
    expect(await stage.db.drift.findFirstOrThrow()).toMatchObject({ goneAt: NOW, repairedAt: null });
  });
});

describe('an open episode that no pathway walks', () => {
  it('gets one where it is, once, with its open task and no second', async () => {
    const episodeId = await atTheCall();
    await handle(episodeId).terminate();
    expect(await differing()).toEqual({ [episodeId]: 'pathway-closed' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    await until(async () => (await state(episodeId)).step === 'call');
    expect(await openTasksOf(episodeId)).toEqual(['call']);
    expect(await differing()).toEqual({});
    expect(await stage.db.drift.findFirstOrThrow()).toMatchObject({
      repair: 'start',
      reason: 'Looked into it',
      repairedBy: MANAGER.id,
      repairedAt: NOW,
    });
    await complete(episodeId);
    await relay();
    await until(async () => (await stepOf(episodeId)) === 'pause');
  });

  it('hears what came while nobody listened', async () => {
    const episodeId = await atTheCall();
    await handle(episodeId).terminate();
    await put('pathway-event', episodeId, { kind: 'left', id: 'left/1', reason: 'moved-away' });
    await relay();
    expect(await differing()).toEqual({ [episodeId]: 'pathway-closed' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    await relay();
    await until(
      async () => (await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } })).status === 'ended',
    );
    expect(await openTasksOf(episodeId)).toEqual([]);
    expect(await differing()).toEqual({});
  });

  it('goes on from a task that was completed meanwhile, and nobody does it twice', async () => {
    const episodeId = await atTheCall();
    await handle(episodeId).terminate();
    await complete(episodeId);
    await relay();
    expect(await differing()).toEqual({ [episodeId]: 'pathway-closed' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    await relay();
    await until(async () => (await stepOf(episodeId)) === 'pause');
    expect(await openTasksOf(episodeId)).toEqual([]);
    expect(await differing()).toEqual({});
  });

  it('gets one that waits for the answer to what was sent, and sends nothing twice', async () => {
    const nextAt = new Date(Date.now() + 86_400_000);
    const episodeId = await anEpisode({ programmeVersionId: versions[2], step: 'invite', nextAt, lastSeq: 1 });
    const { personId } = await stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } });
    await stage.db.message.create({
      data: {
        ...{ key: `pathway/${episodeId}:1`, episodeId, personId, programme: 'stay-well', step: 'invite', attempt: 1 },
        ...{ template: 'stop-smoking-invite', channel: 'email', fate: 'sent', createdAt: NOW, sentAt: NOW },
      },
    });
    expect(await differing()).toEqual({ [episodeId]: 'no-pathway' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    await until(async () => (await state(episodeId)).step === 'invite');
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { raw } = await handle(episodeId).describe();
    expect(raw.pendingActivities ?? []).toEqual([]);
    expect(await stage.db.message.count({ where: { episodeId } })).toBe(1);
    expect((await state(episodeId)).enteredAt).toBe(NOW.toISOString());
  });

  it('gets one from the beginning when it never had any', async () => {
    const episodeId = await anEpisode();
    expect(await differing()).toEqual({ [episodeId]: 'no-pathway' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    await until(async () => (await stepOf(episodeId)) === 'call');
    expect(await differing()).toEqual({});
  });

  it('is told apart when its pathway broke', async () => {
    const episodeId = await anEpisode();
    await temporal.client.workflow.start('pathway', {
      workflowId: pathwayId(episodeId),
      taskQueue: 'where-nobody-works',
      args: [{ episodeId, script: OLD }],
      workflowExecutionTimeout: '1 second',
    });
    await until(async () => (await handle(episodeId).describe()).status.name === 'TIMED_OUT');
    expect(await differing()).toEqual({ [episodeId]: 'pathway-failed' });
    expect(await repair(episodeId, 'start')).toBe('repaired');
    expect(await differing()).toEqual({});
  });

  it('gets none when it has one by then', async () => {
    const episodeId = await anEpisode();
    await differing();
    await put('pathway-start', episodeId);
    await relay();
    expect(await repair(episodeId, 'start')).toBe('gone');
    expect((await stage.db.drift.findFirstOrThrow()).repairedAt).toBeNull();
  });
});

describe('a pathway that nobody needs', () => {
  it.each([
    ['has ended', () => anEpisode({ status: 'ended', endedAt: new Date(NOW.getTime() - 10 * MINUTE) })],
    ['never was', async () => newId()],
  ])('is found when its episode %s, and ended', async (_what, find) => {
    const episodeId = await find();
    await temporal.client.workflow.start('pathway', {
      workflowId: pathwayId(episodeId),
      taskQueue: temporal.taskQueue,
      args: [{ episodeId, script: aScript(aWait()) }],
    });
    await until(async () => (await differing())[episodeId] === 'pathway-orphaned');
    expect(await repair(episodeId, 'end', null)).toBe('repaired');
    expect((await handle(episodeId).describe()).status.name).toBe('TERMINATED');
    expect(await differing()).toEqual({});
  });
});

describe('a pathway that is stuck', () => {
  it('is found after a while, and goes on once what was broken is mended and it is asked again', async () => {
    const episodeId = await anEpisode();
    broken.add(episodeId);
    await put('pathway-start', episodeId);
    await relay();
    await until(async () => (await state(episodeId)).stuckOn !== null);
    stage.clock.moveTo(new Date());
    expect(await differing()).toEqual({});
    stage.clock.moveTo(new Date(Date.now() + 16 * MINUTE));
    expect(await differing()).toEqual({ [episodeId]: 'stuck' });
    broken.clear();
    expect(await repair(episodeId, 'ask-again')).toBe('repaired');
    await until(async () => (await stepOf(episodeId)) === 'call');
    expect((await state(episodeId)).stuckOn).toBeNull();
    expect(await differing()).toEqual({});
  });
});

describe('two sides that say different steps', () => {
  it('are found, and Postgres takes over what the pathway says', async () => {
    const episodeId = await atTheCall();
    await stage.db.episode.update({ where: { id: episodeId }, data: { step: 'pause', stepTitle: 'Waiting' } });
    expect(await differing()).toEqual({ [episodeId]: 'step-differs' });
    expect((await stage.db.drift.findFirstOrThrow()).detail).toMatchObject({ step: 'pause', pathwayStep: 'call' });
    expect(await repair(episodeId, 'correct')).toBe('repaired');
    expect(await stepOf(episodeId)).toBe('call');
    expect(await differing()).toEqual({});
  });

  it('are found also when they say different versions', async () => {
    const episodeId = await atTheCall();
    await stage.db.episode.update({ where: { id: episodeId }, data: { programmeVersionId: versions[1] } });
    expect(await differing()).toEqual({ [episodeId]: 'step-differs' });
    expect(await repair(episodeId, 'correct')).toBe('repaired');
    expect(await differing()).toEqual({});
  });
});

describe('a message that does not arrive', () => {
  it('is found when it is held, and released with all behind it', async () => {
    const episodeId = await anEpisode();
    await put('pathway-start', episodeId);
    const entry = await stage.db.outboxEntry.findFirstOrThrow();
    await stage.db.outboxEntry.updateMany({ data: { fate: 'held', attempts: 8, lastError: 'Error: 13' } });
    await put('pathway-event', episodeId, { kind: 'transferred', id: 't1', teamKey: 'walsall' });
    expect(await differing()).toEqual({ [entry.id]: 'entry-held' });
    expect((await stage.db.drift.findFirstOrThrow()).detail).toMatchObject({ behind: 1, lastError: 'Error: 13' });
    expect(await repair(entry.id, 'release')).toBe('repaired');
    await relay();
    await until(async () => (await stepOf(episodeId)) === 'call');
    expect(await differing()).toEqual({});
    expect(await stage.db.outboxEntry.count({ where: { fate: 'delivered' } })).toBe(2);
  });

  it('is dropped for good when that is asked', async () => {
    const episodeId = await atTheCall();
    await put('pathway-event', episodeId, { kind: 'nonsense' });
    const entry = await stage.db.outboxEntry.findFirstOrThrow({ where: { deliveredAt: null } });
    await stage.db.outboxEntry.update({ where: { seq: entry.seq }, data: { fate: 'held' } });
    await differing();
    const before = await stage.audited('outbox.entry-dropped');
    expect(await repair(entry.id, 'drop')).toBe('repaired');
    await relay();
    expect(await stage.db.outboxEntry.findUniqueOrThrow({ where: { id: entry.id } })).toMatchObject({
      fate: 'dropped',
    });
    expect(await stage.audited('outbox.entry-dropped')).toBe(before + 1);
    expect(await differing()).toEqual({});
  });

  it('is found when it has waited for more than an hour', async () => {
    const episodeId = await anEpisode();
    await put('pathway-start', episodeId);
    const entry = await stage.db.outboxEntry.findFirstOrThrow();
    stage.clock.moveTo(new Date(NOW.getTime() + 59 * MINUTE));
    expect(await differing()).toEqual({});
    stage.clock.moveTo(new Date(NOW.getTime() + 61 * MINUTE));
    expect(await differing()).toEqual({ [entry.id]: 'entry-waiting' });
    await relay();
    expect(await differing()).toEqual({});
  });
});

describe('moving live pathways', () => {
  it('carries them to the new version with their open task, and back again', async () => {
    const moves = stage.get(MoveService);
    const episodeId = await atTheCall();
    const order = { programme: 'stay-well', fromVersion: 1, toVersion: 2, reason: 'Visits', limit: 10 };
    const { id } = await Audit.as(MANAGER, () => moves.start({ ...order, batchId: newId() }));
    await relay();
    await until(async () => (await moves.report(id)).status === 'moved');
    await until(async () => (await state(episodeId)).version === 2);
    expect(await state(episodeId)).toMatchObject({ step: 'call' });
    expect(await openTasksOf(episodeId)).toEqual(['call']);
    expect(await differing()).toEqual({});
    await moves.undo(id);
    await relay();
    await until(async () => (await moves.report(id)).status === 'undone');
    await until(async () => (await state(episodeId)).version === 1);
    expect(await openTasksOf(episodeId)).toEqual(['call']);
    expect(await differing()).toEqual({});
  });
});
