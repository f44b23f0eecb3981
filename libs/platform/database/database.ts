import { AsyncLocalStorage } from 'node:async_hooks';
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
  private readonly ambient = new AsyncLocalStorage<Connection>();
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
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  get client(): Connection {
    return this.ambient.getStore() ?? this.prisma;
  }

  /** Runs `work` in one transaction; joins the ambient one when there is one. Rolls back when `work` throws. */
  async inTransaction<Result>(work: () => Promise<Result>, seconds = 30): Promise<Result> {
    if (this.ambient.getStore()) return work();
    return this.prisma.$transaction((connection) => this.ambient.run(connection, work), {
      timeout: seconds * 1000,
      maxWait: 10_000,
    });
  }

  /** Tells open screens what changed, when the transaction commits. */
  async announce(change: Change): Promise<void> {
    await this.client.$executeRaw`SELECT pg_notify(${CHANNEL}, ${JSON.stringify(change)})`;
  }

  /** Wakes the relay when the transaction commits. */
  async wakeRelay(): Promise<void> {
    await this.client.$executeRaw`SELECT pg_notify(${OUTBOX_CHANNEL}, '')`;
  }

  /** Calls `heard` for every announced change until the returned function is called. Reconnects by itself. */
  listenForChanges(heard: (change: Change) => void): () => Promise<void> {
    return this.listen(CHANNEL, (payload) => heard(JSON.parse(payload) as Change));
  }

  /** Calls `woken` whenever something was put into the outbox. */
  listenForOutbox(woken: () => void): () => Promise<void> {
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
