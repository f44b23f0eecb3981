import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer } from 'node:http';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { parseNhsNumber } from '#platform/kernel';
import { freePort } from '../running-program.js';
import { ask, hashOf, TRIGGER_SECRET, TRIGGER_SOURCE, User } from './clients.js';
import { Program } from './programs.js';
import { Line } from './proxy.js';
import { MailSink } from './sink.js';
import {
  databaseUrl,
  deploy,
  emptyDatabase,
  initialise,
  serverCommand,
  temporalCommand,
  untilAnswering,
} from './tools.mjs';
import { until } from './waiting.js';

const run = promisify(execFile);

export const PROGRAMME = 'fault-run';
const TEAM = 'northamptonshire';
const SERVICE = 'northamptonshire-stop-smoking';
const PASSWORD = 'for-the-length-of-a-test';
const KEY = Buffer.alloc(32, 7).toString('base64');
/** People of a stage; each run uses as many as it needs. */
const PEOPLE = 1000;

export interface StageOptions {
  /** Workers beside one another. */
  readonly workers?: number;
  /** Puts a line that can be cut between the program and Postgres, Temporal and the mail server. */
  readonly lines?: boolean;
  /** Gives Postgres a disk of its own of so many megabytes. */
  readonly diskMegabytes?: number;
  /** The clock of the program's processes can be moved. */
  readonly clock?: boolean;
  /** The time zone of the program's processes. */
  readonly timeZone?: string;
}

export interface KnownPerson {
  readonly id: string;
  readonly nhsNumber: string;
  readonly email: string | null;
}

export type Part = 'database' | 'temporal' | 'mail';
export interface Outage {
  readonly part: Part;
  readonly from: number;
  to: number;
}

type Role = 'link-worker' | 'care-coordinator' | 'partner';

/** A database cluster with the tables, the places and the people in it, made once and copied for every run. */
export class Template {
  private constructor(
    readonly folder: string,
    readonly people: readonly KnownPerson[],
  ) {}

