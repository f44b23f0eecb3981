import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool } from 'pg';
import { Settings } from '#platform/config';
import { type Prisma, PrismaClient } from './generated/client.js';

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

/**
 * The one door to Postgres. `client` is the ambient transaction inside `inTransaction`, else a plain connection,
 * so that a repository never passes a transaction around.
 */
@Injectable()
export class Database implements OnApplicationShutdown {
  private readonly pool: Pool;
  private readonly prisma: PrismaClient;
  private readonly ambient = new AsyncLocalStorage<Connection>();

  constructor(settings: Settings) {
    this.pool = new Pool({ connectionString: settings.get('DATABASE_URL'), max: 12 });
    // A connection that breaks while idle is replaced by the pool; without a listener it would end the process.
    this.pool.on('error', () => undefined);
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

  /** Throws when Postgres does not answer. */
  async ping(): Promise<void> {
    await this.prisma.$queryRaw`SELECT 1`;
  }

  async onApplicationShutdown(): Promise<void> {
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
          await lost;
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
