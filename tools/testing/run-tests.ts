import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { build } from '../build/build.ts';
import { type Guarded, startGuarded } from '../launcher/guarded.ts';
import { known, stopProcess } from '../launcher/processes.ts';
import { freePort } from '../launcher/ports.ts';
import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { elapsed, print, spell, step } from '../setup/steps.mjs';
import { temporalBinary } from '../temporal/binary.ts';
import { temporalCommand, temporalServes } from '../temporal/server.ts';
import { findChromium } from './browser.ts';
import { readFaultOptions } from './fault-options.ts';
import { isGood, lastLine, ofJest, ofPlaywright, sum, type Tally } from './tally.ts';

const usage = `npm test                     every test
npm test -- unit db          only these sizes: SIZES
npm test -- unit allocation  of these, only files whose path holds a word
npm run test:faults          every fault of test/faults, three times each; beside other sizes a short form runs
                             -- --only NAME,NAME --seed N,N --table docs/faults.md --json FILE --short`;

/** Runs the tests and prints how many passed. Answers the exit code: 0 only when some ran and none failed. */
export async function runTests(args: string[]): Promise<number> {
  const jestSizes = await sizesOfJest();
  const sizes = [...jestSizes, 'e2e'];
  const asked = readFaultOptions(args);
  const alone = asked !== null && asked.words.length === 1 && asked.words[0] === 'faults';
  if (asked === null || (asked.given && !alone)) {
    print(usage.replace('SIZES', sizes.join(', ')));
    return 2;
  }
  const named = asked.words.filter((word) => sizes.includes(word));
  const chosen = named.length > 0 ? named : sizes;
  const faults = alone ? JSON.stringify(asked.wish) : '';
  const run = new Run(
    asked.words.filter((word) => !sizes.includes(word)),
    faults,
  );
  try {
    const tally = await run.all(
      jestSizes.filter((size) => chosen.includes(size)),
      chosen.includes('e2e'),
    );
    print(`\nTests took ${spell(elapsed())}, set-up included.\n${lastLine(tally)}`);
    return isGood(tally) ? 0 : 1;
  } finally {
    await run.clear();
  }
}

/** The sizes of Jest's tests are the names of its projects. */
async function sizesOfJest(): Promise<string[]> {
  const path = join(root, 'jest.config.mjs');
  const { default: config } = (await import(path)) as { default: { projects: { displayName: string }[] } };
  return config.projects.map((project) => project.displayName);
}

class Run {
  private readonly words: string[];
  /** What the fault suite is asked for; nothing means its short form. */
  private readonly faults: string;
  private readonly children = new Set<ChildProcess>();
  private temporal: Guarded | null = null;
  private folder = '';

  constructor(words: string[], faults: string) {
    this.words = words;
    this.faults = faults;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => void this.clear().then(() => process.exit(1)));
    }
    process.once('exit', () => this.children.forEach((child) => child.kill('SIGKILL')));
  }

  async all(jestSizes: string[], e2e: boolean): Promise<Tally> {
    await build({ web: e2e });
    const needed = e2e || jestSizes.some((size) => size !== 'unit');
    const temporal = needed ? await this.temporalProgram() : '';
    // Everything that the tests and what they start put aside goes here, and goes with it.
    this.folder = await mkdtemp(join(tmpdir(), 'fairway-tests-'));
    await chmod(this.folder, 0o711);
    const env = {
      ...process.env,
      TMPDIR: this.folder,
      TEMPORAL_BINARY: temporal,
      NODE_ENV: 'test',
      FAULTS: this.faults,
    };
    const tallies: Tally[] = [];
    if (jestSizes.length > 0) tallies.push(await this.jest(jestSizes, env, temporal));
    const found = e2e ? await this.e2eFiles() : null;
    if (found) tallies.push(await this.playwright(found, env));
    return sum(tallies);
  }

  private temporalProgram(): Promise<string> {
    return step<string>('Temporal server', async (say, done) => {
      const found = await temporalBinary(say);
      done(found);
      return found;
    });
  }

  /** Stops what still runs and removes what was put aside. */
  async clear(): Promise<void> {
    for (const child of this.children) {
      const one = known(child.pid ?? 0);
      if (one) await stopProcess(one, 'SIGTERM', 20);
    }
    await this.temporal?.stop();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }

  private async jest(sizes: string[], env: NodeJS.ProcessEnv, temporal: string): Promise<Tally> {
    const address = sizes.includes('workflow') ? await this.temporalServer(temporal) : '';
    print(`\nJest: ${sizes.join(', ')}\n`);
    const report = join(this.folder, 'jest.json');
    const args = [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
    ];
    args.push('--json', '--outputFile', report, '--selectProjects', ...sizes, '--passWithNoTests');
    if (this.words.length > 0) args.push('--testPathPatterns', ...this.words);
    // A connection that was made to go silent for good is never seen to close, and Node would wait for it at its end.
    if (sizes.includes('faults')) args.push('--forceExit');
    const code = await this.child(args, { ...env, ...(address ? { TEMPORAL_ADDRESS: address } : {}) });
    return ofJest(readReport(report), code);
  }

  /** One Temporal server for the workflow tests of the run. */
  private async temporalServer(program: string): Promise<string> {
    return step<string>('Temporal', async () => {
      const port = await freePort();
      const place = { file: join(this.folder, 'temporal.db'), port, uiPort: null };
      const log = join(this.folder, 'temporal.log');
      this.temporal = startGuarded(temporalCommand(program, place), 'TERM', log);
      const end = Date.now() + 30_000;
      while (!temporalServes(program, port)) {
        if (Date.now() > end) throw new Problem(`the Temporal server did not start\n${readFileSync(log, 'utf8')}`, '');
        await pause(100);
      }
      return `127.0.0.1:${port}`;
    });
  }

  private async e2eFiles(): Promise<string | null> {
    const config = ['test/e2e/playwright.config.ts', 'playwright.config.ts'].find((path) =>
      existsSync(join(root, path)),
    );
    return config ?? null;
  }

  private async playwright(config: string, env: NodeJS.ProcessEnv): Promise<Tally> {
    const browser = await step<string>('Chromium', async (say, done) => {
      const found = await findChromium(say);
      done(`${found.whose}, ${found.path}`);
      return found.path;
    });
    print('\nPlaywright: e2e\n');
    const report = join(this.folder, 'playwright.json');
    const args = ['node_modules/@playwright/test/cli.js', 'test', '--config', config, ...this.words];
    if (this.words.length > 0) args.push('--pass-with-no-tests');
    const code = await this.child(args, { ...env, FAIRWAY_CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: report });
    return ofPlaywright(readReport(report), code);
  }

  /** Runs one runner on this Node, showing what it prints. Answers its exit code. */
  private child(args: string[], env: NodeJS.ProcessEnv): Promise<number | null> {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    this.children.add(child);
    return new Promise((answer) => {
      child.once('exit', (code) => {
        this.children.delete(child);
        answer(code);
      });
    });
  }
}

function readReport<Report>(path: string): Report | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch {
    return null;
  }
}