  static async make(): Promise<Template> {
    const folder = await mkdtemp(join(tmpdir(), 'fairway-faults-'));
    await chmod(folder, 0o711);
    const cluster = join(folder, 'cluster');
    await initialise(cluster, PASSWORD);
    const server = { port: await freePort(), password: PASSWORD };
    const postgres = new Program('postgres', () => serverCommand(cluster, server.port, { fsync: 'off' }));
    await postgres.start();
    try {
      await untilAnswering(server, 60);
      await deploy(await emptyDatabase(server, 'fairway'));
      const people = await furnish(databaseUrl(server, 'fairway'));
      await loadFiles(databaseUrl(server, 'fairway', 'fairway_app'));
      await hurry(databaseUrl(server, 'fairway'));
      await postgres.stop('SIGINT');
      return new Template(folder, people);
    } finally {
      await postgres.stop();
    }
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The whole product as processes of its own, on a copy of the template, with a mail server of ours. */
export class Stage {
  readonly sink = new MailSink();
  readonly outages: Outage[] = [];
  readonly workers: Program[] = [];
  postgres!: Program;
  temporal!: Program;
  api!: Program;
  lines: { readonly database: Line; readonly temporal: Line; readonly mail: Line } | null = null;
  /** For looking and for harm, past the lines, as the superuser. */
  private pool!: pg.Pool;
  private clockOffset = 0;
  private taken = 0;
  private identity!: HttpServer;
  private readonly ports = { api: 0, postgres: 0, temporal: 0, workers: [] as number[] };
  private environment: Record<string, string> = {};

  private constructor(
    readonly folder: string,
    private readonly people: readonly KnownPerson[],
    private readonly options: StageOptions,
  ) {}

  static async open(template: Template, options: StageOptions = {}): Promise<Stage> {
    const folder = await mkdtemp(join(tmpdir(), 'fairway-fault-'));
    await chmod(folder, 0o711);
    const stage = new Stage(folder, template.people, options);
    try {
      await stage.build(template);
      return stage;
    } catch (reason) {
      await stage.close();
      throw reason;
    }
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.ports.api}`;
  }

  get worker(): Program {
    return this.workers[0]!;
  }

  get cluster(): string {
    return join(this.folder, 'disk', 'cluster');
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.ports.temporal}`;
  }

  /** The time as the program's processes have it. */
  now(): Date {
    return new Date(Date.now() + this.clockOffset);
  }

  /** What is asked to know whether a process lives, and whether it can work. */
  get probes(): readonly {
    readonly name: string;
    readonly program: Program;
    readonly live: string;
    readonly ready: string;
  }[] {
    return [
      {
        name: 'api',
        program: this.api,
        live: `${this.apiUrl}/api/health/live`,
        ready: `${this.apiUrl}/api/health/ready`,
      },
      ...this.workers.map((program, place) => {
        const url = `http://127.0.0.1:${this.ports.workers[place]}`;
        return { name: program.name, program, live: `${url}/health/live`, ready: `${url}/health/ready` };
      }),
    ];
  }

  /** Reads or changes rows, however long Postgres is away. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    const outcome = await until(
      `an answer to ${sql.slice(0, 60)}`,
      async () => {
        try {
          return { rows: (await this.pool.query<Row>(sql, [...values])).rows };
        } catch (error) {
          if (isAway(error)) throw error;
          return { error };
        }
      },
      90,
    );
    if ('error' in outcome) throw outcome.error;
    return outcome.rows;
  }

  /** Somebody nobody has asked for yet; with or without an e-mail address. */
  nextPerson(withEmail: boolean): KnownPerson {
    for (; this.taken < this.people.length; this.taken += 1) {
      const person = this.people[this.taken]!;
      if ((person.email !== null) !== withEmail) continue;
      this.taken += 1;
      return person;
    }
    throw new Error('The stage has no more people');
  }

  /** Begins a session of a new account, as logging in would. */
  async signIn(role: Role): Promise<User> {
    const [token, csrf, accountId] = [randomBytes(32).toString('base64url'), randomUUID(), randomUUID()];
    const partner = role === 'partner';
    await this.query(
      `INSERT INTO account (id, issuer, subject, name, role, organisation, team, last_seen_at)
       VALUES ($1::uuid, 'faults', $1::text, 'A colleague', $2, $3, $4, $5)`,
      [accountId, role, partner ? SERVICE : `${TEAM}-care`, partner ? null : TEAM, this.now()],
    );
    await this.query(
      `INSERT INTO session (token_hash, account_id, csrf_token, created_at, seen_at, expires_at)
       VALUES ($1, $2, $3, $4, $4, $4::timestamptz + interval '11 hours')`,
      [hashOf(token), accountId, csrf, this.now()],
    );
    const cookie = `__Host-fairway_session_${this.ports.api}=${token}`;
    return new User(this.apiUrl, accountId, { cookie, 'x-csrf-token': csrf });
  }

  /** Does `work` while a part is out of reach: readiness has to say so. */
  async without(part: Part, work: () => Promise<void>): Promise<void> {
    const outage: Outage = { part, from: Date.now(), to: Infinity };
    this.outages.push(outage);
    try {
      await work();
    } finally {
      outage.to = Date.now();
    }
  }

  /** Moves the clock of the program's processes, and of whoever deals with it, by so many milliseconds from the true time. */
  async setClock(offset: number): Promise<void> {
    this.clockOffset = offset;
    await writeFile(this.clockFile, String(offset));
  }

  /** Another copy of the worker, beside the others. */
  async addWorker(): Promise<Program> {
    const place = this.workers.length;
    this.ports.workers.push(await freePort());
    const worker = new Program(`worker${place === 0 ? '' : ` ${place + 1}`}`, async () =>
      this.node('worker', { WORKER_PORT: String(this.ports.workers[place]) }),
    );
    this.workers.push(worker);
    await worker.start();
    return worker;
  }

  async untilReady(seconds = 90): Promise<void> {
    for (const { name, program, ready } of this.probes) {
      await until(`${name} is ready`, async () => (await ask(ready, {}, 5000)).status === 200, seconds).catch(
        (reason: unknown) => {
          throw new Error(`${String(reason)}; it said:\n${program.said.slice(-1500)}`);
        },
      );
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.api, ...this.workers].map((program) => program?.stop()));
    await this.temporal?.stop();
    await this.pool?.end().catch(() => undefined);
    await this.postgres?.stop();
    await this.sink.close();
    for (const line of Object.values(this.lines ?? {})) await line.close();
    this.identity?.close();
    if (this.options.diskMegabytes) await run('umount', [join(this.folder, 'disk')]).catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  private get clockFile(): string {
    return join(this.folder, 'clock');
  }

  private async build(template: Template): Promise<void> {
    const disk = join(this.folder, 'disk');
    await mkdir(disk);
    if (this.options.diskMegabytes) {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${this.options.diskMegabytes}m,mode=0755`, 'tmpfs', disk]);
    }
    await run('cp', ['-a', join(template.folder, 'cluster'), this.cluster]);
    await writeFile(this.clockFile, '0');
    Object.assign(this.ports, { api: await freePort(), postgres: await freePort(), temporal: await freePort() });
    const server = { port: this.ports.postgres, password: PASSWORD };
    // So that the suite can tell which of two transactions came first.
    const telling = { track_commit_timestamp: 'on' };
    this.postgres = new Program('postgres', () => serverCommand(this.cluster, server.port, telling));
    const file = join(this.folder, 'temporal.db');
    const place = { file, port: this.ports.temporal, uiPort: null };
    this.temporal = new Program('temporal', async () =>
      temporalCommand(process.env['TEMPORAL_BINARY'] ?? 'temporal', place),
    );
    this.identity = createServer((_request, response) => response.end('{}'));
    this.identity.listen(0, '127.0.0.1');
    await Promise.all([this.postgres.start(), this.temporal.start(), this.sink.open()]);
    await untilAnswering(server, 60);
    this.pool = new pg.Pool({
      connectionString: databaseUrl(server, 'fairway'),
      max: 4,
      connectionTimeoutMillis: 3000,
    });
    this.pool.on('error', () => undefined);
    await this.describe();
    this.api = new Program('api', async () => this.node('api', {}));
    await this.api.start();
    for (let started = 0; started < (this.options.workers ?? 1); started += 1) await this.addWorker();
    await this.untilReady();
  }

  /** Settles what the program's processes are told of their surroundings. */
  private async describe(): Promise<void> {
    const { options, ports, sink } = this;
    if (options.lines) {
      const [database, temporal, mail] = await Promise.all([
        Line.to(ports.postgres),
        Line.to(ports.temporal),
        Line.to(sink.at),
      ]);
      this.lines = { database, temporal, mail };
    }
    const database = { port: this.lines?.database.port ?? ports.postgres, password: PASSWORD };
    this.environment = {
      ...settings(databaseUrl(database, 'fairway', 'fairway_app')),
      TEMPORAL_ADDRESS: `127.0.0.1:${this.lines?.temporal.port ?? ports.temporal}`,
      SMTP_URL: `smtp://127.0.0.1:${this.lines?.mail.port ?? sink.at}`,
      PORT: String(ports.api),
      PUBLIC_URL: `http://localhost:${ports.api}`,
      OIDC_ISSUER: `http://127.0.0.1:${(this.identity.address() as AddressInfo).port}`,
      ...(options.clock && { FAULTS_CLOCK: this.clockFile }),
      ...(options.timeZone && { TZ: options.timeZone }),
    };
  }

  private node(name: 'api' | 'worker', more: Readonly<Record<string, string>>) {
    const preload = this.options.clock ? ['--import', new URL('./clock.mjs', import.meta.url).href] : [];
    const args = [...preload, resolve(`dist/apps/${name}/src/main.js`)];
    const env = { PATH: process.env['PATH'], ...this.environment, ...more };
    return { command: process.execPath, args, options: { env } };
  }
}

/** Postgres cannot be reached, ends, begins or has no room: it may answer later. */
function isAway(error: unknown): boolean {
  const { code } = error as { code?: string };
  return !/^[0-9A-Z]{5}$/.test(code ?? '') || /^(08|53|57|58)/.test(code ?? '');
}

function settings(database: string): Record<string, string> {
  return {
    DATABASE_URL: database,
    SMTP_URL: 'smtp://127.0.0.1:9',
    OIDC_ISSUER: 'http://127.0.0.1:9',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: KEY,
    LINK_KEY: KEY,
    TRIGGER_SECRETS: JSON.stringify({ [TRIGGER_SOURCE]: TRIGGER_SECRET }),
    LOG_LEVEL: 'warn',
  };
}

/** The suite's programme, and whatever else the product reads from files before it works. */
async function loadFiles(database: string): Promise<void> {
  const env = { PATH: process.env['PATH'], ...settings(database) };
  const command = (...words: string[]) => run(process.execPath, ['dist/apps/cli/src/main.js', ...words], { env });
  await command('templates', resolve('programmes/templates'), resolve('test/faults/contact'));
  await command('programmes', resolve('test/faults/programmes'));
}

interface Length {
  amount: number;
  unit: string;
}
interface LoadedStep {
  kind: string;
  every?: Length;
  plan?: { wait: Length }[];
  after?: Length;
}

/** Makes seconds of the days between attempts and before a measure; a file that asked for them would be refused. */
async function hurry(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ id: string; definition: { script: { steps: LoadedStep[] } } }>(
    'SELECT id, definition FROM programme_version WHERE programme = $1',
    [PROGRAMME],
  );
  for (const { id, definition } of rows) {
    for (const { every, plan = [], after } of definition.script.steps) {
      for (const length of [every, after, ...plan.map(({ wait }) => wait)]) if (length) length.unit = 'seconds';
    }
    await client.query('UPDATE programme_version SET definition = $2 WHERE id = $1', [id, JSON.stringify(definition)]);
  }
  await client.end();
}

