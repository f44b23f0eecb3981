import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { arch, homedir, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { atLeast, goOf, serverOf } from './versions.ts';

/** The server must be this or later: earlier ones cannot skip time, which the tests of months-long pathways need. */
const oldestServer = '1.32.0';
/** The official command line tool that carries that server (github.com/temporalio/cli, release of September 2026). */
const release = '1.9.1';
/** A download that has sent nothing for this long is given up, in milliseconds. */
const silence = 8_000;

const module = join(root, 'tools/temporal');
const name = platform() === 'win32' ? 'temporal.exe' : 'temporal';

type Say = (note: string) => void;

/**
 * Where the Temporal server's program is. In order: the one kept for this user, the one on the PATH, the official
 * download, a build of the pinned module with Go. The last two are kept, so that another checkout finds them.
 */
export async function temporalBinary(say: Say): Promise<string> {
  const kept = await keptPath();
  if (serverVersion(kept)) return kept;
  const installed = onPath('temporal');
  const version = installed && serverVersion(installed);
  if (installed && version && atLeast(version, oldestServer)) return installed;
  const failed = (await downloaded(kept, say)) ?? undefined;
  if (failed === undefined) return kept;
  await built(kept, say, failed);
  return kept;
}

/** One place for a user, named by what the program is made from. */
async function keptPath(): Promise<string> {
  const hash = createHash('sha256').update(release);
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(module, file)));
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  return join(cache, 'fairway', `temporal-${hash.digest('hex').slice(0, 12)}`, name);
}

