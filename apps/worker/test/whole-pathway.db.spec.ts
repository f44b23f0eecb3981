import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Payload } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { AllocationModule, AllocationService } from '#care/allocation';
import { ContactModule, ContactService } from '#care/contact';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule, PopulationService } from '#care/population';
import { ProgrammesModule, ProgrammesService } from '#care/programmes';
import { ReferralsModule, ReferralsService } from '#care/referrals';
import { TasksModule, TasksService } from '#care/tasks';
import { Mailer } from '#platform/mail';
import { Temporal, TemporalModule } from '#platform/temporal';
import { DETECTION_RUN, pathwayId } from '#workflows';
import { PostOffice } from '../../../test/factories/post-office.js';
import { Stage } from '../../../test/factories/stage.js';
import { RunningProgram } from '../../../test/running-program.js';
import { startTestServer, type TestServer } from '../../../test/temporal/server.js';
import { type TimeMachine, timeMachine } from '../../../test/temporal/time.js';

jest.setTimeout(120_000);

const DAY = 86_400_000;
const PROGRAMME = 'social-prescribing';
/** No message can be sent, so that the call comes at once. */
const OUT_OF_REACH = { email: null, phone: null, addressLine: null };
const PERSON = {
  given: 'Quillon',
  family: 'Featherstonehaugh',
  nhsNumber: '9990000123',
  email: 'quillon.featherstonehaugh@example.org',
  addressLine: '41 Marchpane Crescent',
};

let server: TestServer;
let post: PostOffice;
let stage: Stage;
let worker: RunningProgram;
let temporal: Temporal;
let time: TimeMachine;
let environment: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer();
  post = await PostOffice.open();
  const settings = { TEMPORAL_ADDRESS: server.address, SMTP_URL: post.url, LOG_LEVEL: 'debug' };
  stage = await Stage.open(
    [
      ...[PopulationModule, ProgrammesModule, AllocationModule, ContactModule, TasksModule],
      ...[ReferralsModule, OutcomesModule, TemporalModule],
    ],
    settings,
  );
  stage.clock.moveTo(new Date());
  // Those that the stage makes up for its rooms have no rule to evaluate.
  await stage.db.programmeVersion.updateMany({ data: { live: false } });
  await stage.get(ProgrammesService).load();
  temporal = stage.get(Temporal);
  time = await timeMachine(temporal.client);
  const key = Buffer.alloc(32, 7).toString('base64');
  environment = {
    ...settings,
    DATABASE_URL: stage.copy.url,
    PAYLOAD_KEY: key,
    LINK_KEY: key,
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_SECRET: 'secret',
    PUBLIC_URL: 'http://fairway.test',
  };
  worker = await RunningProgram.start('worker', environment);
});
afterAll(async () => {
  await worker?.stop();
  await temporal?.onApplicationShutdown();
  stage?.get(Mailer).onApplicationShutdown();
  await stage?.close();
  await server?.stop();
  await post?.close();
});

/** What `look` finds, waited for. */
async function eventually<Found>(what: string, look: () => Promise<Found | null | undefined | false>): Promise<Found> {
  for (const until = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const found = await look();
    if (found) return found;
    if (Date.now() > until) throw new Error(`Waited for ${what}\n${worker.said.slice(-2000)}`);
  }
}

async function enrol(person: Parameters<Stage['aPerson']>[0] = {}): Promise<{ personId: string; episodeId: string }> {
  const personId = await stage.aPerson(person);
  const enrolled = await stage
    .get(AllocationService)
    .enrol({ personId, programme: PROGRAMME, origin: 'trigger', reasons: [] });
  if (!('episodeId' in enrolled)) throw new Error(enrolled.because);
  return { personId, episodeId: enrolled.episodeId };
}

async function openTask(episodeId: string, step: string) {
  return eventually(step, () => stage.db.task.findFirst({ where: { episodeId, step, status: 'open' } }));
}

async function complete(taskId: string, outcome: string, value?: number): Promise<void> {
  const by = { accountId: await stage.anAccount(), teamKey: 'northamptonshire' };
  const { version } = await stage.get(TasksService).claim(taskId, by);
  await stage.get(TasksService).complete({ taskId, worker: by, outcome, version, value });
}

async function mailTo(address: string) {
  return eventually('mail', async () => post.delivered.find(({ recipients }) => recipients.includes(address)));
}

async function isInServerFiles(text: string): Promise<boolean> {
  const files = await Promise.all(
    ['', '-wal'].map((end) => readFile(`${server.file}${end}`).catch(() => Buffer.alloc(0))),
  );
  return files.some((content) => content.includes(text));
}

