import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import type { Copy } from './copy.js';
import { percentile, type Result, round } from './figures.js';

const STARTS = 500;
const ROUNDS = 3;
const AT_ONCE = 25;

/** Pathways started through the outbox and relay, beside starts of an empty workflow on the same server, turn by turn. */
export async function benchPathwayStarts(copy: Copy): Promise<Result> {
  const { database, temporal } = await copy.running();
  const postgres = new pg.Client({ connectionString: database.url });
  await postgres.connect();
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const ours: number[] = [];
  const bare: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    bare.push(await startEmpty(client));
    ours.push(await startPathways(postgres, n));
  }
  await connection.close();
  await postgres.end();
  const [mine, limit] = [percentile(ours, 0.5), percentile(bare, 0.5)];
  return {
    bench: 'pathway-starts',
    figures: [
      { name: 'pathway starts, median', value: round(mine), unit: 'a second' },
      { name: 'empty workflow starts, median', value: round(limit), unit: 'a second' },
      { name: 'ratio', value: round(mine / limit, 2), unit: 'of the bare rate' },
    ],
    notes: [
      `${STARTS} of each, ${ROUNDS} rounds, turn by turn. Ours goes from a committed outbox entry to the server's acknowledgement, while the`,
      'worker already walks the pathways it started; the empty workflow has no worker, so its starts have the server to themselves.',
    ],
  };
}

async function startEmpty(client: Client): Promise<number> {
  const from = performance.now();
  let left = STARTS;
  const starter = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.workflow.start('empty', {
        taskQueue: `nobody-${randomUUID()}`,
        workflowId: `empty/${randomUUID()}`,
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, starter));
  return STARTS / ((performance.now() - from) / 1000);
}

/** Opens episodes with their outbox entries in one transaction, and waits until the relay has delivered them. */
async function startPathways(postgres: pg.Client, n: number): Promise<number> {
  const from = performance.now();
  const { rows } = await postgres.query<{ id: string }>(
    `WITH someone AS (
       SELECT p.id, p.team_key FROM person p
        WHERE p.team_key IS NOT NULL AND p.deceased_on IS NULL AND p.email IS NULL
        ORDER BY p.id LIMIT $1 OFFSET $2
     ), version AS (
       SELECT id FROM programme_version WHERE programme = 'social-prescribing' AND live LIMIT 1
     ), made AS (
       INSERT INTO episode (person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority, priority_parts, opened_at)
       SELECT someone.id, 'bench-' || $3::text, version.id, 1, 'trigger', team_key, '[]', 0, '[]', now() FROM someone, version
       RETURNING id
     ), put AS (
       INSERT INTO outbox_entry (topic, lane, body, created_at)
       SELECT 'pathway-start', id::text, jsonb_build_object('episodeId', id), now() FROM made
     ), woken AS (
       SELECT pg_notify('fairway_outbox', '')
     )
     SELECT made.id FROM made, woken`,
    [STARTS, n * STARTS, String(n)],
  );
  const ids = rows.map(({ id }) => id);
  for (;;) {
    const waiting = await postgres.query<{ count: string }>(
      `SELECT count(*) FROM outbox_entry WHERE delivered_at IS NULL AND topic = 'pathway-start' AND lane = ANY($1)`,
      [ids],
    );
    if (Number(waiting.rows[0]?.count) === 0) break;
    await pause(20);
  }
  return ids.length / ((performance.now() - from) / 1000);
}
