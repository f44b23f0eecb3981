import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type History, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type {
  ActivityCall,
  Duration,
  JoinAt,
  PathwayActivities,
  PathwayEvent,
  PathwayScript,
  PathwayState,
} from '../../workflows/contracts/index.js';
import { happened, pathwayId, whereabouts } from '../../workflows/contracts/index.js';
import { EncryptingCodec } from '../../libs/platform/temporal/payload-codec.js';
import { testServer, type TestServer } from './server.js';
import { type TimeMachine, timeMachine } from './time.js';

const WORKFLOWS = fileURLToPath(new URL('../../workflows/registry.ts', import.meta.url));
const FAILURE_CONVERTER = fileURLToPath(new URL('../../libs/platform/temporal/failure-converter.ts', import.meta.url));
const SDK = fileURLToPath(new URL('../../node_modules/@temporalio/worker/package.json', import.meta.url));
const HISTORIES = fileURLToPath(new URL('../histories/', import.meta.url));
const DAY = 86_400_000;
const PATIENCE = 20_000;

/** As the product's, with a key that the committed histories are sealed with. */
export const dataConverter: DataConverter = {
  payloadCodecs: [new EncryptingCodec(Buffer.alloc(32, 'fairway histories').toString('base64'))],
  failureConverterPath: FAILURE_CONVERTER,
};

let bundle: Promise<{ code: string }> | undefined;

/** The product's own workflows, bundled once a process. */
export function workflowBundle(): Promise<{ code: string }> {
  bundle ??= makeBundle();
  return bundle;
}

/** Made once for all test files of the same sources, which each have a process state of their own. */
async function makeBundle(): Promise<{ code: string }> {
  const logger = new DefaultLogger('ERROR');
  Runtime.install({ logger, shutdownSignals: [] });
  const path = join(tmpdir(), `fairway-workflows-${await fingerprint()}.js`);
  if (existsSync(path)) return { code: await readFile(path, 'utf8') };
  const made = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, failureConverterPath: FAILURE_CONVERTER, logger });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, made.code);
  await rename(draft, path);
  return made;
}

async function fingerprint(): Promise<string> {
  const folder = dirname(WORKFLOWS);
  const names = (await readdir(folder, { recursive: true })).filter((name) => /(?<!\.spec)\.ts$/.test(name)).toSorted();
  const paths = [...names.map((name) => join(folder, name)), FAILURE_CONVERTER, SDK];
  const hash = createHash('sha256');
  for (const path of paths) hash.update(path).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

/** What a workflow's history says, under a name. */
export interface Told {
  readonly workflowId: string;
  readonly history: unknown;
}

/** Walks histories again with the present code; answers those that it walks another way. */
export async function walkAgain(told: readonly Told[]): Promise<string[]> {
  const wrong: string[] = [];
  const options = { workflowBundle: await workflowBundle(), dataConverter };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, told)) {
    if (error) wrong.push(`${workflowId}: ${error.message}`);
  }
  return wrong;
}

type Effect = keyof PathwayActivities;
type CallOf<Name extends Effect> = Parameters<PathwayActivities[Name]>[0];

/** What a play's activities answer in place of the usual. */
export type Answers = Partial<PathwayActivities>;

export interface Recorded {
  readonly name: Effect;
  readonly call: ActivityCall & Readonly<Record<string, unknown>>;
}

/** A real server and a real worker that walk pathways; only the effects are noted down instead of done. */
export class Stage {
  private readonly plays = new Map<string, Play>();
  private readonly told: Told[] = [];

  private constructor(
    readonly client: Client,
    private readonly server: TestServer,
    private readonly queue: string,
    private readonly time: TimeMachine,
    private readonly strike: () => Promise<void>,
  ) {}

  static async open(server?: TestServer): Promise<Stage> {
    const { code } = await workflowBundle();
    const running = server ?? (await testServer());
    const connection = await Connection.connect({ address: running.address });
    const client = new Client({ connection, dataConverter });
    const queue = `test-${randomUUID()}`;
    const native = await NativeConnection.connect({ address: running.address });
    const stage: { open?: Stage } = {};
    const worker = await Worker.create({
      connection: native,
      taskQueue: queue,
      workflowBundle: { code },
      dataConverter,
      shutdownForceTime: '2 seconds',
      activities: bindEffects((call) => {
        const play = stage.open?.plays.get(call.episodeId);
        if (!play) throw new Error(`Nobody plays ${call.episodeId}`);
        return play;
      }),
    });
    const walking = worker.run();
    stage.open = new Stage(client, running, queue, await timeMachine(client), async () => {
      worker.shutdown();
      await walking;
      await native.close();
      await connection.close();
    });
    return stage.open;
  }

