import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { type NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker';
import type { Journal } from '#care/reports';
import type { PathwayScript } from '#workflows';
import type { Course } from './course.js';
import { SimulatedEffects, type Surroundings } from './effects.js';
import { Walker } from './walker.js';
import { World, type WorldPlan } from './world.js';

/** How many are walked side by side: enough to keep two processors busy, few enough that none waits long. */
const SIDE_BY_SIDE = 32;

/** Where the pathways run. */
export interface SimulationHost {
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly workflowBundle: WorkflowBundleOption;
  readonly dataConverter: DataConverter;
}

export interface SimulationPlan extends WorldPlan {
  readonly id: string;
  readonly script: PathwayScript;
}

export interface Progress {
  readonly day: number;
  readonly days: number;
  readonly ended: number;
}

/** Thrown when a simulation was told to stop. */
export class SimulationStopped extends Error {}

/**
 * Walks everybody through the programme's real pathway, day by simulated day, on a task queue of its own. Leaves no open
 * pathway behind, whatever happens. Throws SimulationStopped, and whatever broke.
 */
export async function simulate(
  plan: SimulationPlan,
  host: SimulationHost,
  surroundings: Surroundings,
  { signal, onDay = async () => undefined }: { signal: AbortSignal; onDay?: (progress: Progress) => Promise<void> },
): Promise<Journal> {
  const world = new World(plan);
  const effects = new SimulatedEffects(world, surroundings);
  const taskQueue = `simulation-${plan.id}`;
  const walkers = new Map<Course, Walker>();
  for (const course of world.courses) {
    const episodeId = randomUUID();
    const workflowId = `simulation/${plan.id}/${course.place + 1}`;
    effects.add(episodeId, course);
    walkers.set(course, new Walker(course, host.client, { workflowId, episodeId, taskQueue, script: plan.script }));
  }
  const worker = await Worker.create({
    connection: host.connection,
    namespace: host.client.options.namespace,
    taskQueue,
    workflowBundle: host.workflowBundle,
    dataConverter: host.dataConverter,
    activities: effects.activities,
    maxCachedWorkflows: 700,
    maxConcurrentActivityTaskExecutions: 2 * SIDE_BY_SIDE,
    maxConcurrentWorkflowTaskExecutions: SIDE_BY_SIDE,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
    shutdownForceTime: '5 seconds',
  });
  const running = worker.run();
  // A worker that dies is noticed at the next await below.
  running.catch((failure: unknown) => (effects.failure ??= failure));
  try {
    await walkThrough(world, walkers, effects, { signal, onDay });
  } finally {
    await inParallel([...walkers.values()], (walker) => walker.stop());
    if (worker.getState() === 'RUNNING') worker.shutdown();
    await running.catch(() => undefined);
  }
  return {
    weekStarts: world.weekStarts,
    people: world.courses.map(({ subject: { quintile, sex, ethnicCategory, age } }) => ({
      quintile,
      sex,
      ethnicCategory,
      age,
    })),
    happenings: world.happenings,
    staff: world.staff,
    services: plan.services,
    endings: plan.script.endings,
  };
}

async function walkThrough(
  world: World,
  walkers: ReadonlyMap<Course, Walker>,
  effects: SimulatedEffects,
  { signal, onDay }: { signal: AbortSignal; onDay: (progress: Progress) => Promise<void> },
): Promise<void> {
  const letIn = world.letInTimes();
  const days = world.dayStarts.length - 1;
  for (let day = 0; day < days; day += 1) {
    const [from, end] = [world.dayStarts[day]!, world.dayStarts[day + 1]!];
    world.morning(day);
    const today = [...walkers.values()].filter(({ course }) => {
      const starts = letIn.get(course) ?? Infinity;
      return (starts >= from && starts < end) || (starts < from && course.nextAt < end);
    });
    await inParallel(today, async (walker) => {
      if (signal.aborted || effects.failure) return;
      const starts = letIn.get(walker.course)!;
      if (starts >= from) {
        walker.course.now = starts;
        world.letIn(walker.course);
        await walker.start();
      }
      await walker.walkTo(end, signal);
    });
    if (effects.failure) throw effects.failure;
    if (signal.aborted) throw new SimulationStopped('The simulation was stopped.');
    await onDay({ day: day + 1, days, ended: world.courses.filter(({ ended }) => ended).length });
  }
}

/** One rejection ends them all, after those under way. */
async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  let failed = false;
  const take = async (): Promise<void> => {
    for (const item of queue) {
      if (failed) return;
      try {
        await work(item);
      } catch (failure) {
        failed = true;
        throw failure;
      }
    }
  };
  const results = await Promise.allSettled(Array.from({ length: SIDE_BY_SIDE }, take));
  const broken = results.find((result) => result.status === 'rejected');
  if (broken) throw broken.reason;
}
