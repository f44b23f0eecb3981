import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { build } from '../build/build.ts';
import { drift } from '../database/commands.ts';
import { root } from '../setup/root.mjs';
import { print, spell, step } from '../setup/steps.mjs';

interface Check {
  name: string;
  /** What to do when it fails. */
  remedy: string;
  run(): Promise<{ passed: boolean; said: string }>;
}

const checks: Check[] = [
  {
    name: 'Format',
    remedy: 'npm run format',
    run: () => tool('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']),
  },
  {
    name: 'Lint',
    remedy: 'npm run lint',
    run: () =>
      tool('node_modules/eslint/bin/eslint.js', [
        '--max-warnings',
        '0',
        '--cache',
        '--cache-location',
        '.cache/eslint',
        '.',
      ]),
  },
  { name: 'Types', remedy: 'npx tsc --noEmit', run: () => types('.') },
  { name: 'Types of the web app', remedy: 'npx tsc --noEmit -p apps/web', run: () => types('apps/web') },
  { name: 'Types of the tools', remedy: 'npx tsc --noEmit -p tools', run: () => types('tools') },
  {
    name: 'OpenAPI document',
    remedy: 'npm run openapi, and commit openapi.json',
    run: () => tool('dist/apps/api/src/openapi.js', []),
  },
  { name: 'Migrations', remedy: 'npm run db:diff -- <name>', run: drift },
  {
    name: 'Dead code',
    remedy: 'take out what knip names, or say in knip.json why it stays',
    run: () => tool('node_modules/knip/bin/knip.js', ['--no-progress']),
  },
];

/** Every check of the source that is not a test; all are run, whatever fails. Answers the exit code. */
export async function check(args: string[]): Promise<number> {
  const chosen = checks.filter(({ name }) => args.length === 0 || args.some((arg) => name.toLowerCase().includes(arg)));
  await build({ web: false });
  const failed: Check[] = [];
  const began = Date.now();
  for (const one of chosen) {
    let said = '';
    const passed = await step(one.name, async () => {
      const outcome = await one.run();
      said = outcome.said;
      if (!outcome.passed) throw new Error(one.name);
      return true;
    }).catch(() => false);
    if (passed) continue;
    failed.push(one);
    print(`${said.replaceAll(/^/gm, '    ')}\n    Mend: ${one.remedy}\n`);
  }
  const passed = chosen.length - failed.length;
  print(`\n${passed} of ${chosen.length} checks passed in ${spell(Date.now() - began)}.`);
  if (failed.length > 0) print(`Failed: ${failed.map((one) => one.name).join(', ')}`);
  return failed.length === 0 && chosen.length > 0 ? 0 : 1;
}

function types(project: string): ReturnType<Check['run']> {
  return tool('node_modules/typescript/bin/tsc', ['--noEmit', '--pretty', 'false', '-p', project]);
}

function tool(path: string, args: string[]): ReturnType<Check['run']> {
  const program = join(root, path);
  if (!existsSync(program)) return Promise.resolve({ passed: false, said: `${path} is not there` });
  return new Promise((answer) => {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => (said += String(chunk)));
    child.once('close', (code) => answer({ passed: code === 0, said: said.trim() }));
  });
}