  /** Starts a pathway. `early` events are there before its first task. */
  async perform(
    script: PathwayScript,
    { answers = {}, joinAt, early = [] }: { answers?: Answers; joinAt?: JoinAt; early?: readonly PathwayEvent[] } = {},
  ): Promise<Play> {
    const episodeId = randomUUID();
    const play = new Play(this.client, this.time, episodeId, answers, this.told);
    this.plays.set(episodeId, play);
    const start = { workflowId: pathwayId(episodeId), taskQueue: this.queue, args: [{ episodeId, script, joinAt }] };
    const [first, ...rest] = early;
    if (first) {
      const signalled = { ...start, signal: happened, signalArgs: [first] as [PathwayEvent] };
      play.firstRun = (await this.client.workflow.signalWithStart('pathway', signalled)).signaledRunId;
    } else play.firstRun = (await this.client.workflow.start('pathway', start)).firstExecutionRunId;
    for (const event of rest) await play.tell(event);
    return play;
  }

  /** Throws when the workflow code would not do again what the histories of the plays say was done. */
  async close(): Promise<void> {
    await this.strike();
    await this.server.stop();
    const wrong = await walkAgain(this.told);
    await Runtime.instance().shutdown();
    if (wrong.length > 0) throw new Error(`Walked another way the second time: ${wrong.join('; ')}`);
  }
}

/** One pathway on the stage. */
export class Play {
  readonly calls: Recorded[] = [];
  private readonly handle: WorkflowHandle;
  private readonly waiting = new Set<() => void>();
  private skipped = 0;
  /** The run that the play began with. */
  firstRun = '';

  constructor(
    private readonly client: Client,
    private readonly time: TimeMachine,
    readonly episodeId: string,
    private readonly answers: Answers,
    private readonly told: Told[],
  ) {
    this.handle = client.workflow.getHandle(pathwayId(episodeId));
  }

  /** Notes the call down and answers it. A repeat of a key is noted once. */
  async note(name: Effect, call: Recorded['call']): Promise<unknown> {
    if (!this.calls.some((earlier) => earlier.call.key === call.key)) this.calls.push({ name, call });
    for (const look of this.waiting) look();
    const own = this.answers[name] as ((call: unknown) => Promise<unknown>) | undefined;
    return (own ?? this.usually(name))(call as never);
  }

  async tell(...events: readonly PathwayEvent[]): Promise<void> {
    for (const event of events) await this.handle.signal(happened, event);
  }

  /** Lets so many days pass on the pathway's clock. */
  async pass(days: number): Promise<void> {
    await this.time.pass(this.handle.workflowId, days * DAY);
    if (this.time.scale === 1) this.skipped += days * DAY;
  }

  /** An instant so many days from now on the pathway's clock. */
  instant(days = 0): string {
    return new Date(Date.now() + this.skipped + days * DAY * this.time.scale).toISOString();
  }

  /** The `count`th call of an effect, waited for. */
  async saw<Name extends Effect>(name: Name, count = 1): Promise<CallOf<Name>> {
    const found = (): Recorded | undefined => this.calls.filter((call) => call.name === name)[count - 1];
    await this.wait(() => found() !== undefined, `${name} ${count}`);
    return found()?.call as unknown as CallOf<Name>;
  }

  /** Waits until so many effects have been called. */
  async sawAll(count: number): Promise<void> {
    await this.wait(() => this.calls.length >= count, `${count} effects`);
  }

  /** Every call of an effect so far. */
  all<Name extends Effect>(name: Name): CallOf<Name>[] {
    return this.calls.filter((call) => call.name === name).map(({ call }) => call as unknown as CallOf<Name>);
  }

  get effects(): Effect[] {
    return this.calls.map(({ name }) => name);
  }

  async state(): Promise<PathwayState> {
    return this.handle.query(whereabouts);
  }

