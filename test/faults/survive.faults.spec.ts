import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { AllocationModule } from '#care/allocation';
import { OutcomesModule } from '#care/outcomes';
import { ProgrammesModule, ProgrammesService } from '#care/programmes';
import { TasksModule, TasksService } from '#care/tasks';
import { parseNhsNumber } from '#platform/kernel';
import { Temporal, TemporalModule } from '#platform/temporal';
import { pathwayId } from '#workflows';
import { Stage } from '../factories/stage.js';
import { freePort, RunningProgram } from '../running-program.js';
import { startTestServer, type TestServer } from '../temporal/server.js';
import { dice, Ledger, repeated } from './ledger.js';
import { MailSink } from './mail-sink.js';

jest.setTimeout(300_000);

const PEOPLE = 200;
const KILLS = 9;
const SEED = 20_261_122;
const PROGRAMME = 'social-prescribing';
const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

type Victim = 'worker' | 'api' | 'temporal';

let server: TestServer;
let post: MailSink;
let stage: Stage;
let temporal: Temporal;
let environment: Record<string, string>;
const running: Partial<Record<'worker' | 'api', RunningProgram>> = {};

beforeAll(async () => {
  server = await startTestServer();
  post = await new MailSink().open();
  const port = String(await freePort());
  const settings = {
    TEMPORAL_ADDRESS: server.address,
    SMTP_URL: post.url,
    PORT: port,
    PUBLIC_URL: `http://localhost:${port}`,
    LOG_LEVEL: 'warn',
  };
  stage = await Stage.open([ProgrammesModule, AllocationModule, TasksModule, OutcomesModule, TemporalModule], settings);
  stage.clock.moveTo(new Date());
  await stage.db.programmeVersion.updateMany({ data: { live: false } });
  await stage.get(ProgrammesService).load();
  temporal = stage.get(Temporal);
  const key = Buffer.alloc(32, 7).toString('base64');
  environment = {
    ...settings,
    DATABASE_URL: stage.copy.url,
    PAYLOAD_KEY: key,
    LINK_KEY: key,
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_SECRET: 'secret',
    TRIGGER_SECRETS: JSON.stringify({ hospital: SECRET }),
  };
  running.worker = await RunningProgram.start('worker', environment);
  running.api = await RunningProgram.start('api', environment);
});
afterAll(async () => {
  await running.worker?.stop();
  await running.api?.stop();
  await temporal?.onApplicationShutdown();
  await stage?.close();
  await server?.stop();
  await post?.close();
});

/** Valid NHS numbers of the range that is kept for tests. */
function nhsNumbers(count: number): string[] {
  const numbers: string[] = [];
  for (let stem = 999_100_000; numbers.length < count; stem += 1) {
    for (let check = 0; check < 10; check += 1) {
      const number = parseNhsNumber(`${stem}${check}`);
      if (number) numbers.push(number);
    }
  }
  return numbers;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** As a careful client does: tries until it is told that it worked. */
async function untilAcknowledged<Told>(what: string, work: () => Promise<Told | null>): Promise<Told> {
  for (const until = Date.now() + 120_000; ; await pause(150)) {
    const told = await work().catch(() => null);
    if (told !== null) return told;
    if (Date.now() > until) throw new Error(`Never acknowledged: ${what}`);
  }
}

/** Asks the API to enrol somebody, under one webhook-id however often it has to ask. */
async function enrol(nhsNumber: string, ledger: Ledger): Promise<void> {
  const webhookId = `msg_${nhsNumber}`;
  const body = JSON.stringify({ programme: PROGRAMME, nhsNumber, reason: 'Often alone', source: 'hospital' });
  const { episodeId } = await untilAcknowledged('a trigger', async () => {
    const at = new Date();
    const response = await fetch(`${running.api!.url}/api/triggers`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': webhookId,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(SECRET).sign(webhookId, at, body),
      },
      body,
    });
    return response.ok ? ((await response.json()) as { episodeId: string | null }) : null;
  });
  if (!episodeId) throw new Error(`${nhsNumber} was not enrolled`);
  ledger.acknowledge('enrolled', episodeId);
}

/** Answers yes by the link in a message. */
async function answer(link: string, ledger: Ledger): Promise<void> {
  const url = `${running.api!.url}${new URL(link).pathname}`;
  await untilAcknowledged('a reply', async () => {
    const response = await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) });
    return response.ok ? true : null;
  });
  ledger.acknowledge('answered', link);
}

async function agree(task: { id: string; episodeId: string }, accountId: string, ledger: Ledger): Promise<void> {
  const worker = { accountId, teamKey: 'northamptonshire' };
  const { version } = await stage.get(TasksService).claim(task.id, worker);
  await stage.get(TasksService).complete({ taskId: task.id, worker, outcome: 'agreed', version });
  ledger.acknowledge('completed', task.episodeId);
}

async function kill(victim: Victim): Promise<void> {
  if (victim === 'temporal') {
    await server.kill();
    await pause(700);
    return server.restart();
  }
  await running[victim]!.stop('SIGKILL');
  await pause(300);
  running[victim] = await RunningProgram.start(victim, environment);
}

/** Somebody is on the phone and somebody reads mail, all the while. */
async function work(ledger: Ledger, isOver: () => boolean): Promise<void> {
  const accountId = await stage.anAccount();
  const done = new Set<string>();
  while (!isOver()) {
    for (const task of await stage.db.task.findMany({ where: { step: 'call', status: 'open' }, take: 20 })) {
      await agree(task, accountId, ledger);
    }
    for (const { text } of post.taken) {
      const [link] = /^http:\S+\/r\/\S+/m.exec(text) ?? [];
      if (!link || done.has(link)) continue;
      done.add(link);
      await answer(link, ledger);
    }
    await pause(100);
  }
}

