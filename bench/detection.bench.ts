import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Copy } from './copy.js';
import { percentile, type Result, round } from './figures.js';

const ROUNDS = 7;
const run = promisify(execFile);

interface Detected {
  readonly programmes: readonly { readonly programme: string; readonly found: number; readonly milliseconds: number }[];
  readonly milliseconds: number;
}

/** Four programmes over 10,000 people, findings written, beside the least Postgres could do: read the same tables once. */
export async function benchDetection(copy: Copy): Promise<Result> {
  const { database } = await copy.running();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const detections: number[] = [];
  const scans: number[] = [];
  let found = 0;
  for (let n = 0; n < ROUNDS; n += 1) {
    const { stdout } = await run(process.execPath, ['tools/fairway.mjs', 'detect', '--json'], {
      env: { ...process.env, FAIRWAY_DATA: join(copy.folder, 'data') },
    });
    const detected = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Detected;
    detections.push(detected.milliseconds);
    found = detected.programmes.reduce((sum, programme) => sum + programme.found, 0);
    const from = performance.now();
    await client.query('SELECT count(*), max(fact.effective_at) FROM fact JOIN person ON person.id = fact.person_id');
    scans.push(performance.now() - from);
  }
  const facts = await client.query<{ count: string }>('SELECT count(*) FROM fact');
  await client.end();
  return {
    bench: 'detection',
    figures: [
      { name: 'four programmes, median', value: round(percentile(detections, 0.5)), unit: 'ms', target: '< 1000 ms' },
      { name: 'four programmes, slowest', value: round(Math.max(...detections)), unit: 'ms', target: '< 1000 ms' },
      { name: 'reading the same tables once, median', value: round(percentile(scans, 0.5)), unit: 'ms' },
      {
        name: 'ratio',
        value: round(percentile(detections, 0.5) / percentile(scans, 0.5)),
        unit: 'times one read',
      },
    ],
    notes: [`10,000 people, ${facts.rows[0]?.count} facts, ${found} findings, ${ROUNDS} rounds of each.`],
  };
}
