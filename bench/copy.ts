import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What a running copy of Fairway says about itself in running.json. */
export interface Running {
  readonly web: string;
  readonly api: string;
  readonly database: { readonly url: string; readonly ownerUrl: string };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly mail: { readonly api: string; readonly smtp: string };
  readonly logins: readonly { readonly username: string; readonly password: string }[];
  readonly trigger: {
    readonly secret: string;
    readonly source: string;
    readonly nhsNumber: string;
    readonly url: string;
  };
  readonly processes: Readonly<Record<string, number>>;
}

/** A copy of the whole product, of its own folder and ports, started as a user would start it. */
export class Copy {
  private child: ChildProcess | undefined;
  private readonly printed: string[] = [];

  private constructor(
    readonly folder: string,
    private readonly port: number,
    private readonly people: number,
  ) {}

  static async make(people: number): Promise<Copy> {
    const folder = await mkdtemp(join(tmpdir(), 'fairway-bench-'));
    // Postgres runs as an account of its own where root starts it, and has to pass through.
    await chmod(folder, 0o711);
    return new Copy(folder, await freePort(), people);
  }

  /** Starts and waits until ready. Returns the seconds it took, none when it runs already. Throws with what the launcher printed when it fails. */
  async start(): Promise<number> {
    if (this.child && this.child.exitCode === null) return 0;
    const from = performance.now();
    const child = spawn(process.execPath, ['tools/start.mjs'], {
      env: {
        ...process.env,
        PORT: String(this.port),
        FAIRWAY_DATA: join(this.folder, 'data'),
        FAIRWAY_PEOPLE: String(this.people),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    child.stdout.on('data', (text) => this.printed.push(String(text)));
    child.stderr.on('data', (text) => this.printed.push(String(text)));
    while (!(await exists(this.runningFile))) {
      if (child.exitCode !== null) throw new Error(`The copy did not start:\n${this.printed.join('')}`);
      await pause(50);
    }
    return (performance.now() - from) / 1000;
  }

  async running(): Promise<Running> {
    return JSON.parse(await readFile(this.runningFile, 'utf8')) as Running;
  }

  async stop(): Promise<void> {
    if (!this.child || this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGINT');
    await gone;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private get runningFile(): string {
    return join(this.folder, 'data', 'running.json');
  }
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
