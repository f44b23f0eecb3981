import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

import type { ServerCommand } from '../database/postgres.ts';
import { Problem } from '../setup/problem.mjs';
import { spell } from '../setup/steps.mjs';
import { known, send, stopProcess, type KnownProcess } from './processes.ts';

/** What the launcher must know of a part to run it. */
export interface PartPlan {
  name: string;
  /** How it is run; asked again at every start, so that it may be repaired in between. */
  command(): Promise<ServerCommand>;
  /** Whether it does its work yet. A rejection counts as not yet. */
  ready(): Promise<boolean>;
  /** How long it may take until it is ready, in seconds. */
  patience: number;
  stopSignal: NodeJS.Signals;
  log: string;
}

/** What a part tells whoever runs it. */
export interface PartEvents {
  /** Its process has changed. */
  changed(part: Part): void;
  /** It ended by itself and is started again. */
  said(line: string): void;
}

const firstDelay = 500;
const longestDelay = 30_000;
/** A part that has run this long has recovered: its next failure is a first one. In milliseconds. */
const settled = 60_000;

/** One child process that is kept running: when it ends unasked it is started again, after a growing pause. */
export class Part {
  readonly plan: PartPlan;
  process: KnownProcess | null = null;
  private readonly events: PartEvents;
  private stopping = false;
  private delay = firstDelay;
  private child: ChildProcess | null = null;

  constructor(plan: PartPlan, events: PartEvents) {
    this.plan = plan;
    this.events = events;
  }

  get name(): string {
    return this.plan.name;
  }

  /** Starts it and waits until it is ready. Throws what its log says when it ends before, or takes too long. */
  async start(): Promise<void> {
    const child = await this.spawn();
    const end = Date.now() + this.plan.patience * 1000;
    for (;;) {
      if (ended(child)) throw this.failure(`${this.name} ${endOf(child)} as it started`);
      if (await this.plan.ready().catch(() => false)) break;
      if (Date.now() > end) throw this.failure(`${this.name} was not ready within ${this.plan.patience} s`);
      await pause(100);
    }
    if (ended(child)) throw this.failure(`${this.name} ${endOf(child)} as it started`);
    const since = Date.now();
    child.once('exit', () => void this.revive(child, since));
  }

  /** Asks it to end and waits. Answers whether it had to be ended by force. */
  async stop(seconds: number): Promise<boolean> {
    this.stopping = true;
    const one = this.process;
    this.process = null;
    return one === null ? false : stopProcess(one, this.plan.stopSignal, seconds);
  }

  /** For when there is no time to wait. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.stopping = true;
    if (this.process) send(this.process, signal);
  }

  private async spawn(): Promise<ChildProcess> {
    const { command, args, options } = await this.plan.command();
    const log = openSync(this.plan.log, 'a', 0o600);
    try {
      // A process group of its own, so that Ctrl-C reaches the launcher only, which then stops the parts in order.
      const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
      await new Promise<void>((started, fail) => {
        child.once('spawn', started);
        child.once('error', (reason) => fail(new Problem(`${this.name}: ${reason.message}`, '')));
      });
      this.child = child;
      this.process = known(child.pid ?? 0);
      this.events.changed(this);
      if (this.stopping) this.kill();
      return child;
    } finally {
      closeSync(log);
    }
  }

  private async revive(child: ChildProcess, since: number): Promise<void> {
    if (this.stopping || child !== this.child) return;
    if (Date.now() - since > settled) this.delay = firstDelay;
    this.process = null;
    for (let how = endOf(child); !this.stopping;) {
      this.events.said(`${this.name} ${how}; starting it again in ${spell(this.delay)} (log: ${this.plan.log})`);
      await pause(this.delay);
      this.delay = Math.min(this.delay * 2, longestDelay);
      if (this.stopping) return;
      try {
        await this.start();
        this.events.said(`${this.name} is back`);
        return;
      } catch {
        if (this.stopping) return;
        const one = this.process as KnownProcess | null;
        if (one) await stopProcess(one, 'SIGKILL', 1);
        how = 'did not come back';
      }
    }
  }

  private failure(why: string): Problem {
    const last = readFileSync(this.plan.log, 'utf8').trim().split('\n').slice(-8).map(shortened);
    return new Problem(`${why}. Its log ends:\n${last.join('\n')}`, `Read the whole of it: ${this.plan.log}`);
  }
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function endOf(child: ChildProcess): string {
  return child.signalCode ? `was ended by ${child.signalCode}` : `ended with code ${child.exitCode}`;
}

function shortened(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