  /** Waits until the pathway's own state is as described. */
  async reaches(holds: (state: PathwayState) => boolean): Promise<PathwayState> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const state = await this.state();
      if (holds(state)) return state;
      if (Date.now() > until) throw new Error(`The pathway stayed at ${JSON.stringify(state)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The state at the end. Everything that led there is walked again when the stage closes. */
  async ends(): Promise<PathwayState> {
    const state = (await this.handle.result()) as PathwayState;
    await this.isToldAgain();
    return state;
  }

  /** What has been done so far is walked again when the stage closes, and must give the same commands. */
  async isToldAgain(): Promise<void> {
    for (const history of await this.histories()) this.told.push({ workflowId: this.handle.workflowId, history });
  }

  /** One a run: a move, or a fresh history, begins another. */
  private async histories(): Promise<History[]> {
    const found: History[] = [];
    for (let runId = this.firstRun; runId;) {
      const history = await this.client.workflow.getHandle(this.handle.workflowId, runId).fetchHistory();
      found.push(history);
      runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? '';
    }
    return found;
  }

  async historyLength(): Promise<number> {
    return (await this.handle.describe()).historyLength;
  }

  /** Keeps the history under test/histories, to be replayed on every build. One already kept is never written again. */
  async keep(name: string): Promise<void> {
    for (const [run, history] of (await this.histories()).toReversed().entries()) {
      const path = `${HISTORIES}${name}${'-before'.repeat(run)}.json`;
      if (!existsSync(path)) await writeFile(path, `${historyToJSON(history)}\n`);
    }
  }

  private async wait(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`Waited for ${what}; saw ${this.effects.join(', ') || 'nothing'}`));
      }, PATIENCE);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
    });
  }

  private usually<Name extends Effect>(name: Name): PathwayActivities[Name] {
    const later = (at: string, length: Duration): string => this.later(at, length);
    const usual: PathwayActivities = {
      sendMessage: async ({ at, every }) => ({ fate: 'sent', nextAt: later(at, every) }),
      openTask: async ({ at, due, escalateAfter, key }) => {
        const dueAt = later(at, due);
        return { taskId: `task/${key}`, dueAt, escalateAt: escalateAfter.map((after) => later(dueAt, after)) };
      },
      escalateTask: async () => undefined,
      cancelTask: async () => ({ closed: true }),
      sendReferral: async ({ at, answerWithin, key }) => ({
        sent: true,
        referralId: `referral/${key}`,
        answerBy: later(at, answerWithin),
      }),
      closeReferral: async () => ({ closed: true }),
      noteWaiting: async (call) => ({ until: later(call.from, call.for) }),
      noteUntil: async () => undefined,
      recheck: async () => ({ result: 'still-eligible' }),
      chooseWay: async () => ({ way: null }),
      resumeClocks: async (call) => ({
        deadlines: call.deadlines.map((deadline) => ({ ...deadline, at: shifted(deadline.at, call) })),
      }),
      noteMoved: async () => undefined,
      noteIgnored: async () => undefined,
      recordLost: async () => undefined,
      recordEnding: async () => undefined,
    };
    return usual[name];
  }

  /** Plain elapsed time: calendars and working days are proven where they are computed. */
  later(at: string, { amount, unit }: Duration): string {
    const units = { seconds: 1000, minutes: 60_000, hours: 3_600_000, weeks: 7 * DAY, months: 30 * DAY };
    const length = amount * (unit === 'days' || unit === 'working-days' ? DAY : units[unit]);
    return new Date(Date.parse(at) + length * this.time.scale).toISOString();
  }
}

/** An instant after a pause, in plain elapsed time. */
export function shifted(at: string, { pausedAt, resumedAt }: CallOf<'resumeClocks'>): string {
  return new Date(Date.parse(at) + Date.parse(resumedAt) - Date.parse(pausedAt)).toISOString();
}

function bindEffects(playOf: (call: ActivityCall) => Play): Record<Effect, (call: ActivityCall) => Promise<unknown>> {
  const bind = (name: Effect) => async (call: ActivityCall) => playOf(call).note(name, { ...call });
  return {
    sendMessage: bind('sendMessage'),
    openTask: bind('openTask'),
    escalateTask: bind('escalateTask'),
    cancelTask: bind('cancelTask'),
    sendReferral: bind('sendReferral'),
    closeReferral: bind('closeReferral'),
    noteWaiting: bind('noteWaiting'),
    noteUntil: bind('noteUntil'),
    recheck: bind('recheck'),
    chooseWay: bind('chooseWay'),
    resumeClocks: bind('resumeClocks'),
    noteMoved: bind('noteMoved'),
    noteIgnored: bind('noteIgnored'),
    recordLost: bind('recordLost'),
    recordEnding: bind('recordEnding'),
  };
}
