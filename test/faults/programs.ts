import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { ServerCommand } from './tools.mjs';

const KEPT = 20_000;
const RESTART_AFTER = 300;

/** Whatever happens to the test, nothing it started outlives it. */
const running = new Set<Program>();
process.on('exit', () => running.forEach((program) => program.signal('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));

/** One process of the product, in a process group of its own. It is started again when it ends by itself, and that is noted. */
export class Program {
  /** The last it has written. */
  said = '';
  /** When it was started last; null while it is not meant to run. */
  startedAt: number | null = null;
  /** When it ended without being asked to. */
  readonly ended: number[] = [];
  private child: ChildProcess | null = null;

  constructor(
    readonly name: string,
    private readonly command: () => Promise<ServerCommand>,
  ) {}

  async start(): Promise<void> {
    const { command, args, options } = await this.command();
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.child = child;
    this.startedAt = Date.now();
    running.add(this);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (this.said = (this.said + String(chunk)).slice(-KEPT)));
    }
    child.once('error', (error) => (this.said += String(error)));
    child.once('exit', () => void this.gone(child));
  }

  /** Asks the process, or with `SIGKILL` its whole group, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    this.startedAt = null;
    this.child = null;
    running.delete(this);
    if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal);
    await gone;
  }

  /** Sends a signal and does not wait. */
  signal(signal: NodeJS.Signals): void {
    if (!this.child?.pid) return;
    try {
      process.kill(signal === 'SIGKILL' ? -this.child.pid : this.child.pid, signal);
    } catch {
      // It was gone already.
    }
  }

  private async gone(child: ChildProcess): Promise<void> {
    if (this.child !== child) return;
    this.ended.push(Date.now());
    await pause(RESTART_AFTER);
    if (this.child === child) await this.start();
  }
}