/** Places, a team, a service and people, half of them with an e-mail address. */
async function furnish(url: string): Promise<KnownPerson[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const people = nhsNumbers(PEOPLE).map((nhsNumber, place) => ({
    id: randomUUID(),
    nhsNumber,
    email: place % 2 === 0 ? `person-${place}@example.org` : null,
  }));
  await client.query(
    `INSERT INTO organisation (key, name, kind) VALUES ('${TEAM}-care', 'Care', 'care'), ('${SERVICE}', 'Service', 'service')`,
  );
  await client.query(
    `INSERT INTO team (key, name, organisation, area) VALUES ('${TEAM}', 'Care team', '${TEAM}-care', '${TEAM}')`,
  );
  await client.query(
    `INSERT INTO service (organisation, name, kind, area) VALUES ('${SERVICE}', 'Service', 'stop-smoking', '${TEAM}')`,
  );
  await client.query(
    `INSERT INTO person (id, nhs_number, given, family, birth_date, sex, email, phone, team_key, source, updated_at)
     SELECT id, "nhsNumber", 'Alba', 'Testperson', '1980-03-14', 'female', email, '01604 000000', '${TEAM}', 'test', now()
       FROM jsonb_to_recordset($1) AS p (id uuid, "nhsNumber" text, email text)`,
    [JSON.stringify(people)],
  );
  await client.end();
  return people;
}

/** Valid NHS numbers of the range that is kept for tests. */
function nhsNumbers(count: number): string[] {
  const numbers: string[] = [];
  for (let stem = 999_100_000; numbers.length < count; stem += 1) {
    for (let check = 0; check < 10; check += 1) {
      const number = parseNhsNumber(`${stem}${check}`);
      if (number) numbers.push(number);
    }
  }
  return numbers;
}
