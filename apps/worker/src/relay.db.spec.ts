import { Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { AllocationModule } from '#care/allocation';
import { ProgrammesModule } from '#care/programmes';
import { Database } from '#platform/database';
import { newId } from '#platform/kernel';
import { Outbox, type OutboxMessage } from '#platform/outbox';
import { Temporal, TemporalModule } from '#platform/temporal';
import { pathwayId } from '#workflows';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { startTestServer, type TestServer } from '../../../test/temporal/server.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { MOST_ATTEMPTS, OutboxLanes } from './outbox-lanes.js';
import { PathwayPost } from './pathway-post.js';
import { Relay } from './relay.js';

jest.setTimeout(60_000);

@Module({
  imports: [AllocationModule, ProgrammesModule, TemporalModule],
  providers: [Log, Metrics, OutboxLanes, PathwayPost, Relay],
})
class RelayModule {}

let server: TestServer;
let stage: Stage;
let relay: Relay;
let temporal: Temporal;

beforeAll(async () => {
  server = await startTestServer();
  stage = await Stage.open([RelayModule], {
    TEMPORAL_ADDRESS: server.address,
    TASK_QUEUE: `nobody-${newId()}`,
    LOG_LEVEL: 'silent',
  });
  relay = stage.get(Relay);
  temporal = stage.get(Temporal);
});
afterAll(async () => {
  await temporal?.onApplicationShutdown();
  await stage.close();
  await server.stop();
});
beforeEach(async () => {
  stage.clock.moveTo(NOW);
  await stage.db.outboxEntry.deleteMany();
});

async function put(topic: OutboxMessage['topic'], lane: string, body: OutboxMessage['body'] = {}): Promise<void> {
  await stage.get(Database).inTransaction(() => stage.get(Outbox).put({ topic, lane, body }));
}

function aReply(id: string): OutboxMessage['body'] {
  return { kind: 'replied', id, answer: 'yes' };
}

/** Rounds of every topic until nothing moves. */
async function drain(by: Relay = relay): Promise<void> {
  for (let moved = 1; moved > 0;) {
    const rounds = [];
    for (const topic of ['pathway-start', 'person-left', 'pathway-event'] as const) rounds.push(await by.round(topic));
    moved = rounds.reduce((sum, { taken }) => sum + taken, 0);
  }
}

async function fates(lane: string): Promise<(string | null)[]> {
  const entries = await stage.db.outboxEntry.findMany({ where: { lane }, orderBy: { seq: 'asc' } });
  return entries.map(({ fate }) => fate);
}

/** The events that reached a pathway, in order. */
async function heardWhole(episodeId: string): Promise<{ id: string }[]> {
  const { events } = await temporal.client.workflow.getHandle(pathwayId(episodeId)).fetchHistory();
  const payloads = (events ?? []).flatMap(
    (event) => event.workflowExecutionSignaledEventAttributes?.input?.payloads ?? [],
  );
  const opened = await temporal.dataConverter.payloadCodecs![0]!.decode(payloads as Payload[]);
  return opened.map((payload) => defaultPayloadConverter.fromPayload<{ id: string }>(payload));
}

const heard = async (episodeId: string): Promise<string[]> => (await heardWhole(episodeId)).map(({ id }) => id);

async function isStarted(episodeId: string): Promise<boolean> {
  return temporal.client.workflow
    .getHandle(pathwayId(episodeId))
    .describe()
    .then(
      () => true,
      () => false,
    );
}

describe('the relay', () => {
  it('starts a pathway and tells it what happened, in order', async () => {
    const episode = await stage.anEpisode();
    await put('pathway-start', episode);
    for (const id of ['r1', 'r2', 'r3']) await put('pathway-event', episode, aReply(id));
    await drain();
    expect(await heard(episode)).toEqual(['r1', 'r2', 'r3']);
    expect(await fates(episode)).toEqual(['delivered', 'delivered', 'delivered', 'delivered']);
  });

  it('takes a pathway that runs already as started', async () => {
    const episode = await stage.anEpisode();
    await put('pathway-start', episode);
    await put('pathway-start', episode);
    await drain();
    expect(await fates(episode)).toEqual(['delivered', 'delivered']);
    await temporal.client.workflow.getHandle(pathwayId(episode)).terminate();
    await put('pathway-start', episode);
    await drain();
    expect(await fates(episode)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('starts nothing for an episode that has ended', async () => {
    const episode = await stage.anEpisode({ status: 'ended', endedAt: NOW });
    await put('pathway-start', episode);
    await drain();
    expect(await fates(episode)).toEqual(['skipped']);
    expect(await isStarted(episode)).toBe(false);
  });

  it('records an event that came after the pathway had ended', async () => {
    const episode = await stage.anEpisode();
    await put('pathway-start', episode);
    await drain();
    await temporal.client.workflow.getHandle(pathwayId(episode)).terminate();
    const before = await stage.audited('event.arrived-late');
    await put('pathway-event', episode, aReply('too-late'));
    await drain();
    expect(await fates(episode)).toEqual(['delivered', 'late']);
    expect(await stage.audited('event.arrived-late')).toBe(before + 1);
  });

  it('tells every open pathway of a person that they left, and no other', async () => {
    const person = await stage.aPerson();
    const smoking = await stage.anEpisode({ personId: person });
    const housing = await stage.anEpisode({ personId: person, programme: 'housing-referral' });
    const another = await stage.anEpisode();
    for (const episode of [smoking, housing, another]) await put('pathway-start', episode);
    await put('person-left', person, { personId: person, reason: 'died' });
    await drain();
    expect(await heard(smoking)).toHaveLength(1);
    expect(await heard(housing)).toEqual(await heard(smoking));
    expect(await heard(another)).toEqual([]);
  });

  it('gives a pathway that moves the script of the version it moves to', async () => {
    const episode = await stage.anEpisode();
    const version = await stage.db.programmeVersion.create({
      data: {
        ...{ programme: 'stop-smoking', version: 2, title: 'Stop smoking', hash: 'two', loadedAt: NOW, live: false },
        definition: { script: { programme: 'stop-smoking', version: 2, start: 'call', steps: [], endings: [] } },
      },
    });
    await put('pathway-start', episode);
    const moved = { kind: 'moved', id: 'm1', batchId: newId(), from: 'invite', step: 'call' };
    await put('pathway-event', episode, { ...moved, versionId: version.id });
    await drain();
    expect(await heardWhole(episode)).toEqual([
      { ...moved, script: { programme: 'stop-smoking', version: 2, start: 'call', steps: [], endings: [] } },
    ]);
  });

  it('tells of each command as the desk put it, in order', async () => {
    const episode = await stage.anEpisode();
    const at = NOW.toISOString();
    const events = [
      { kind: 'paused', id: 'pause/1', pauseId: '1', at },
      { kind: 'resumed', id: 'resume/1', pauseId: '1', at },
      { kind: 'transferred', id: 'transfer/1', teamKey: 'walsall' },
      { kind: 'task-snoozed', id: 'snooze/1', taskId: '1', until: at, dueAt: at, escalateAt: [at] },
      { kind: 'left', id: 'exit', reason: 'need-met-by-us' },
    ];
    await put('pathway-start', episode);
    for (const event of events) await put('pathway-event', episode, event);
    await drain();
    expect(await heardWhole(episode)).toEqual(events);
  });

  it('delivers once when two relays share the work', async () => {
    const episodes = await Promise.all(Array.from({ length: 30 }, () => stage.anEpisode()));
    for (const episode of episodes) {
      await put('pathway-start', episode);
      await put('pathway-event', episode, aReply('first'));
      await put('pathway-event', episode, aReply('second'));
    }
    const other = new Relay(
      stage.get(Database),
      stage.get(OutboxLanes),
      stage.get(PathwayPost),
      stage.get(Metrics),
      stage.get(Log),
    );
    while ((await stage.get(OutboxLanes).backlog()).waiting > 0) await Promise.all([drain(relay), drain(other)]);
    for (const episode of episodes) expect(await heard(episode)).toEqual(['first', 'second']);
  });

  it('holds what Temporal refuses again and again, in sight, without stopping other lanes', async () => {
    const nobody = newId();
    const episode = await stage.anEpisode();
    await put('pathway-start', nobody);
    await put('pathway-event', nobody, aReply('behind'));
    await put('pathway-start', episode);
    for (let tries = 0; tries < MOST_ATTEMPTS; tries += 1) {
      await drain();
      stage.clock.moveTo(new Date(stage.clock.now().getTime() + 600_000));
    }
    expect(await fates(nobody)).toEqual(['held', null]);
    expect(await fates(episode)).toEqual(['delivered']);
    expect(await stage.get(OutboxLanes).backlog()).toMatchObject({ held: 1, waiting: 1 });
    const [held] = await stage.db.outboxEntry.findMany({ where: { fate: 'held' } });
    expect(held).toMatchObject({ attempts: MOST_ATTEMPTS, lastError: 'EpisodeMissing: allocation.episode_missing' });
  });

  it('holds a leaver it cannot read, and carries the next one', async () => {
    const person = await stage.aPerson();
    await put('person-left', newId(), { reason: 'bored' });
    await put('person-left', person, { reason: 'died' });
    await drain();
    expect(await fates(person)).toEqual(['delivered']);
    expect(await stage.get(OutboxLanes).backlog()).toMatchObject({ waiting: 1 });
  });

  it('keeps everything while Temporal is away, and delivers it when it is back', async () => {
    const episode = await stage.anEpisode();
    await put('pathway-start', episode);
    await server.kill();
    expect(await relay.round('pathway-start')).toMatchObject({ taken: 1, away: true });
    expect(await stage.db.outboxEntry.findMany({ where: { lane: episode } })).toMatchObject([
      { deliveredAt: null, attempts: 0, fate: null },
    ]);
    await server.restart();
    await drain();
    expect(await fates(episode)).toEqual(['delivered']);
    expect(await isStarted(episode)).toBe(true);
  });

  it('works by itself once the program has started', async () => {
    relay.onApplicationBootstrap();
    try {
      const episode = await stage.anEpisode();
      await put('pathway-start', episode);
      const giveUp = Date.now() + 30_000;
      while (!(await isStarted(episode)) && Date.now() < giveUp) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(await isStarted(episode)).toBe(true);
    } finally {
      await relay.beforeApplicationShutdown();
    }
  });
});
