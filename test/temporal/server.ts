import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { freePort } from '../running-program.js';

/** A Temporal server of a test's own, or the one of the run. */
export interface TestServer {
  readonly address: string;
  /** The file its data is in; null for a server that the test did not start. */
  readonly file: string | null;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again with the same data and address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** As `npm start` sets its server; without the last five each skip of time takes a second, and each step waits for its turn. */
const AS_STARTED = {
  'frontend.WorkflowTimeSkippingEnabled': 'true',
  'system.workflowTimeSkippingEnabled': 'true',
  'system.enableActivityEagerExecution': 'true',
  'history.timerProcessorMaxTimeShift': '"20ms"',
  'history.transferProcessorMaxPollRPS': '1000',
  'history.timerProcessorMaxPollRPS': '1000',
  'history.visibilityProcessorMaxPollRPS': '1000',
};

/** The server in TEMPORAL_ADDRESS, or one started for this process. */
export async function testServer(): Promise<TestServer> {
  const address = process.env['TEMPORAL_ADDRESS'];
  if (!address) return startTestServer();
  const nothing = async (): Promise<void> => undefined;
  const refuse = async (): Promise<void> => {
    throw new Error('This server belongs to the run');
  };
  return { address, file: null, kill: refuse, restart: refuse, stop: nothing };
}

/**
 * Starts a development server with its data in a file and time skipping on. The program is TEMPORAL_BINARY, else
 * `temporal` on the PATH. `dynamic` holds further dynamic configuration.
 */
export async function startTestServer(dynamic: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fairway-temporal-'));
  const file = join(folder, 'temporal.db');
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const config = { ...AS_STARTED, ...dynamic };
  const options = Object.entries(config).flatMap(([key, value]) => ['--dynamic-config-value', `${key}=${value}`]);
  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    server = spawn(
      process.env['TEMPORAL_BINARY'] ?? 'temporal',
      ['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--db-filename', file]
        .concat(['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF', '--log-level', 'error'])
        .concat(options),
      { stdio: 'ignore' },
    );
    const failed = new Promise<never>((_, reject) => {
      server?.once('error', reject);
      server?.once('exit', (code) => reject(new Error(`The Temporal server ended with ${code}`)));
    });
    failed.catch(() => undefined);
    await Promise.race([answering(address), failed]);
  };
  const kill = async (): Promise<void> => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server?.once('exit', resolve));
    server.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    address,
    file,
    kill,
    restart: start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function answering(address: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: '1 second' });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (problem) {
      if (tries > 100) throw problem;
      await pause(100);
    }
  }
}
