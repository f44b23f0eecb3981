import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { build } from '../build/build.ts';
import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { dataFolder, shown } from './data-folder.ts';
import { runs, type KnownProcess } from './processes.ts';

/** Runs one command of the program in the surroundings of the copy that runs. Answers its exit code. */
export async function fairway(args: string[]): Promise<number> {
  await build({ web: false });
  const env = { ...process.env, ...surroundings(args[0] ?? '--help') };
  const cli = join(root, 'dist/apps/cli/src/main.js');
  if (!existsSync(cli)) throw new Problem('the command line program was not built', 'Run `npm run build` and read it.');
  // Paths on the command line are meant from where the user stands, not from where npm goes.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const child = spawn(process.execPath, ['--enable-source-maps', cli, ...args], { cwd, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal));
  return new Promise((answer) => child.once('exit', (code) => answer(code ?? 1)));
}

function surroundings(command: string): Record<string, string> {
  const data = dataFolder();
  const launcher = read<KnownProcess>(join(data, 'launcher.lock'));
  const running = launcher && runs(launcher) && existsSync(join(data, 'running.json'));
  if (running) return read<Record<string, string>>(join(data, 'environment.json')) ?? {};
  if (command === '--help' || process.env['DATABASE_URL']) return {};
  throw new Problem(
    `no copy of Fairway runs on ${shown(data)}`,
    'Start one with `npm start` and wait until it says it is ready; name its folder in FAIRWAY_DATA if it has another.',
  );
}

function read<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    return null;
  }
}
