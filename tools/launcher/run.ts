import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

import { root } from '../setup/root.mjs';
import { known, send, stopProcess, type KnownProcess } from './processes.ts';

/** One command of our own program that runs to its end, and can be stopped as a part can. */
export class Run {
  readonly name: string;
  process: KnownProcess | null;
  private readonly child: ChildProcess;
  private readonly log: WriteStream;
  private readonly errors: string[] = [];

  constructor(name: string, args: string[], env: NodeJS.ProcessEnv, log: string) {
    this.name = name;
    this.child = spawn(process.execPath, ['--enable-source-maps', ...args], {
      cwd: root,
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = known(this.child.pid ?? 0);
    this.log = createWriteStream(log, { flags: 'a', mode: 0o600 });
  }

  /** Waits for its end, telling `heard` each line it prints. Answers its exit code. */
  async ended(heard: (line: string) => void): Promise<number | null> {
    const { stdout, stderr } = this.child;
    if (stdout) createInterface(stdout).on('line', (line) => void (this.log.write(`${line}\n`), heard(line)));
    if (stderr) {
      createInterface(stderr).on('line', (line) => {
        this.log.write(`${line}\n`);
        if (!/^\s+at /.test(line)) this.errors.push(line);
      });
    }
    const code = await new Promise<number | null>((end) => {
      this.child.once('error', () => end(null));
      this.child.once('close', end);
    });
    this.process = null;
    this.log.end();
    return code;
  }

  /** The last it said of what went wrong. */
  lastLines(): string {
    return this.errors.slice(-8).join('\n').trim();
  }

  async stop(seconds: number): Promise<boolean> {
    return this.process === null ? false : stopProcess(this.process, 'SIGTERM', seconds);
  }

  kill(): void {
    if (this.process) send(this.process, 'SIGKILL');
  }
}

/** What a line says of how far a command is: plain text as it is, a log entry's message, nothing for anything else. */
export function progressOf(line: string): string {
  const text = line.trim();
  if (!text.startsWith('{')) return text;
  try {
    const entry = JSON.parse(text) as Record<string, unknown>;
    const message = entry['note'] ?? entry['message'] ?? entry['msg'];
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}