describe('with 200 pathways in flight, and the worker, the API and Temporal killed at random', () => {
  const ledger = new Ledger();
  const episodes = (): string[] => ledger.of('enrolled');

  beforeAll(async () => {
    const numbers = nhsNumbers(PEOPLE);
    // Every other person has no e-mail address, so that calls are made beside messages sent.
    for (const [place, nhsNumber] of numbers.entries()) {
      // Every second one can be reached in no way, so that their call comes at once.
      const email = place % 2 === 0 ? `person-${place}@example.org` : null;
      await stage.aPerson({ nhsNumber, email, ...(email === null && { phone: null, addressLine: null }) });
    }
    const roll = dice(SEED);
    let over = false;
    const desk = work(ledger, () => over);
    const senders = Array.from({ length: 5 }, async (_, lane) => {
      for (const nhsNumber of numbers.filter((_number, place) => place % 5 === lane)) {
        await enrol(nhsNumber, ledger);
        await pause(roll() * 400);
      }
    });
    const victims: Victim[] = ['worker', 'temporal', 'api'];
    for (let killed = 0; killed < KILLS; killed += 1) {
      await pause(500 + roll() * 2000);
      await kill(victims[killed % 3]!);
    }
    await Promise.all(senders);
    const settled = (): Promise<unknown> =>
      untilAcknowledged('the end of all work', async () => {
        const waiting = await stage.db.outboxEntry.count({ where: { deliveredAt: null } });
        const asked = await stage.db.episode.count({ where: { step: 'first-conversation' } });
        const unsure = await stage.db.message.count({ where: { fate: { in: ['unknown', 'failed'] } } });
        const [unled] = await stage.db.$queryRaw<{ count: number }[]>`
          SELECT count(*)::int AS count
            FROM (SELECT episode_id FROM reply
                  UNION SELECT episode_id FROM task WHERE step = 'call' AND status = 'completed') AS heard
           WHERE NOT EXISTS (
             SELECT 1 FROM task t WHERE t.episode_id = heard.episode_id AND t.step = 'first-conversation')`;
        const called = await stage.db.task.count({ where: { step: 'call', status: 'completed' } });
        return waiting === 0 && called >= PEOPLE / 2 && asked + unsure >= PEOPLE && unled?.count === 0 ? true : null;
      });
    await settled();
    over = true;
    await desk;
    // The desk may have answered one more while it was told to stop.
    await settled();
  }, 280_000);

  it('every enrolment is there once, with one pathway', async () => {
    expect(episodes()).toHaveLength(PEOPLE);
    const rows = await stage.db.episode.findMany();
    expect(rows.map(({ id }) => id).toSorted()).toEqual(episodes().toSorted());
    expect(repeated(rows.map(({ personId }) => personId))).toEqual([]);
    for (const id of episodes()) {
      const { status } = await temporal.client.workflow.getHandle(pathwayId(id)).describe();
      expect(status.name).toBe('RUNNING');
    }
  });

  it('every step has one task', async () => {
    const tasks = await stage.db.task.findMany();
    expect(repeated(tasks.map(({ episodeId, step }) => `${episodeId} ${step}`))).toEqual([]);
    expect(tasks.length).toBeGreaterThan(PEOPLE);
  });

  it('nobody was mailed twice, and whoever may not have been mailed is looked at by a person', async () => {
    const mailed = post.taken.map(({ recipient }) => recipient);
    expect(repeated(mailed)).toEqual([]);
    const invited = await stage.db.person.findMany({ where: { email: { not: null } } });
    expect(invited).toHaveLength(PEOPLE / 2);
    const missed = invited.filter(({ email }) => !mailed.includes(email ?? '')).map(({ id }) => id);
    const unknown = await stage.db.message.findMany({ where: { fate: 'unknown' } });
    expect(missed.filter((id) => !unknown.some(({ personId }) => personId === id))).toEqual([]);
    const checks = await stage.db.task.findMany({ where: { step: 'invite:check' } });
    expect(checks.map(({ personId }) => personId).toSorted()).toEqual(
      unknown.map(({ personId }) => personId).toSorted(),
    );
  });

  it('everything acknowledged was kept, and led on', async () => {
    const led = await stage.db.task.findMany({ where: { step: 'first-conversation' } });
    const reached = new Set(led.map(({ episodeId }) => episodeId));
    expect(ledger.of('completed').length).toBe(PEOPLE / 2);
    expect(ledger.of('completed').filter((episodeId) => !reached.has(episodeId))).toEqual([]);
    const replies = await stage.db.reply.findMany();
    expect(replies).toHaveLength(ledger.of('answered').length);
    expect(replies.filter(({ episodeId }) => !reached.has(episodeId))).toEqual([]);
  });

  it('the audit trail is whole', async () => {
    const entries = await stage.db.auditEntry.findMany();
    const subjects = (action: string): string[] =>
      entries.filter((entry) => entry.action === action).map(({ subjectId }) => subjectId);
    expect(subjects('episode.opened').toSorted()).toEqual(episodes().toSorted());
    const tasks = await stage.db.task.findMany();
    expect(subjects('task.opened').toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
    const completed = tasks.filter(({ status }) => status === 'completed').map(({ id }) => id);
    expect(subjects('task.completed').toSorted()).toEqual(completed.toSorted());
  });
});
