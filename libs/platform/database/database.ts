import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Settings } from '#platform/config';
import { Fault } from '#platform/kernel';
import { type Prisma, PrismaClient } from './generated/client.js';
import { SilentConnections } from './silent-connections.js';

export type Connection = Prisma.TransactionClient;

/** What changed, for open screens: ids and keys only. */
export interface Change {
  readonly team?: string | null;
  readonly organisation?: string;
  readonly episode?: string;
  readonly what: string;
}

interface Notice {
  readonly channel: string;
  readonly payload: string;
}

const CHANNEL = 'fairway_changed';
const OUTBOX_CHANNEL = 'fairway_outbox';

/** Longest wait for a connection, in milliseconds. */
const CONNECT_WITHIN = 10_000;
/** A transaction that does nothing for so long has lost its program: the server ends it, and its locks. In milliseconds. */
const IDLE_IN_TRANSACTION = 60_000;
/** How often a connection that only listens shows that it is alive, in milliseconds. */
const SIGN_OF_LIFE = 5000;

/** Thrown when Postgres answers and takes no writes, as a copy does before it is promoted. */
export class DatabaseReadOnly extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'database.read_only';

  constructor() {
    super('The database takes no writes at the moment');
  }
}

/**
 * The one door to Postgres. `client` is the ambient transaction inside `inTransaction`, else a plain connection,
 * so that a repository never passes a transaction around.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly prisma: PrismaClient;
  private readonly ambient = new AsyncLocalStorage<{ readonly connection: Connection; readonly told: Notice[] }>();
  private readonly silent: SilentConnections;

  constructor(settings: Settings) {
    const server = { connectionString: settings.get('DATABASE_URL') };
    this.pool = new Pool({
      ...server,
      max: 12,
      connectionTimeoutMillis: CONNECT_WITHIN,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
    });
    this.silent = new SilentConnections(this.pool, server);
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.pool.on('error', () => undefined);
    // So would one that breaks on its way between the pool and whoever uses it, or breaks twice.
    this.pool.on('connect', (connection) => connection.on('error', () => undefined));
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool, { statementNameGenerator: statementNames() }) });
  }

  get client(): Connection {
    return this.ambient.getStore()?.connection ?? this.prisma;
  }

  /** Runs `work` in one transaction; joins the ambient one when there is one. Rolls back when `work` throws. */
  async inTransaction<Result>(work: () => Promise<Result>, seconds = 30): Promise<Result> {
    if (this.ambient.getStore()) return work();
    const inside = async (connection: Connection): Promise<Result> => {
      const told: Notice[] = [];
      const result = await this.ambient.run({ connection, told }, work);
      await tell(connection, told);
      return result;
    };
    return this.prisma.$transaction(inside, { timeout: seconds * 1000, maxWait: 10_000 });
  }

  /** Tells open screens what changed, when the transaction commits. */
  async announce(change: Change): Promise<void> {
    await this.notify({ channel: CHANNEL, payload: JSON.stringify(change) });
  }

  /** Wakes the relay when the transaction commits: for a topic, or for all of them. */
  async wakeRelay(topic = ''): Promise<void> {
    await this.notify({ channel: OUTBOX_CHANNEL, payload: topic });
  }

  /** Calls `heard` for every announced change until the returned function is called. Reconnects by itself. */
  listenForChanges(heard: (change: Change) => void): () => Promise<void> {
    return this.listen(CHANNEL, (payload) => heard(JSON.parse(payload) as Change));
  }

  /** Calls `woken` whenever something was put into the outbox, with its topic; with '' when it may be any. */
  listenForOutbox(woken: (topic: string) => void): () => Promise<void> {
    return this.listen(OUTBOX_CHANNEL, woken);
  }

  /** Throws when Postgres does not answer, and DatabaseReadOnly when nothing can be written. */
  async ping(): Promise<void> {
    const [row] = await this.prisma.$queryRaw<{ readOnly: boolean }[]>`
      SELECT current_setting('transaction_read_only') = 'on' OR pg_is_in_recovery() AS "readOnly"`;
    if (row?.readOnly) throw new DatabaseReadOnly();
  }

  async onApplicationShutdown(): Promise<void> {
    this.silent.stop();
    await this.prisma.$disconnect();
    if (!this.pool.ended) await this.pool.end();
  }

  /** Postgres tells of it when the transaction commits, so that one statement at its end will do for all. */
  private async notify(notice: Notice): Promise<void> {
    const ambient = this.ambient.getStore();
    if (ambient) ambient.told.push(notice);
    else await tell(this.prisma, [notice]);
  }

  private listen(channel: string, heard: (payload: string) => void): () => Promise<void> {
    let stopped = false;
    let release: (() => void) | undefined;
    const connect = async (): Promise<void> => {
      while (!stopped) {
        try {
          const connection = await this.pool.connect();
          const lost = new Promise<void>((resolve) => {
            connection.on('error', () => resolve());
            connection.once('end', () => resolve());
            release = () => {
              connection.release(true);
              resolve();
            };
          });
          connection.on('notification', (message) => heard(message.payload ?? ''));
          await connection.query(`LISTEN ${channel}`);
          heardAfterReconnect();
          // A line that went silent is noticed by a question that stays without an answer.
          const alive = setInterval(() => void connection.query('SELECT 1').catch(() => undefined), SIGN_OF_LIFE);
          await lost.finally(() => clearInterval(alive));
        } catch {
          await new Promise((resolve) => setTimeout(resolve, 500));
        }
      }
    };
    // Something may have been announced while nobody listened.
    const heardAfterReconnect = (): void => {
      if (channel === OUTBOX_CHANNEL) heard('');
    };
    void connect();
    return async () => {
      stopped = true;
      release?.();
      await Promise.resolve();
    };
  }
}

async function tell(connection: Connection, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const [channels, payloads] = [notices.map(({ channel }) => channel), notices.map(({ payload }) => payload)];
  await connection.$executeRaw`
    SELECT pg_notify(channel, payload) FROM unnest(${channels}::text[], ${payloads}::text[]) AS told (channel, payload)`;
}

/** Longest and most statements that are kept prepared on a connection: a list of any length is a statement of its own. */
const PREPARED_LENGTH = 8000;
const PREPARED = 600;

/**
 * Names for statements, so that Postgres reads and plans each once on a connection, not each time. What is too long or
 * one too many gets no name and is read each time.
 */
function statementNames(): (query: { readonly sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (sql.length > PREPARED_LENGTH || names.size >= PREPARED) return '';
    const name = createHash('sha256').update(sql).digest('hex').slice(0, 32);
    names.set(sql, name);
    return name;
  };
}
