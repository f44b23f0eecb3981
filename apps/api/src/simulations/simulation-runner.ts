import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';
import { SimulationsService } from '#care/reports';
import { Log } from '../http/log.js';

const COMMAND_LINE = fileURLToPath(new URL('../../../cli/src/main.js', import.meta.url));
/** Behind everything that people wait for. */
const LOW_PRIORITY = 10;
/** How long a run may take to put its pathways away, in milliseconds. */
const PATIENCE = 10_000;

/** Walks simulations in a process of their own, so that nobody at a desk waits for them. */
@Injectable()
export class SimulationRunner implements BeforeApplicationShutdown {
  private readonly log: Logger;
  private readonly running = new Set<ChildProcess>();

  constructor(
    private readonly simulations: SimulationsService,
    log: Log,
  ) {
    this.log = log.for('simulations');
  }

  async start(simulationId: string): Promise<void> {
    if (!existsSync(COMMAND_LINE)) {
      await this.simulations.giveUp(simulationId, 'failed', 'The command line program is not there.');
      return;
    }
    const args = ['--enable-source-maps', COMMAND_LINE, 'simulate', '--run', simulationId];
    const child = spawn(process.execPath, args, { stdio: 'ignore' });
    this.running.add(child);
    const over = (how: object): void => {
      if (!this.running.delete(child)) return;
      this.log.info({ simulationId, ...how }, 'a simulation ended');
      // It has said itself how it ended, unless it could not.
      this.simulations
        .giveUp(simulationId, 'failed', 'The program that walked it ended.')
        .catch((error: Error) => this.log.warn({ simulationId, error: error.name }, 'could not note the end of a run'));
    };
    child.once('error', (error) => over({ error: error.name }));
    child.once('exit', (code, signal) => over({ code, signal }));
    if (child.pid !== undefined) setPriority(child.pid, LOW_PRIORITY);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.running].map(stop));
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  await gone;
  clearTimeout(timer);
}
