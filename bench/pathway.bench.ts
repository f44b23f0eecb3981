import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { happened } from '../workflows/contracts/index.js';
import type { Copy } from './copy.js';
import { type Figure, percentile, type Result, round } from './figures.js';
import { processorSeconds, residentMegabytes } from './pathway/process.js';
import { IDLE, SCRIPT } from './pathway/script.js';
import { dataConverter, type Done } from './pathway/worker.js';

const ROUNDS = 5;
const A_ROUND = 150;
const AT_ONCE = 30;
const IDLE_PATHWAYS = 10_000;
/** How long rest is watched, in seconds. */
const WATCHED = 30;

type Contestant = 'pathway' | 'bare';

interface Round {
  readonly seconds: number;
  readonly processor: number;
}

/** The engine beside a bare workflow that does as much, then very many pathways at rest. */
export async function benchPathway(copy: Copy): Promise<Result> {
  const { temporal, processes } = await copy.running();
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace, dataConverter });
  const server = processes['temporal'];
  if (server === undefined) throw new Error('This copy has no Temporal server of its own.');
  const bench = new Bench(client, temporal, server);
  try {
    await bench.startWorker();
    const beside = await compare(bench);
    const rest = await idle(bench);
    return {
      bench: 'pathway',
      figures: [...beside, ...rest],
      notes: [
        `${A_ROUND} of each in a round, ${AT_ONCE} under way at a time, ${ROUNDS} rounds of pathway, bare, bare, pathway on one worker and server,`,
        'payloads encrypted; six effects that do nothing, four events, five timers. Processor time is that of worker and server together.',
      ],
    };
  } finally {
    await bench.stopWorker();
    await connection.close();
  }
}

async function compare(bench: Bench): Promise<readonly Figure[]> {
  await bench.race('pathway');
  await bench.race('bare');
  const found: Record<Contestant, Round[]> = { pathway: [], bare: [] };
  const ratios: { seconds: number; processor: number }[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    const turn: Record<Contestant, Round[]> = { pathway: [], bare: [] };
    for (const one of ['pathway', 'bare', 'bare', 'pathway'] as const) turn[one].push(await bench.race(one));
    for (const one of ['pathway', 'bare'] as const) found[one].push(...turn[one]);
    ratios.push({
      seconds: total(turn.pathway, 'seconds') / total(turn.bare, 'seconds'),
      processor: total(turn.pathway, 'processor') / total(turn.bare, 'processor'),
    });
  }
  const [ours, theirs] = [await bench.describe('pathway'), await bench.describe('bare')];
  const median = (rounds: readonly Round[], of: keyof Round): number =>
    percentile(
      rounds.map((one) => one[of]),
      0.5,
    );
  const each = (seconds: number): number => round((seconds * 1000) / A_ROUND, 1);
  return [
    { name: 'a pathway, median', value: each(median(found.pathway, 'seconds')), unit: 'ms' },
    { name: 'a bare workflow, median', value: each(median(found.bare, 'seconds')), unit: 'ms' },
    { name: 'time, ratio', value: ratioOf(ratios, 'seconds'), unit: 'of the bare', target: '<= 1.3' },
    { name: 'a pathway, processor', value: each(median(found.pathway, 'processor')), unit: 'ms' },
    { name: 'a bare workflow, processor', value: each(median(found.bare, 'processor')), unit: 'ms' },
    { name: 'processor, ratio', value: ratioOf(ratios, 'processor'), unit: 'of the bare', target: '<= 1.3' },
    { name: 'state transitions of a pathway', value: ours.transitions, unit: `beside ${theirs.transitions}` },
    { name: 'events in the history of a pathway', value: ours.events, unit: `beside ${theirs.events}` },
    { name: 'bytes of the history of a pathway', value: ours.bytes, unit: `beside ${theirs.bytes}` },
  ];
}

async function idle(bench: Bench): Promise<readonly Figure[]> {
  const ids = Array.from({ length: IDLE_PATHWAYS }, () => `idle/${randomUUID()}`);
  await bench.startAll(ids);
  await bench.saw('openTask', IDLE_PATHWAYS);
  await pause(5000);
  const before = await bench.processor();
  await pause(WATCHED * 1000);
  const used = (await bench.processor()) - before;
  const memory = await bench.memory();
  await bench.stopWorker();
  const from = performance.now();
  await bench.startWorker();
  const woken = bench.waitFor('recordEnding', 1);
  await bench.complete(ids[0]!);
  await woken;
  const restart = (performance.now() - from) / 1000;
  return [
    { name: `${IDLE_PATHWAYS} pathways at rest, worker`, value: round(memory.worker), unit: 'MB' },
    { name: `${IDLE_PATHWAYS} pathways at rest, server`, value: round(memory.server), unit: 'MB' },
    { name: 'at rest, processor of both', value: round((used / WATCHED) * 100, 2), unit: '% of a core' },
    { name: 'worker started to the first step taken', value: round(restart, 2), unit: 's' },
  ];
}

