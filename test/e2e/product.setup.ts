import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const PEOPLE = '1200';
const MINUTES = 5;

/** Starts the whole product on a folder of its own, and stops it after the last test. FAIRWAY_E2E_DATA uses a running one. */
export default async function startProduct(): Promise<(() => Promise<void>) | void> {
  if (process.env.FAIRWAY_E2E_DATA) return;
  const folder = await mkdtemp(join(tmpdir(), 'fairway-e2e-'));
  // Postgres runs as an account of its own where root starts it, and has to pass through.
  await chmod(folder, 0o711);
  const data = join(folder, 'data');
  process.env.FAIRWAY_E2E_DATA = data;
  const printed: string[] = [];
  const child = spawn(process.execPath, ['tools/start.mjs'], {
    env: { ...process.env, FAIRWAY_DATA: data, FAIRWAY_PEOPLE: PEOPLE, PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (text) => printed.push(String(text)));
  child.stderr.on('data', (text) => printed.push(String(text)));
  const stop = async (): Promise<void> => {
    await end(child);
    await rm(folder, { recursive: true, force: true });
  };
  const giveUp = Date.now() + MINUTES * 60_000;
  while (!(await exists(join(data, 'running.json')))) {
    if (child.exitCode !== null || Date.now() > giveUp) {
      await stop();
      throw new Error(`The product did not start:\n${printed.join('')}`);
    }
    await pause(200);
  }
  return stop;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGINT');
  await gone;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port was given.');
  return address.port;
}
