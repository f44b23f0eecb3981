import { spawnSync } from 'node:child_process';

import type { ServerCommand } from '../database/postgres.ts';

/** Where one Temporal development server keeps its state and listens. */
export interface TemporalPlace {
  /** A file, so that pathways outlive the server; null keeps everything in memory, for tests. */
  file: string | null;
  port: number;
  /** Null runs it without its web page. */
  uiPort: number | null;
}

/** The command that runs a development server, on loopback only. */
export function temporalCommand(program: string, place: TemporalPlace): ServerCommand {
  const settings = {
    // Both names of one switch: the first is that of 1.32, the second that of later servers.
    'frontend.WorkflowTimeSkippingEnabled': true,
    'system.workflowTimeSkippingEnabled': true,
    'system.enableActivityEagerExecution': true,
    // A timer that has come is seen within this; by default within a second, which is what every skip of time then takes.
    'history.timerProcessorMaxTimeShift': '"20ms"',
    // A development server has one shard, whose queues are read 20 times a second at most: a pathway would wait for its turn.
    'history.transferProcessorMaxPollRPS': 1000,
    'history.timerProcessorMaxPollRPS': 1000,
    'history.visibilityProcessorMaxPollRPS': 1000,
  };
  const args = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(place.port), '--log-level', 'warn'];
  if (place.file !== null) {
    // A write is safe when the server is killed; only the machine itself failing can lose the last of them.
    args.push('--db-filename', place.file, '--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF');
  }
  if (place.uiPort === null) args.push('--headless');
  else args.push('--ui-port', String(place.uiPort), '--ui-disable-news-fetch');
  for (const [name, value] of Object.entries(settings)) args.push('--dynamic-config-value', `${name}=${value}`);
  return { command: program, args, options: { env: { ...process.env, HOME: process.env['HOME'] ?? '/' } } };
}

/** Whether the server on `port` answers that it serves. */
export function temporalServes(program: string, port: number): boolean {
  const args = ['operator', 'cluster', 'health', '--address', `127.0.0.1:${port}`, '--command-timeout', '3s'];
  const asked = spawnSync(program, args, { encoding: 'utf8', timeout: 5_000 });
  return asked.status === 0 && asked.stdout.includes('SERVING');
}
