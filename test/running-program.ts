import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What is asked of a program, and where, to know that it works. */
const PROGRAMS = {
  worker: { port: 'WORKER_PORT', ready: '/health/ready' },
  api: { port: 'PORT', ready: '/api/health/live' },
} as const;

/** The built API or worker as its own process, as the product runs it. */
export class RunningProgram {
  /** All it has written so far. */
  said = '';

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly readyAt: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (this.said += String(chunk)));
  }

  /** Starts it, on a free port unless the environment names one, and waits until it is ready. */
  static async start(
    name: keyof typeof PROGRAMS,
    environment: Readonly<Record<string, string>>,
  ): Promise<RunningProgram> {
    const { port: setting, ready } = PROGRAMS[name];
    const port = environment[setting] ?? String(await freePort());
    const program = fileURLToPath(new URL(`../dist/apps/${name}/src/main.js`, import.meta.url));
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env['PATH'], ...environment, [setting]: port },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new RunningProgram(child, `http://127.0.0.1:${port}`, ready);
    while (!(await running.isReady())) {
      if (child.exitCode !== null) throw new Error(`The ${name} ended:\n${running.said}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return running;
  }

  async isReady(): Promise<boolean> {
    return (await this.get(this.readyAt)).status === 200;
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

/** A port nobody listens on just now. */
export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => listener.once('listening', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