/** The server version that a program says it has; undefined when it is not there or does not run. */
function serverVersion(program: string): string | undefined {
  const asked = spawnSync(program, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return asked.status === 0 ? serverOf(asked.stdout) : undefined;
}

function onPath(program: string): string | undefined {
  const asked = spawnSync(platform() === 'win32' ? 'where' : 'which', [program], { encoding: 'utf8' });
  return asked.status === 0 ? asked.stdout.split('\n')[0]?.trim() : undefined;
}

/** Fetches the official program. Answers why it could not be had, or null when it is in place. */
async function downloaded(kept: string, say: Say): Promise<string | null> {
  const system = platform() === 'win32' ? 'windows' : platform();
  const machine = arch() === 'x64' ? 'amd64' : arch();
  const places = [
    `https://temporal.download/cli/archive/v${release}?platform=${system}&arch=${machine}`,
    `https://github.com/temporalio/cli/releases/download/v${release}/temporal_cli_${release}_${system}_${machine}.tar.gz`,
  ];
  await mkdir(dirname(kept), { recursive: true });
  const folder = await mkdtemp(`${dirname(kept)}.`);
  let why = '';
  try {
    for (const place of places) {
      const from = new URL(place).hostname;
      try {
        say(`asking ${from}`);
        const archive = join(folder, 'archive.tar.gz');
        await fetchTo(place, archive, (done, whole) => say(`from ${from}, ${megabytes(done)} of ${megabytes(whole)}`));
        const unpacked = spawnSync('tar', ['-xzf', archive, '-C', folder], { encoding: 'utf8' });
        const version = unpacked.status === 0 ? serverVersion(join(folder, name)) : undefined;
        if (!version || !atLeast(version, oldestServer)) throw new Error(`what ${from} sent does not run here`);
        await putInPlace(join(folder, name), kept);
        return null;
      } catch (reason) {
        why += `${from}: ${causeOf(reason)}\n`;
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return why.trim();
}

async function fetchTo(place: string, path: string, progress: (done: number, whole: number) => void): Promise<void> {
  const giveUp = new AbortController();
  const quiet = new Error(`no answer in ${silence / 1000} s`);
  let timer = setTimeout(() => giveUp.abort(quiet), silence);
  try {
    const answer = await fetch(place, { signal: giveUp.signal });
    if (!answer.ok || !answer.body) throw new Error(`answered ${answer.status}`);
    const whole = Number(answer.headers.get('content-length') ?? 0);
    let done = 0;
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        clearTimeout(timer);
        timer = setTimeout(() => giveUp.abort(quiet), silence);
        done += chunk.length;
        progress(done, whole);
        next(null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(answer.body as ReadableStream), watch, createWriteStream(path));
  } finally {
    clearTimeout(timer);
  }
}

/** Builds the server that tools/temporal pins, from Go's module proxy. Minutes the first time, so it says how far it is. */
async function built(kept: string, say: Say, notDownloaded: string): Promise<void> {
  const go = onPath('go') ?? ['/usr/local/go/bin/go'].find((path) => existsSync(path));
  const remedy = `Install the Temporal command line tool ${release} (https://docs.temporal.io/cli), or Go 1.21 or later
(https://go.dev/dl) from which Fairway builds it, or set TEMPORAL_ADDRESS to a server of yours, ${oldestServer} or later.`;
  if (!go) {
    throw new Problem(`there is no Temporal server to run, and it could not be fetched\n${notDownloaded}`, remedy);
  }
  const wanted = goOf(await readFile(join(module, 'go.mod'), 'utf8'));
  const there = goOf(spawnSync(go, ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout);
  const folder = await mkdtemp(`${dirname(kept)}.`);
  try {
    const env = {
      ...process.env,
      CGO_ENABLED: '0',
      GOFLAGS: '-mod=readonly',
      // Go fetches a newer Go by itself, unless it was told not to.
      ...(atLeast(there, wanted) ? {} : { GOTOOLCHAIN: `go${wanted}` }),
    };
    const packages = await packageCount(go, env, say);
    const out = join(folder, name);
    say(`building with Go: ${packages} packages`);
    const args = ['build', '-v', '-trimpath', '-ldflags', '-s -w', '-o', out, 'github.com/temporalio/cli/cmd/temporal'];
    const { code, said } = await watched(go, args, env, (line, count) => {
      if (line.startsWith('go: downloading')) say('building with Go: fetching modules');
      else say(`building with Go: ${count}${packages ? ` of about ${packages}` : ''} packages`);
    });
    if (code !== 0) {
      throw new Problem(`the Temporal server could not be built with Go\n${said}\n${notDownloaded}`, remedy);
    }
    await putInPlace(out, kept);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How many packages the program is made of, for the progress line; downloads the modules on its way. */
async function packageCount(go: string, env: NodeJS.ProcessEnv, say: Say): Promise<number> {
  let modules = 0;
  let packages = 0;
  say('building with Go: fetching modules');
  await watched(go, ['list', '-deps', 'github.com/temporalio/cli/cmd/temporal'], env, (line) => {
    if (line.startsWith('go: downloading')) say(`building with Go: fetching modules, ${++modules} so far`);
    else packages += 1;
  });
  return packages;
}

function watched(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  heard: (line: string, count: number) => void,
): Promise<{ code: number | null; said: string }> {
  return new Promise((answer) => {
    const child = spawn(command, args, { cwd: module, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const last: string[] = [];
    let count = 0;
    const hear = (chunk: Buffer): void => {
      for (const line of String(chunk).split('\n').filter(Boolean)) {
        if (!line.startsWith('go: downloading')) count += 1;
        last.push(line);
        if (last.length > 12) last.shift();
        heard(line, count);
      }
    };
    const end = (): void => void child.kill();
    process.once('exit', end);
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (reason) => answer({ code: null, said: reason.message }));
    child.once('close', (code) => {
      process.off('exit', end);
      answer({ code, said: last.join('\n') });
    });
  });
}

/** Puts a program in its place whole, whoever else is doing the same. */
async function putInPlace(from: string, kept: string): Promise<void> {
  const half = `${kept}.${process.pid}`;
  await mkdir(dirname(kept), { recursive: true });
  await copyFile(from, half);
  await chmod(half, 0o755);
  await rename(half, kept);
}

function megabytes(bytes: number): string {
  return bytes ? `${Math.round(bytes / 1_000_000)} MB` : 'unknown size';
}

function causeOf(reason: unknown): string {
  if (!(reason instanceof Error)) return String(reason);
  return reason.cause instanceof Error ? reason.cause.message : reason.message;
}
