import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { happened } from '../workflows/contracts/index.js';
import type { Copy, Running } from './copy.js';
import { type Figure, percentile, type Result, round } from './figures.js';
import { logIn } from './log-in.js';
import { dataConverter, type Done } from './pathway/worker.js';

const A_SECOND = 20;
const SECONDS = 25;
/** At first, not counted: a program that has just started reads its own code yet. */
const WARM_UP = 5;
/** Of each kind; somewhat more are prepared, for a message may be held back. */
const ACTS = (A_SECOND * (WARM_UP + SECONDS)) / 2;
const PREPARED = Math.ceil(ACTS * 1.4);
/** The bare contestant runs before and after, each for half as long. */
const BARE_ACTS = (A_SECOND * SECONDS) / 2;
const TEAM = 'northamptonshire';
const GIVE_UP = 30_000;

/** Something a person or a colleague does, after which their pathway opens a task. */
interface Act {
  readonly kind: 'reply' | 'completion';
  readonly episodeId: string;
  readonly personId: string;
  /** The task that was completed, which is not the next step. */
  readonly taskId: string | null;
  send(): Promise<Response>;
}

/** Instants of an act, in milliseconds of the machine's clock. */
interface Timing {
  sent: number;
  answered: number;
  heard: number;
  visible: number;
}

/** From the answer to a reply or a completed task until the next task can be read, while twenty such acts arrive each second. */
export async function benchNextStep(copy: Copy): Promise<Result> {
  const running = await copy.running();
  const connection = await Connection.connect({ address: running.temporal.address });
  const postgres = new pg.Client({ connectionString: running.database.url });
  await postgres.connect();
  try {
    const desk = await Desk.open(running);
    const acts = await prepare(postgres, running, desk);
    const bare = [...(await raceBare(running, connection))];
    const timings = new Map([...(await perform(acts, desk))].slice(A_SECOND * WARM_UP));
    bare.push(...(await raceBare(running, connection)));
    const stages = await stagesOf(timings, connection, running.temporal.namespace);
    const seen = [...timings].filter(([, { visible }]) => visible > 0);
    const waits = (kind?: Act['kind']): number[] =>
      seen.filter(([act]) => !kind || act.kind === kind).map(([, time]) => Math.max(0, time.visible - time.answered));
    const ratio = percentile(waits(), 0.95) / percentile(bare, 0.95);
    return {
      bench: 'next-step',
      figures: [
        ...spread('answered to next step visible', waits(), '<= 300 ms'),
        { name: 'of these replies, p95', value: round(percentile(waits('reply'), 0.95)), unit: 'ms' },
        { name: 'of these completed tasks, p95', value: round(percentile(waits('completion'), 0.95)), unit: 'ms' },
        ...spread('bare signal taken to activity run', bare),
        { name: 'ratio of the p95', value: round(ratio, 2), unit: 'of the bare' },
        ...Object.entries(stages).flatMap(([name, values]) => [
          { name: `${name}, p50`, value: round(percentile(values, 0.5)), unit: 'ms' },
          { name: `${name}, p95`, value: round(percentile(values, 0.95)), unit: 'ms' },
        ]),
      ],
      notes: [
        `${timings.size} acts at ${A_SECOND} a second, replies and completed tasks in turn, after ${WARM_UP} seconds that are not counted; ${seen.length}`,
        'next steps seen. Visible means that the person’s record, read through the API as soon as the stream of changes told of a task, shows the task. A screen gathers what it',
        'hears for up to 250 ms before it reads, which is not counted here.',
      ],
    };
  } finally {
    await postgres.end();
    await connection.close();
  }
}

function spread(name: string, values: readonly number[], target?: string): Figure[] {
  return [0.5, 0.95, 0.99].map((share) => ({
    name: `${name}, p${share * 100}`,
    value: round(percentile(values, share)),
    unit: 'ms',
    ...(share === 0.95 && target && { target }),
  }));
}