describe('a person on the real pathway', () => {
  it('goes from invitation to a good ending, and Temporal learns nothing about them', async () => {
    const service = await stage.aService({ kind: PROGRAMME, organisation: 'northamptonshire-community' });
    const { episodeId } = await enrol(PERSON);
    const workflowId = pathwayId(episodeId);

    const { mail } = await mailTo(PERSON.email);
    expect(mail.text).toContain(PERSON.given);
    const [, token = ''] = /\/r\/(\S+)/.exec(mail.text ?? '') ?? [];
    await stage.get(ContactService).answer(token, 'yes');

    await complete((await openTask(episodeId, 'first-conversation')).id, 'refer');
    const referral = await eventually('referral', () => stage.db.referral.findFirst({ where: { episodeId } }));
    expect(referral).toMatchObject({ serviceId: service, status: 'sent' });
    const partner = { accountId: await stage.anAccount(), organisation: referral.organisation };
    const referrals = stage.get(ReferralsService);
    await referrals.accept({ id: referral.id, partner, version: referral.version });
    const { version } = await referrals.get(referral.id, partner);
    await referrals.report({ id: referral.id, partner, version, result: 'completed' });

    await eventually('the measure', () =>
      stage.db.episode.findFirst({ where: { id: episodeId, step: 'how-are-you', nextAt: { gt: stage.clock.now() } } }),
    );
    await time.pass(workflowId, 57 * DAY);
    await complete((await openTask(episodeId, 'how-are-you')).id, 'high', 8);
    const ending = await eventually('ending', () => stage.db.ending.findUnique({ where: { episodeId } }));
    expect(ending).toMatchObject({ ending: 'better', exit: false, good: true });
    expect(await stage.db.episode.findUnique({ where: { id: episodeId } })).toMatchObject({ status: 'ended' });
    expect(await stage.db.auditEntry.count({ where: { actorId: 'pathway' } })).toBeGreaterThan(4);

    const history = await temporal.client.workflow.getHandle(workflowId).fetchHistory();
    const [json, opened] = [historyToJSON(history), await unsealed(history)];
    for (const secret of Object.values(PERSON)) {
      expect({ secret, inFiles: await isInServerFiles(secret) }).toEqual({ secret, inFiles: false });
      const places = { json, opened, log: worker.said };
      const found = Object.entries(places).filter(([, text]) => text.includes(secret));
      expect(found.map(([place]) => `${secret} in ${place}`)).toEqual([]);
    }
    // The same searches do find what Temporal is meant to know.
    expect(await isInServerFiles(episodeId)).toBe(true);
    expect([json, opened].map((text) => text.includes(episodeId))).toEqual([true, true]);
    expect([json, opened].map((text) => text.includes(PROGRAMME))).toEqual([false, true]);
  });

  it('leaves at once when they have died: task closed, nothing more sent, told apart in the ledger', async () => {
    const { personId, episodeId } = await enrol(OUT_OF_REACH);
    const call = await openTask(episodeId, 'call');
    await stage.get(PopulationService).recordDeath({ personId, on: '2026-11-20', source: 'test' });
    const ending = await eventually('ending', () => stage.db.ending.findUnique({ where: { episodeId } }));
    expect(ending).toMatchObject({ ending: 'died', exit: true, good: false });
    expect(await stage.db.task.findUnique({ where: { id: call.id } })).toMatchObject({ status: 'cancelled' });
  });

  it('keeps what happened while the worker was away', async () => {
    const { episodeId } = await enrol(OUT_OF_REACH);
    const call = await openTask(episodeId, 'call');
    await worker.stop('SIGKILL');
    await complete(call.id, 'agreed');
    worker = await RunningProgram.start('worker', environment);
    expect(await openTask(episodeId, 'first-conversation')).toMatchObject({ kind: 'call' });
    expect(await stage.db.task.count({ where: { episodeId } })).toBe(2);
  });
});

describe('the worker', () => {
  it('keeps the nightly run on its schedule, in London time', async () => {
    const schedule = await temporal.client.schedule.getHandle('detection-nightly').describe();
    expect(schedule.spec).toMatchObject({ timezone: 'Europe/London', calendars: [{ hour: [{ start: 2 }] }] });
    expect(schedule.action).toMatchObject({ workflowType: 'detectionRun' });
  });

  it('evaluates every programme when the schedule fires', async () => {
    await temporal.client.schedule.getHandle('detection-nightly').trigger();
    const programmes = (await stage.get(ProgrammesService).listLive()).length;
    await eventually('runs', async () => (await stage.db.detectionRun.count()) >= programmes);
    expect(DETECTION_RUN).toBe('detection-run');
  });

  it('tells its state and its counts', async () => {
    expect(JSON.parse((await worker.get('/health/ready')).body)).toMatchObject({ ready: true, notReady: {} });
    expect((await worker.get('/health/live')).status).toBe(200);
    expect((await worker.get('/metrics')).body).toMatch(/fairway_outbox_held 0/);
    expect((await worker.get('/elsewhere')).status).toBe(404);
  });

  it('says so when Temporal is away, lives on, and recovers by itself', async () => {
    await server.kill();
    await eventually('trouble', async () => (await worker.get('/health/ready')).status === 503);
    expect((await worker.get('/health/ready')).body).toContain('the Temporal server does not answer');
    expect((await worker.get('/health/live')).status).toBe(200);
    const { episodeId } = await enrol(OUT_OF_REACH);
    await server.restart();
    expect(await openTask(episodeId, 'call')).toMatchObject({ status: 'open' });
    expect(await worker.isReady()).toBe(true);
  });

  it('drains and ends cleanly when asked to', async () => {
    expect(await worker.stop()).toBe(0);
  });
});

/** The payloads of a history, opened. */
async function unsealed(history: object): Promise<string> {
  const opened = await temporal.dataConverter.payloadCodecs![0]!.decode(payloadsIn(history));
  return opened.map(({ data }) => Buffer.from(data ?? []).toString()).join('\n');
}

function payloadsIn(part: unknown): Payload[] {
  if (!part || typeof part !== 'object' || part instanceof Uint8Array) return [];
  if ('metadata' in part && 'data' in part) return [part as Payload];
  return Object.values(part).flatMap(payloadsIn);
}
