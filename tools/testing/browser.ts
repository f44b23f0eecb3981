import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { chromium } from '@playwright/test';

import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';

type Say = (note: string) => void;

/** Names a Chromium may have on the PATH, and where macOS keeps it. */
const installed = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];
/** Where Playwright keeps its browsers; asked before a download of 150 MB is tried. */
const playwrightHost = 'https://cdn.playwright.dev';

/**
 * A Chromium for the tests, and whose it is: the one named in FAIRWAY_CHROMIUM, the system's, Playwright's own, Debian's
 * package when root may install it, or the one inside an npm package.
 */
export async function findChromium(say: Say): Promise<{ path: string; whose: string }> {
  const named = process.env['FAIRWAY_CHROMIUM'];
  if (named) return { path: named, whose: 'named in FAIRWAY_CHROMIUM' };
  const system = installed.map(onPath).find((path) => path !== null && starts(path));
  if (system) return { path: system, whose: "the system's" };
  const playwright = await fromPlaywright(say);
  if (playwright) return { path: playwright, whose: "Playwright's" };
  const debian = await fromDebian(say);
  if (debian) return { path: debian, whose: "Debian's" };
  const packaged = await fromPackage(say);
  if (packaged) return { path: packaged, whose: 'of package @sparticuz/chromium' };
  throw new Problem(
    'no Chromium could be found, downloaded or unpacked that starts on this machine',
    'Install Chromium or Chrome with the system’s package manager, or name one in FAIRWAY_CHROMIUM.',
  );
}

/** Where a program stands: Playwright wants the whole path. */
function onPath(program: string): string | null {
  if (isAbsolute(program)) return existsSync(program) ? program : null;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(existsSync) ?? null;
}

function starts(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

async function fromPlaywright(say: Say): Promise<string | null> {
  const path = chromium.executablePath();
  if (existsSync(path) && starts(path)) return path;
  say("asking for Playwright's");
  const reached = await fetch(playwrightHost, { method: 'HEAD', signal: AbortSignal.timeout(8_000) }).catch(() => null);
  if (!reached) return null;
  const cli = join(root, 'node_modules/@playwright/test/cli.js');
  await patiently(process.execPath, [cli, 'install', 'chromium'], 300, (line) => {
    const percent = /(\d+%)/.exec(line)?.[1];
    if (percent) say(`downloading Playwright's, ${percent}`);
  });
  return existsSync(path) && starts(path) ? path : null;
}

async function fromDebian(say: Say): Promise<string | null> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null;
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  say('installing Debian’s package');
  const updated = await patiently('apt-get', ['update'], 120, () => undefined, env);
  if (!updated) return null;
  const args = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'];
  await patiently('apt-get', args, 300, (line) => say(`installing Debian’s package: ${line.slice(0, 60)}`), env);
  return starts('chromium') ? 'chromium' : null;
}

/** Unpacks the Chromium that an npm package carries, with the libraries it brings for systems that lack them. */
async function fromPackage(say: Say): Promise<string | null> {
  const carried = join(root, 'node_modules/@sparticuz/chromium');
  if (!existsSync(join(carried, 'bin/chromium.br'))) return null;
  const { version } = JSON.parse(await readFile(join(carried, 'package.json'), 'utf8')) as { version: string };
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const kept = join(cache, 'fairway', `chromium-${version}`);
  const launcher = join(kept, 'start');
  if (starts(launcher)) return launcher;
  say('unpacking the one of @sparticuz/chromium');
  await mkdir(dirname(kept), { recursive: true });
  const half = await mkdtemp(`${kept}.`);
  try {
    const unpack = async (name: string): Promise<Buffer> =>
      brotliDecompressSync(await readFile(join(carried, 'bin', name)));
    await writeFile(join(half, 'chromium'), await unpack('chromium.br'), { mode: 0o755 });
    for (const archive of ['al2023.tar.br', 'swiftshader.tar.br']) {
      spawnSync('tar', ['-x', '-C', half], { input: await unpack(archive) });
    }
    const script = '#!/bin/sh\nhere=$(dirname "$0")\nLD_LIBRARY_PATH="$here/lib" exec "$here/chromium" "$@"\n';
    await writeFile(join(half, 'start'), script, { mode: 0o755 });
    await rm(kept, { recursive: true, force: true });
    await rename(half, kept);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
  return starts(launcher) ? launcher : null;
}

/** Runs a command that may take long, for at most so many seconds. Answers whether it did its work. */
function patiently(
  command: string,
  args: string[],
  seconds: number,
  heard: (line: string) => void,
  env: Record<string, string> = {},
): Promise<boolean> {
  return new Promise((answer) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    const hear = (chunk: Buffer): void => {
      const line = String(chunk).trim().split('\n').at(-1);
      if (line) heard(line);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', () => answer(false));
    child.once('close', (code) => answer(code === 0));
  });
}