class Bench {
  private readonly taskQueue = `bench-${randomUUID()}`;
  private readonly counts = new Map<string, number>();
  private readonly last = new Map<Contestant, string>();
  private child: ChildProcess | undefined;
  private look: () => void = () => undefined;

  constructor(
    private readonly client: Client,
    private readonly temporal: { readonly address: string; readonly namespace: string },
    private readonly server: number,
  ) {}

  async startWorker(): Promise<void> {
    const main = fileURLToPath(new URL('./main.js', import.meta.url));
    const { address, namespace } = this.temporal;
    this.child = fork(main, ['--pathway-worker', address, namespace, this.taskQueue]);
    const ready = new Promise<void>((resolve, reject) => {
      this.child?.once('message', () => resolve());
      this.child?.once('exit', (code) => reject(new Error(`The worker of the bench ended with ${code}.`)));
    });
    await ready;
    this.child.on('message', ({ name }: Done) => {
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
      this.look();
    });
  }

  async stopWorker(): Promise<void> {
    if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Many of one contestant, from start to result. */
  async race(contestant: Contestant): Promise<Round> {
    const before = await this.processor();
    const from = performance.now();
    let left = A_ROUND;
    const runner = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const workflowId = `${contestant}/${randomUUID()}`;
        this.last.set(contestant, workflowId);
        await this.client.workflow.execute(contestant, this.options(workflowId, SCRIPT));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runner));
    const seconds = (performance.now() - from) / 1000;
    return { seconds, processor: (await this.processor()) - before };
  }

  async startAll(workflowIds: readonly string[]): Promise<void> {
    const waiting = [...workflowIds];
    const starter = async (): Promise<void> => {
      for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
        await this.client.workflow.start('pathway', this.options(id, IDLE));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, starter));
  }

  private options(workflowId: string, script: typeof SCRIPT) {
    const episodeId = workflowId.slice(workflowId.indexOf('/') + 1);
    return { workflowId, taskQueue: this.taskQueue, args: [{ episodeId, script }] };
  }

  async complete(workflowId: string): Promise<void> {
    const taskId = `task/${workflowId}:1`;
    const event = { kind: 'task-completed', id: randomUUID(), taskId, outcome: 'declined' } as const;
    await this.client.workflow.getHandle(workflowId).signal(happened, event);
  }

  /** Waits until an effect was called so many times since the bench began. */
  async saw(name: Done['name'], count: number): Promise<void> {
    const base = A_ROUND * (ROUNDS * 4 + 2);
    await this.waitUntil(() => (this.counts.get(name) ?? 0) >= base + count);
  }

  /** Waits for so many further calls of an effect. */
  async waitFor(name: Done['name'], count: number): Promise<void> {
    const enough = (this.counts.get(name) ?? 0) + count;
    await this.waitUntil(() => (this.counts.get(name) ?? 0) >= enough);
  }

  private async waitUntil(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => (this.look = resolve));
  }

  async describe(contestant: Contestant): Promise<{ transitions: number; events: number; bytes: number }> {
    const { raw } = await this.client.workflow.getHandle(this.last.get(contestant) ?? '').describe();
    const info = raw.workflowExecutionInfo;
    return {
      transitions: Number(info?.stateTransitionCount),
      events: Number(info?.historyLength),
      bytes: Number(info?.historySizeBytes),
    };
  }

  async processor(): Promise<number> {
    return (await processorSeconds(this.worker)) + (await processorSeconds(this.server));
  }

  async memory(): Promise<{ readonly worker: number; readonly server: number }> {
    return { worker: await residentMegabytes(this.worker), server: await residentMegabytes(this.server) };
  }

  private get worker(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('The worker of the bench does not run.');
    return pid;
  }
}

function total(rounds: readonly Round[], of: keyof Round): number {
  return rounds.reduce((sum, one) => sum + one[of], 0);
}

function ratioOf(ratios: readonly Round[], of: keyof Round): number {
  return round(
    percentile(
      ratios.map((one) => one[of]),
      0.5,
    ),
    2,
  );
}
