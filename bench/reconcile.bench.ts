import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { Copy } from './copy.js';
import { percentile, type Result, round } from './figures.js';

const PATHWAYS = 10_000;
const ROUNDS = 3;
/** Pathways stopped behind the product's back before the last comparison. */
const STOPPED = 200;

interface Compared {
  readonly episodes: number;
  readonly pathways: number;
  readonly asked: number;
  readonly drifts: number;
  readonly milliseconds: number;
}

/** The nightly comparison of Postgres and Temporal, over pathways that rest, and again when some were stopped. */
export async function benchReconcile(copy: Copy): Promise<Result> {
  const { database, temporal } = await copy.running();
  const postgres = new pg.Client({ connectionString: database.url });
  await postgres.connect();
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const ids = await startIdle(postgres);
  const agreeing: Compared[] = [];
  for (let n = 0; n < ROUNDS; n += 1) agreeing.push(await compare(copy));
  for (const id of ids.slice(0, STOPPED)) await client.workflow.getHandle(`pathway/${id}`).terminate();
  const differing = await compare(copy);
  await connection.close();
  await postgres.end();
  const seconds = agreeing.map(({ milliseconds }) => milliseconds / 1000);
  const { episodes, pathways, asked } = agreeing[0]!;
  return {
    bench: 'reconcile',
    figures: [
      {
        name: 'comparison when all agree, median',
        value: round(percentile(seconds, 0.5)),
        unit: 's',
        target: 'well under 60',
      },
      { name: 'slowest', value: round(Math.max(...seconds)), unit: 's' },
      { name: `comparison when ${STOPPED} were stopped`, value: round(differing.milliseconds / 1000), unit: 's' },
      { name: 'of these found', value: differing.drifts, unit: `of ${STOPPED}`, target: String(STOPPED) },
    ],
    notes: [
      `${episodes} open episodes and ${pathways} running pathways, of which ${asked} were asked where they are. Counted from the command line's`,
      'request to its answer. Pathways rest in a wait; those asked are read into memory by the worker first.',
    ],
  };
}

/** Opens episodes of a programme that only waits, and lets the relay start their pathways. */
async function startIdle(postgres: pg.Client): Promise<readonly string[]> {
  const script = {
    programme: 'bench-idle',
    version: 1,
    start: 'rest',
    steps: [
      { kind: 'wait', id: 'rest', title: 'Rest', for: { amount: 30, unit: 'days' }, next: { ending: 'completed' } },
    ],
    endings: [{ key: 'completed', title: 'Completed', good: true }],
  };
  const { rows } = await postgres.query<{ id: string }>(
    `WITH version AS (
       INSERT INTO programme_version (programme, version, title, definition, hash, loaded_at, live)
       VALUES ('bench-idle', 1, 'Idle', $1::jsonb, 'bench-idle', now(), false) RETURNING id
     ), made AS (
       INSERT INTO episode (person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority, priority_parts, opened_at)
       SELECT p.id, 'bench-idle', version.id, 1, 'trigger', coalesce(p.team_key, 'northamptonshire'), '[]', 0, '[]', now()
         FROM person p, version ORDER BY p.id LIMIT $2
       RETURNING id
     ), put AS (
       INSERT INTO outbox_entry (topic, lane, body, created_at)
       SELECT 'pathway-start', id::text, jsonb_build_object('episodeId', id), now() FROM made
     ), woken AS (
       SELECT pg_notify('fairway_outbox', '')
     )
     SELECT made.id FROM made, woken`,
    [JSON.stringify({ programme: 'bench-idle', version: 1, title: 'Idle', script }), PATHWAYS],
  );
  for (;;) {
    const resting = await postgres.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM episode WHERE programme = 'bench-idle' AND step = 'rest'`,
    );
    if (resting.rows[0]?.count === rows.length) return rows.map(({ id }) => id);
    await pause(500);
  }
}

async function compare(copy: Copy): Promise<Compared> {
  const env = { ...process.env, FAIRWAY_DATA: join(copy.folder, 'data') };
  const run = promisify(execFile);
  // It exits with 1 when something differs, and says so all the same.
  const said = await run(process.execPath, ['tools/fairway.mjs', 'reconcile', '--json'], {
    env,
    maxBuffer: 2 ** 26,
  }).catch((told: { stdout: string }) => told);
  return JSON.parse(said.stdout.trim().split('\n').at(-1) ?? '') as Compared;
}
