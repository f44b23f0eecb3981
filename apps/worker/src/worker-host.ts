import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from 'pino';
import { Settings } from '#platform/config';
import { Temporal } from '#platform/temporal';
import { collectActivities } from './activities/activity.js';
import { DetectionActivityHandlers } from './activities/detection.activities.js';
import { PathwayActivityHandlers } from './activities/pathway.activities.js';
import { ReconcileActivityHandlers } from './activities/reconcile.activities.js';
import { Performer } from './activities/perform.js';
import { inCode, Log } from './log.js';
import { Metrics } from './metrics.js';
import { Schedule } from './schedule.js';

const BUNDLE = fileURLToPath(new URL('../../../workflow-bundle.js', import.meta.url));

const FIRST_REST = 250;
const LONGEST_REST = 5000;
/** How often a line shows that it is alive, and how long an answer may take, in milliseconds. */
const LISTEN_EVERY = 2500;
const PATIENCE = 3000;

/** Owns the Temporal worker: connects however long it takes, runs it, and drains it before the program goes. */
@Injectable()
export class WorkerHost implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  private readonly leaving = new AbortController();
  private readonly performer: Performer;
  private worker?: Worker;
  private running?: Promise<void>;

  constructor(
    private readonly temporal: Temporal,
    private readonly pathway: PathwayActivityHandlers,
    private readonly detection: DetectionActivityHandlers,
    private readonly reconcile: ReconcileActivityHandlers,
    private readonly schedule: Schedule,
    private readonly settings: Settings,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.for('host');
    this.performer = new Performer(metrics, log.for('activities'));
  }

  /** Why no pathway moves at present; null when they do. */
  get trouble(): string | null {
    if (!this.worker) return 'waiting for the Temporal server';
    const state = this.worker.getState();
    return state === 'RUNNING' ? null : `the Temporal worker is ${state.toLowerCase()}`;
  }

  onApplicationBootstrap(): void {
    this.running = this.run().catch((error: unknown) => {
      if (this.leaving.signal.aborted) return;
      // A worker that is dead takes the process with it, so that something starts it again.
      this.log.fatal(inCode(error), 'the Temporal worker ended');
      process.exitCode = 1;
      process.kill(process.pid, 'SIGTERM');
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.leaving.abort();
    if (this.worker?.getState() === 'RUNNING') this.worker.shutdown();
    await this.running;
  }

  /** From line to line: a worker whose line has gone silent is left to end by itself, and another takes its place. */
  private async run(): Promise<void> {
    const scheduled = this.schedule.keep(this.leaving.signal);
    let connection: NativeConnection | null = await this.connect();
    while (connection) {
      const line: NativeConnection = connection;
      const worker = await this.hire(line);
      this.worker = worker;
      const over = worker.run().finally(() => line.close());
      const next: NativeConnection | null = await Promise.race([over.then(() => null), this.replacementFor(line)]);
      if (next) {
        this.log.warn('the line to the Temporal server has gone silent; another worker goes on');
        over.catch((error: unknown) => this.log.warn(inCode(error), 'the worker on the silent line ended'));
        if (worker.getState() === 'RUNNING') worker.shutdown();
      } else await over;
      connection = next;
    }
    await scheduled;
  }

  /** Closes the line when there can be no worker on it. */
  private async hire(connection: NativeConnection): Promise<Worker> {
    try {
      return await Worker.create({
        connection,
        namespace: this.temporal.namespace,
        taskQueue: this.temporal.taskQueue,
        workflowBundle: { codePath: BUNDLE },
        dataConverter: this.temporal.dataConverter,
        activities: this.activities(),
        maxCachedWorkflows: this.settings.get('PATHWAYS_IN_MEMORY'),
        shutdownGraceTime: '10 seconds',
        shutdownForceTime: '15 seconds',
        // For two processors: enough polls that a burst is met, few enough that an idle product is quiet.
        maxConcurrentActivityTaskExecutions: 20,
        maxConcurrentWorkflowTaskExecutions: 40,
        workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 8 },
        activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 6 },
        stickyQueueScheduleToStartTimeout: '5 seconds',
      });
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /**
   * Waits until a line stays silent while a new one is answered, and answers that one; null when the program leaves. The
   * SDK itself notices after 45 seconds, and cannot be told to sooner.
   */
  private async replacementFor(line: NativeConnection): Promise<NativeConnection | null> {
    try {
      for (let silent = 0; ;) {
        await pause(LISTEN_EVERY, undefined, { signal: this.leaving.signal });
        silent = (await answers(line)) ? 0 : silent + 1;
        if (silent < 2) continue;
        const next = await this.connect();
        if (!(await answers(line))) return next;
        // The server had been away, and this line has found it again.
        await next.close();
        silent = 0;
      }
    } catch (error) {
      if (this.leaving.signal.aborted) return null;
      throw error;
    }
  }

  private activities(): Record<string, (call: never) => Promise<unknown>> {
    const handlers = Object.entries(collectActivities(this.pathway, this.detection, this.reconcile));
    return Object.fromEntries(handlers.map(([name, handler]) => [name, this.performer.wrap(name, handler)]));
  }

  private async connect(): Promise<NativeConnection> {
    for (let rest = FIRST_REST; ; rest = Math.min(rest * 2, LONGEST_REST)) {
      try {
        return await NativeConnection.connect(this.temporal.connectionOptions);
      } catch (error) {
        this.log.warn({ rest, ...inCode(error) }, 'the Temporal server does not answer yet');
        await pause(rest, undefined, { signal: this.leaving.signal });
      }
    }
  }
}

async function answers(line: NativeConnection): Promise<boolean> {
  try {
    await line.withDeadline(Date.now() + PATIENCE, () => line.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}
