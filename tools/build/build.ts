import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';

import { transformFile } from '@swc/core';

import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { step } from '../setup/steps.mjs';

const dist = join(root, 'dist');
const serverFolders = ['apps/api', 'apps/worker', 'apps/cli', 'libs', 'workflows', 'prisma/seed', 'bench'];

/** Builds what is out of date: the database client, the server, the workflows, the web app. Says nothing when nothing is. */
export async function build(parts: { web: boolean } = { web: true }): Promise<void> {
  await generateClient();
  await compileServer();
  await describeApi();
  await Promise.all([bundleWorkflows(), parts.web ? buildWeb() : undefined]);
}

/** Prisma's client of the schema, generated when the schema or Prisma has changed. */
export async function generateClient(): Promise<void> {
  const schema = await filesIn(join(root, 'prisma', 'schema'), (path) => path.endsWith('.prisma'));
  const output = join(root, 'libs/platform/database/generated');
  const print = await fingerprint([...schema, join(root, 'node_modules/prisma/package.json')]);
  if (schema.length === 0 || (existsSync(join(output, 'client.ts')) && (await stamp('client')) === print)) return;
  await step('Database client', async () => {
    // `prisma generate` asks for the migration engine's binary, which it does not use: any program will do in its place.
    const folder = await mkdtemp(join(tmpdir(), 'fairway-prisma-'));
    const engine = join(folder, 'engine');
    await writeFile(engine, '#!/bin/sh\n');
    await chmod(engine, 0o755);
    try {
      const prisma = join(root, 'node_modules/prisma/build/index.js');
      await tool([prisma, 'generate'], {
        PRISMA_SCHEMA_ENGINE_BINARY: engine,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await stamp('client', print);
  });
}

/** Every source file of the server becomes a file of dist at the same place; only those that changed are compiled. */
async function compileServer(): Promise<void> {
  const sources: string[] = [];
  for (const folder of serverFolders) sources.push(...(await filesIn(join(root, folder), isServerSource)));
  const options = await fingerprint([join(root, '.swcrc'), join(root, 'node_modules/@swc/core/package.json')]);
  const all = (await stamp('server')) !== options;
  const stale: string[] = [];
  for (const source of sources) {
    if (all || (await modified(source)) > (await modified(target(source)))) stale.push(source);
  }
  await removeOrphans(new Set(sources.map(target)));
  if (stale.length === 0) return;
  await step('Server', async (say, done) => {
    let compiled = 0;
    for (const some of slices(stale, 16)) {
      await Promise.all(some.map(compile));
      compiled += some.length;
      say(`${compiled} of ${stale.length} files`);
    }
    await stamp('server', options);
    done(`${stale.length} of ${sources.length} files compiled`);
  });
}

function isServerSource(path: string): boolean {
  return path.endsWith('.ts') && !path.endsWith('.d.ts') && !path.endsWith('.spec.ts');
}

function target(source: string): string {
  return join(dist, relative(root, source)).replace(/\.ts$/, '.js');
}

async function compile(source: string): Promise<void> {
  const out = target(source);
  const began = new Date();
  try {
    const { code, map } = await transformFile(source, { cwd: root, swcrc: true, filename: source });
    await mkdir(dirname(out), { recursive: true });
    if (map) await writeWhole(`${out}.map`, map);
    await writeWhole(out, map ? `${code}\n//# sourceMappingURL=${out.slice(dirname(out).length + 1)}.map\n` : code);
  } catch (reason) {
    const said = reason instanceof Error ? reason.message : String(reason);
    const place = relative(root, source);
    throw new Problem(`${place} does not compile\n${withoutColour(said)}`, 'Mend it, and run the command again.');
  }
  // A file saved while it was being compiled is newer than what came of it.
  if ((await modified(source)) > began.getTime()) await rm(out, { force: true });
}

async function removeOrphans(wanted: Set<string>): Promise<void> {
  for (const folder of serverFolders) {
    const compiled = await filesIn(join(dist, folder), (path) => path.endsWith('.js'));
    for (const path of compiled) {
      if (wanted.has(path)) continue;
      await rm(path, { force: true });
      await rm(`${path}.map`, { force: true });
    }
  }
}

/** The workflows as the one file that Temporal's sandbox loads. */
async function bundleWorkflows(): Promise<void> {
  const maker = join(dist, 'apps/worker/src/bundle.js');
  if (!existsSync(maker)) return;
  const inputs = [...(await filesIn(join(dist, 'workflows'), (path) => path.endsWith('.js'))), maker];
  const print = await fingerprint([...inputs, join(root, 'node_modules/@temporalio/worker/package.json')]);
  if (existsSync(join(dist, 'workflow-bundle.js')) && (await stamp('bundle')) === print) return;
  await step('Workflows', async () => {
    await tool([maker]);
    await stamp('bundle', print);
  });
}

/** The types of the API that the web app is written against, from the document that the API is checked against. */
async function describeApi(): Promise<void> {
  const document = join(root, 'openapi.json');
  const output = join(root, 'apps/web/src/api/schema.d.ts');
  const maker = join(root, 'node_modules/openapi-typescript');
  if (!existsSync(document)) return;
  const print = await fingerprint([document, join(maker, 'package.json')]);
  if (existsSync(output) && (await stamp('api-types')) === print) return;
  await step('API types', async () => {
    await tool([join(maker, 'bin/cli.js'), document, '--output', output]);
    await stamp('api-types', print);
  });
}

/** The desks, as the files that the API serves. */
async function buildWeb(): Promise<void> {
  const home = join(root, 'apps/web');
  const config = ['vite.config.ts', 'vite.config.mjs', 'vite.config.js'].find((name) => existsSync(join(home, name)));
  if (!config) return;
  const print = await fingerprint([
    ...(await filesIn(home, () => true)),
    join(root, 'node_modules/vite/package.json'),
    join(root, 'node_modules/react/package.json'),
    join(root, 'node_modules/nhsuk-frontend/package.json'),
  ]);
  if (existsSync(join(dist, 'web/index.html')) && (await stamp('web')) === print) return;
  await step('Web app', async () => {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    await tool([vite, 'build', home, '--config', join(home, config), '--logLevel', 'warn']);
    await stamp('web', print);
  });
}

/** Runs one of our tools on this Node. Throws what it said when it fails. */
async function tool(args: string[], env: Record<string, string> = {}): Promise<void> {
  const { code, said } = await run(args, env);
  if (code === 0) return;
  const name = relative(root, args[0] ?? '');
  throw new Problem(`${name} ended with code ${code}\n${said.slice(-3000)}`, 'Mend it, and run again.');
}

function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  return new Promise((answer) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    child.once('close', (code) => answer({ code, said: withoutStack(withoutColour(said)) }));
  });
}

/** Reads what the last build of `part` was made from, or notes it. */
async function stamp(part: string, print?: string): Promise<string> {
  const path = join(dist, '.built', part);
  if (print !== undefined) {
    await mkdir(dirname(path), { recursive: true });
    await writeWhole(path, print);
    return print;
  }
  return existsSync(path) ? readFile(path, 'utf8') : '';
}

async function fingerprint(paths: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [...paths].sort()) {
    if (existsSync(path)) {
      hash
        .update(relative(root, path))
        .update('\0')
        .update(await readFile(path));
    }
  }
  return hash.digest('hex');
}

async function filesIn(folder: string, keep: (path: string) => boolean): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes(`${sep}node_modules${sep}`) && keep(path))
    .sort();
}

async function modified(path: string): Promise<number> {
  return existsSync(path) ? (await stat(path)).mtimeMs : 0;
}

/** Another command may be reading the file: it sees the old one or the new one. */
async function writeWhole(path: string, content: string): Promise<void> {
  const half = `${path}.${process.pid}`;
  await writeFile(half, content);
  await rename(half, path);
}

function* slices<Item>(items: Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

function withoutStack(text: string): string {
  return text.replaceAll(/^\s+at .*\n/gm, '');
}

function withoutColour(text: string): string {
  return text.replaceAll(new RegExp(String.raw`\u001b\[[\d;]*m`, 'g'), '');
}
