import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { build } from '../build/build.ts';
import { root } from '../setup/root.mjs';
import { temporalBinary } from '../temporal/binary.ts';

/** Runs the benchmarks. Nothing is printed before them, so that the last line is theirs. */
export async function bench(args: string[]): Promise<number> {
  await build();
  const env = { ...process.env, TEMPORAL_BINARY: await temporalBinary(() => undefined) };
  const main = join(root, 'dist/bench/main.js');
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...args], { cwd: root, env, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void child.kill(signal));
  return new Promise((answer) => child.once('exit', (code) => answer(code ?? 1)));
}
