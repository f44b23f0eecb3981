import { execFile } from 'node:child_process';
import { access, readdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Copy, Running } from './copy.js';
import { percentile, type Result, round } from './figures.js';
import { logIn } from './log-in.js';

const TASKS = 100_000;
const SECONDS = 20;
const AT_ONCE = 4;
const run = promisify(execFile);

/** The worklist request with 100,000 open tasks, beside pgbench of the page's SQL on the same server. */
export async function benchWorklist(copy: Copy): Promise<Result> {
  const running = await copy.running();
  // The owner may also gather statistics, which a table that grew by itself would have by now.
  const client = new pg.Client({ connectionString: running.database.ownerUrl });
  await client.connect();
  await fill(client);
  await client.end();
  const cookie = await logIn(running, 'link-worker');
  await load(running, cookie, 2);
  const times = await load(running, cookie, SECONDS);
  const notes = [
    `${TASKS} open tasks in one team, ${AT_ONCE} requests at once for ${SECONDS} s, each a page with its counts.`,
  ];
  const figures = [
    { name: 'worklist request, p50', value: round(percentile(times, 0.5)), unit: 'ms' },
    { name: 'worklist request, p99', value: round(percentile(times, 0.99)), unit: 'ms', target: '< 50 ms' },
    { name: 'worklist requests', value: round(times.length / SECONDS), unit: 'a second' },
  ];
  const limit = await pgbench(running, copy.folder);
  if (limit === null) {
    notes.push('pgbench was not found: install the postgresql-contrib package to see the ratio.');
  } else {
    figures.push(
      { name: 'pgbench of the page’s SQL', value: round(limit), unit: 'a second' },
      { name: 'ratio', value: round(limit / (times.length / SECONDS)), unit: 'times the requests' },
    );
  }
  return { bench: 'worklist', figures, notes };
}

/** One synthetic episode and task a row, spread over real people of one team. */
async function fill(client: pg.Client): Promise<void> {
  await client.query(
    `WITH someone AS (
       SELECT array_agg(id) AS ids FROM person WHERE team_key = 'northamptonshire'
     ), version AS (
       SELECT id FROM programme_version LIMIT 1
     ), made AS (
       INSERT INTO episode (person_id, programme, programme_version_id, episode_no, origin, team_key, reasons, priority, priority_parts, opened_at)
       SELECT ids[1 + n % array_length(ids, 1)], 'bench-' || n, version.id, 1, 'trigger', 'northamptonshire', '[]', n % 100, '[]', now()
         FROM someone, version, generate_series(1, $1::int) AS n
       RETURNING id, person_id, priority
     )
     INSERT INTO task (key, episode_id, person_id, programme, team_key, step, kind, title, role, priority, tags, opened_at, due_at, outcomes, marks)
     SELECT 'bench/' || id, id, person_id, 'stop-smoking', 'northamptonshire', 'call', 'call', 'Phone about stopping smoking', 'link-worker',
            priority, ARRAY['Core20'], now(), now() + (priority || ' hours')::interval, '[]', ARRAY[]::text[]
       FROM made`,
    [TASKS],
  );
  await client.query('ANALYZE');
}

async function load(running: Running, cookie: string, seconds: number): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const end = performance.now() + seconds * 1000;
  const times: number[] = [];
  const worker = async (): Promise<void> => {
    while (performance.now() < end) {
      const from = performance.now();
      await new Promise<void>((resolve, reject) => {
        request(`${running.api}/worklist?limit=50`, { agent, headers: { cookie } }, (response) => {
          if (response.statusCode !== 200) reject(new Error(`The worklist answered ${response.statusCode}.`));
          response.resume().on('end', resolve).on('error', reject);
        })
          .on('error', reject)
          .end();
      });
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return times;
}

const PAGE_SQL = `SELECT id, episode_id, person_id, programme, step, kind, title, priority, tags, due_at, claimed_by, version
  FROM task WHERE team_key = 'northamptonshire' AND status = 'open'
  ORDER BY priority DESC, due_at, id LIMIT 51;
`;

/** Transactions a second of the page's SQL with the same number of clients, or null when there is no pgbench. */
async function pgbench(running: Running, folder: string): Promise<number | null> {
  const program = await findPgbench();
  if (program === null) return null;
  const script = join(folder, 'page.sql');
  await writeFile(script, PAGE_SQL);
  const { stdout } = await run(program, [
    '--no-vacuum',
    '--protocol=prepared',
    `--client=${AT_ONCE}`,
    '--jobs=1',
    `--time=${SECONDS}`,
    `--file=${script}`,
    running.database.url,
  ]);
  return Number(/tps = ([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN);
}

async function findPgbench(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [] as string[]);
  const places = [...versions.map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`), '/usr/bin/pgbench'];
  for (const place of places) {
    const there = await access(place).then(
      () => true,
      () => false,
    );
    if (there) return place;
  }
  return null;
}
