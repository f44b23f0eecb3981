import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface CaughtNotification {
  readonly id: string;
  readonly type: 'sms' | 'letter' | 'email';
  readonly reference: string | null;
  readonly to: readonly string[];
  readonly subject: string | null;
  readonly body: string;
  readonly status: string;
}

export const NOTIFY_KEY = 'test-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0';
export const NOTIFY_CALLBACK_TOKEN = 'a-token-only-for-this-test';

/** The stand-in for GOV.UK Notify as `npm start` runs it, on a port of its own. */
export class NotifyStandIn {
  readonly url: string;
  private readonly folder: string;
  private readonly child: ChildProcess;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.folder = folder;
    this.child = child;
  }

  /** `callbackUrl` is where receipts go; nowhere when it is not given. */
  static async open(callbackUrl = 'http://127.0.0.1:9/'): Promise<NotifyStandIn> {
    const folder = await mkdtemp(join(tmpdir(), 'fairway-notify-'));
    const port = await freePort();
    const child = spawn(process.execPath, ['tools/embedded/notify.ts'], {
      env: {
        PATH: process.env['PATH'],
        NOTIFY_PORT: String(port),
        NOTIFY_DATA: folder,
        NOTIFY_API_KEY: NOTIFY_KEY,
        NOTIFY_CALLBACK_URL: callbackUrl,
        NOTIFY_CALLBACK_TOKEN: NOTIFY_CALLBACK_TOKEN,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (text: Buffer) => text.includes('ready') && resolve());
      child.once('exit', (code) => reject(new Error(`the stand-in ended with ${code}`)));
    });
    return new NotifyStandIn(`http://127.0.0.1:${port}`, folder, child);
  }

  /** Oldest first. */
  async caught(): Promise<CaughtNotification[]> {
    const answer = await fetch(`${this.url}/messages?limit=5000`);
    const { items } = (await answer.json()) as { items: CaughtNotification[] };
    return items.reverse();
  }

  async misbehave(mode: string, ms = 0): Promise<void> {
    const answer = await fetch(`${this.url}/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode, ms }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
