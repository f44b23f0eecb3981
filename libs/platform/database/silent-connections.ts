import type { Socket } from 'node:net';
import { Client, type ClientConfig, type Pool, type PoolClient } from 'pg';

/** How long a query may go without a word before it is asked about, and how often that is looked at; in milliseconds. */
const WORDLESS = 4000;
const LOOK_EVERY = 1000;
const PATIENCE = 3000;

/** What a connection of the driver tells of itself, beside its own types. */
interface Inside {
  readonly readyForQuery: boolean;
  readonly processID: number | null;
  readonly connection: { readonly stream: Socket };
}

interface Seen {
  readonly bytes: number;
  readonly since: number;
}

/**
 * Ends connections that died without a word. A line that is lost between two machines tells neither end: the query under
 * way would wait for hours, and the server's half would keep its locks as long. So a query that stays without a word is
 * asked about on a connection of its own. Where the server is not at work on it, both halves are ended; however long it
 * is at work, it is left alone.
 */
export class SilentConnections {
  private readonly watched = new Map<PoolClient, Seen | null>();
  private readonly timer: NodeJS.Timeout;
  private asking = false;

  constructor(
    pool: Pool,
    private readonly server: ClientConfig,
  ) {
    pool.on('connect', (client) => this.watched.set(client, null));
    pool.on('remove', (client) => this.watched.delete(client));
    this.timer = setInterval(() => void this.look(performance.now()), LOOK_EVERY);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(now: number): Promise<void> {
    const wordless: PoolClient[] = [];
    for (const [client, seen] of this.watched) {
      const { readyForQuery, connection } = inside(client);
      const bytes = connection.stream.bytesRead;
      if (readyForQuery) this.watched.set(client, null);
      else if (seen?.bytes !== bytes) this.watched.set(client, { bytes, since: now });
      else if (now - seen.since >= WORDLESS) wordless.push(client);
    }
    if (wordless.length === 0 || this.asking) return;
    this.asking = true;
    // A server that cannot be reached at all is asked again at the next look.
    await this.end(wordless).catch(() => undefined);
    this.asking = false;
  }

  private async end(wordless: readonly PoolClient[]): Promise<void> {
    const before = wordless.map((client) => inside(client).connection.stream.bytesRead);
    const server = new Client({ ...this.server, connectionTimeoutMillis: PATIENCE, query_timeout: PATIENCE });
    server.on('error', () => undefined);
    try {
      await server.connect();
      const numbers = wordless.map((client) => inside(client).processID);
      const { rows } = await server.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE pid = ANY($1::int[]) AND state = 'active'`,
        [numbers],
      );
      const working = new Set(rows.map(({ pid }) => pid));
      for (const [place, client] of wordless.entries()) {
        const { readyForQuery, processID, connection } = inside(client);
        const answered = readyForQuery || connection.stream.bytesRead !== before[place];
        if (answered || (processID !== null && working.has(processID))) continue;
        await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1', [processID]);
        connection.stream.destroy(Object.assign(new Error('The line has gone silent'), { code: 'ECONNRESET' }));
      }
    } finally {
      // Its own line may be dead by now, and a farewell would never be answered.
      inside(server).connection.stream.destroy();
    }
  }
}

function inside(client: PoolClient | Client): Inside {
  return client as unknown as Inside;
}