/** People under way: half have an invitation in their mail, half are waited for by a call. */
async function prepare(postgres: pg.Client, running: Running, desk: Desk): Promise<Act[]> {
  const invited = await enrol(postgres, 'social-prescribing');
  const called = await enrol(postgres, 'housing-referral');
  const all = [...invited, ...called];
  for (;;) {
    const { rows } = await postgres.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM episode e WHERE id = ANY($1)
          AND (step IS NULL OR EXISTS (SELECT 1 FROM message m WHERE m.episode_id = e.id AND m.fate = 'claimed'))`,
      [all],
    );
    if (rows[0]?.waiting === 0) break;
    await pause(200);
  }
  const tasks = await postgres.query<{ id: string; episode_id: string; person_id: string; version: number }>(
    `SELECT id, episode_id, person_id, version FROM task WHERE status = 'open' AND episode_id = ANY($1) ORDER BY id LIMIT $2`,
    [called, ACTS],
  );
  const messages = await postgres.query<{ episode_id: string; person_id: string; email: string }>(
    `SELECT m.episode_id, m.person_id, p.email FROM message m JOIN person p ON p.id = m.person_id
      WHERE m.fate = 'sent' AND m.channel = 'email' AND m.episode_id = ANY($1) ORDER BY m.id LIMIT $2`,
    [invited, ACTS],
  );
  const completions = tasks.rows.map(({ id, episode_id: episodeId, person_id: personId, version }): Act => ({
    ...{ kind: 'completion', episodeId, personId, taskId: id },
    send: () => desk.complete(id, version),
  }));
  const replies: Act[] = [];
  for (const { episode_id: episodeId, person_id: personId, email } of messages.rows) {
    const token = await replyToken(running, email);
    if (token) replies.push({ kind: 'reply', episodeId, personId, taskId: null, send: () => desk.reply(token) });
  }
  const pairs = Math.min(completions.length, replies.length);
  if (pairs < ACTS) throw new Error(`Only ${pairs} of ${ACTS} people of each kind are under way.`);
  return Array.from({ length: pairs }, (_, n) => [completions[n]!, replies[n]!]).flat();
}

/** Opens episodes of people whom nothing else concerns, and lets the relay start their pathways. */
async function enrol(postgres: pg.Client, programme: string): Promise<readonly string[]> {
  const { rows } = await postgres.query<{ id: string }>(
    `WITH someone AS (
       SELECT DISTINCT ON (p.email) p.id FROM person p
        WHERE p.team_key = $3 AND p.email IS NOT NULL AND p.deceased_on IS NULL AND NOT p.sensitive
          AND p.moved_away_on IS NULL AND p.birth_date < '2000-01-01'
          AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
          AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person_id = p.id AND f.kind = 'flag')
          AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
        ORDER BY p.email LIMIT $2
     ), version AS (
       SELECT id FROM programme_version WHERE programme = $1 AND live LIMIT 1
     ), made AS (
       INSERT INTO episode (person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority, priority_parts, opened_at)
       SELECT someone.id, $1, version.id, 1, 'trigger', $3, '[]', 0, '[]', now() FROM someone, version
       RETURNING id
     ), put AS (
       INSERT INTO outbox_entry (topic, lane, body, created_at)
       SELECT 'pathway-start', id::text, jsonb_build_object('episodeId', id), now() FROM made
     ), woken AS (
       SELECT pg_notify('fairway_outbox', '')
     )
     SELECT made.id FROM made, woken`,
    [programme, PREPARED, TEAM],
  );
  return rows.map(({ id }) => id);
}

/** The token of the newest message to an address, as its reader would find it. */
async function replyToken(running: Running, email: string): Promise<string | null> {
  const listed = await fetch(`${running.mail.api}?to=${encodeURIComponent(email)}&limit=1`);
  const [newest] = ((await listed.json()) as { items: readonly { id: string }[] }).items;
  if (!newest) return null;
  const caught = await fetch(`${running.mail.api}/${newest.id}`);
  const { links } = (await caught.json()) as { links: readonly string[] };
  return links.map((link) => /\/r\/([\w-]+)$/.exec(link)?.[1]).find((found) => found !== undefined) ?? null;
}

/** A link worker's session: acts, reads records, and hears what changes. */
class Desk {
  private constructor(
    private readonly running: Running,
    private readonly cookie: string,
    private readonly csrfToken: string,
  ) {}

  static async open(running: Running): Promise<Desk> {
    const cookie = await logIn(running, 'link-worker');
    const response = await fetch(`${running.api}/session`, { headers: { cookie } });
    const { csrfToken } = (await response.json()) as { csrfToken: string };
    return new Desk(running, cookie, csrfToken);
  }

  complete(taskId: string, version: number): Promise<Response> {
    const headers = {
      ...{ cookie: this.cookie, 'x-csrf-token': this.csrfToken, origin: this.running.web },
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ outcome: 'agreed', version });
    return fetch(`${this.running.api}/tasks/${taskId}/completion`, { method: 'POST', headers, body });
  }

  reply(token: string): Promise<Response> {
    return fetch(`${this.running.web}/r/${token}`, { method: 'POST', body: new URLSearchParams({ answer: 'yes' }) });
  }

  /** The open tasks that the record of a person shows for an episode. */
  async openTasksOf({ personId, episodeId }: Act): Promise<readonly string[]> {
    const response = await fetch(`${this.running.api}/people/${personId}`, { headers: { cookie: this.cookie } });
    if (!response.ok) throw new Error(`A record was answered with ${response.status}.`);
    const { episodes } = (await response.json()) as {
      episodes: readonly { id: string; openTasks: readonly { id: string }[] }[];
    };
    return episodes.find(({ id }) => id === episodeId)?.openTasks.map(({ id }) => id) ?? [];
  }

  /** Calls `heard` for every task opened for the team, until the signal. */
  async follow(heard: (episodeId: string) => void, until: AbortSignal): Promise<void> {
    const response = await fetch(`${this.running.api}/changes`, { headers: { cookie: this.cookie }, signal: until });
    if (!response.ok || !response.body) throw new Error(`The stream of changes was answered with ${response.status}.`);
    void read(response.body, (what, episode) => what === 'task.opened' && episode && heard(episode));
  }
}

async function read(
  stream: ReadableStream<Uint8Array>,
  told: (what: string, episode: string | undefined) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines.filter((one) => one.startsWith('data:'))) {
        const { what = '', episode } = JSON.parse(line.slice(5)) as { what?: string; episode?: string };
        told(what, episode);
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
  }
}

/** Acts at the rate, and looks for what each led to. */
async function perform(acts: readonly Act[], desk: Desk): Promise<Map<Act, Timing>> {
  const timings = new Map<Act, Timing>();
  const ofEpisode = new Map(acts.map((act) => [act.episodeId, act]));
  const looking: Promise<void>[] = [];
  const look = async (act: Act, time: Timing): Promise<void> => {
    // The stream speaks when the row is committed, so that the first look finds it; what else it finds is another task.
    const open = await desk.openTasksOf(act);
    if (open.some((id) => id !== act.taskId) && !time.visible) time.visible = Date.now();
  };
  const end = new AbortController();
  await desk.follow((episodeId) => {
    const act = ofEpisode.get(episodeId);
    const time = act && timings.get(act);
    if (!act || !time || time.heard) return;
    time.heard = Date.now();
    looking.push(look(act, time));
  }, end.signal);
  const from = performance.now();
  const acting = acts.map(async (act, n) => {
    await pause(Math.max(0, from + (n * 1000) / A_SECOND - performance.now()));
    const time: Timing = { sent: Date.now(), answered: 0, heard: 0, visible: 0 };
    timings.set(act, time);
    const response = await act.send();
    await response.text();
    time.answered = Date.now();
    if (response.status !== 200 && response.status !== 201) {
      throw new Error(`A ${act.kind} was answered with ${response.status}.`);
    }
  });
  await Promise.all(acting);
  const giveUp = Date.now() + GIVE_UP;
  while ([...timings.values()].some(({ heard }) => !heard) && Date.now() < giveUp) await pause(50);
  await Promise.all(looking);
  end.abort();
  return timings;
}

/** Where the time went, from the histories of the pathways; all by the clock of the one machine. */
async function stagesOf(
  timings: ReadonlyMap<Act, Timing>,
  connection: Connection,
  namespace: string,
): Promise<Record<string, number[]>> {
  const stages: Record<string, number[]> = {
    'of it: answered to signal taken': [],
    'signal taken to worker begun': [],
    'begun to effect asked for': [],
    'effect asked for to begun': [],
    'effect begun to done': [],
    'answered to stream heard': [],
    'stream heard to record read': [],
  };
  const note = (name: string, from: number | null, to: number | null): void => {
    if (from && to) stages[name]!.push(Math.max(0, to - from));
  };
  for (const [{ episodeId }, { answered, heard, visible }] of timings) {
    note('answered to stream heard', answered, heard);
    note('stream heard to record read', heard, visible);
    const execution = { workflowId: `pathway/${episodeId}` };
    const answer = await connection.workflowService.getWorkflowExecutionHistory({ namespace, execution });
    const events = answer.history?.events ?? [];
    const signal = events.findIndex((event) => event.workflowExecutionSignaledEventAttributes);
    const asked = events.findIndex(
      (event, n) => n > signal && event.activityTaskScheduledEventAttributes?.activityType?.name === 'openTask',
    );
    if (signal < 0 || asked < 0) continue;
    const begun = events.findIndex((event, n) => n > signal && event.workflowTaskStartedEventAttributes);
    const { eventId } = events[asked]!;
    const started = events.find((event) => event.activityTaskStartedEventAttributes?.scheduledEventId?.eq(eventId!));
    const done = events.find((event) => event.activityTaskCompletedEventAttributes?.scheduledEventId?.eq(eventId!));
    note('of it: answered to signal taken', answered, at(events[signal]));
    note('signal taken to worker begun', at(events[signal]), at(events[begun]));
    note('begun to effect asked for', at(events[begun]), at(events[asked]));
    note('effect asked for to begun', at(events[asked]), at(started));
    note('effect begun to done', at(started), at(done));
  }
  return stages;
}

type Instant = { seconds?: { toNumber(): number } | null; nanos?: number | null };

function at(event: { eventTime?: Instant | null } | undefined): number | null {
  const time = event?.eventTime;
  return time ? (time.seconds?.toNumber() ?? 0) * 1000 + Math.floor((time.nanos ?? 0) / 1e6) : null;
}

/** A workflow that waits for one signal and has one effect, at the same rate: from the signal taken to the effect run. */
async function raceBare(running: Running, connection: Connection): Promise<number[]> {
  const { address, namespace } = running.temporal;
  const taskQueue = `bench-${randomUUID()}`;
  const client = new Client({ connection, namespace, dataConverter });
  const worker = fork(fileURLToPath(new URL('./main.js', import.meta.url)), [
    '--pathway-worker',
    ...[address, namespace, taskQueue],
  ]);
  try {
    await ready(worker);
    const ran = new Map<string, number>();
    worker.on('message', ({ workflowId }: Done) => ran.set(workflowId, Date.now()));
    const ids = Array.from({ length: BARE_ACTS }, () => `step/${randomUUID()}`);
    await Promise.all(
      ids.map((workflowId) =>
        client.workflow.start('bareStep', { workflowId, taskQueue, args: [{ episodeId: workflowId }] }),
      ),
    );
    await pause(3000);
    const taken = new Map<string, number>();
    const from = performance.now();
    await Promise.all(
      ids.map(async (workflowId, n) => {
        await pause(Math.max(0, from + (n * 1000) / A_SECOND - performance.now()));
        const event = { kind: 'replied', id: randomUUID(), step: 'only', answer: 'yes' } as const;
        await client.workflow.getHandle(workflowId).signal(happened, event);
        taken.set(workflowId, Date.now());
      }),
    );
    const giveUp = Date.now() + GIVE_UP;
    while (ran.size < ids.length && Date.now() < giveUp) await pause(20);
    return [...ran].map(([id, when]) => Math.max(0, when - (taken.get(id) ?? 0)));
  } finally {
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;
  }
}

async function ready(worker: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('exit', (code) => reject(new Error(`The worker of the bench ended with ${code}.`)));
  });
}
