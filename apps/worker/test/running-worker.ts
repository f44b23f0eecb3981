import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../dist/apps/worker/src/main.js', import.meta.url));

/** The built worker as its own process, as the product runs it. */
export class RunningWorker {
  /** All it has written so far. */
  said = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.said += String(chunk)));
  }

  /** Starts it and waits until it is ready. */
  static async start(environment: Readonly<Record<string, string>>): Promise<RunningWorker> {
    const port = await freePort();
    const child = spawn(process.execPath, [PROGRAM], {
      env: { PATH: process.env['PATH'], ...environment, WORKER_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const worker = new RunningWorker(child, `http://127.0.0.1:${port}`);
    while (!(await worker.isReady())) {
      if (child.exitCode !== null) throw new Error(`The worker ended:\n${worker.said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return worker;
  }

  async isReady(): Promise<boolean> {
    return (await this.get('/health/ready')).status === 200;
  }

  async get(path: string): Promise<{ readonly status: number; readonly body: string }> {
    return fetch(`${this.url}${path}`).then(
      async (response) => ({ status: response.status, body: await response.text() }),
      () => ({ status: 0, body: '' }),
    );
  }

  /** Asks it to end; answers its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const ended = new Promise<number | null>((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    return ended;
  }
}

async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
