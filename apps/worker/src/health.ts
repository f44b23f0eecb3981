import { createServer, type Server, type ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Settings } from '#platform/config';
import { Database, DatabaseReadOnly } from '#platform/database';
import { Temporal } from '#platform/temporal';
import { Metrics } from './metrics.js';
import { type Backlog, OutboxLanes } from './outbox-lanes.js';
import { WorkerHost } from './worker-host.js';

interface Readiness {
  readonly ready: boolean;
  /** What is not ready, and why. */
  readonly notReady: Readonly<Record<string, string>>;
  readonly outbox: Backlog | null;
}

/** Tells whether the worker lives, whether pathways move, and what it counts; on WORKER_PORT, on this machine only. */
@Injectable()
export class Health implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly server: Server;

  constructor(
    private readonly settings: Settings,
    private readonly database: Database,
    private readonly temporal: Temporal,
    private readonly host: WorkerHost,
    private readonly lanes: OutboxLanes,
    private readonly metrics: Metrics,
  ) {
    this.server = createServer((request, response) => {
      void this.answer(request.url ?? '/', response).catch(() => response.writeHead(500).end());
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.settings.get('WORKER_PORT'), '127.0.0.1', resolve);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(url: string, response: ServerResponse): Promise<void> {
    switch (new URL(url, 'http://localhost').pathname) {
      case '/health/live':
        return send(response, 200, { live: true });
      case '/health/ready': {
        const readiness = await this.readiness();
        return send(response, readiness.ready ? 200 : 503, readiness);
      }
      case '/metrics':
        await this.backlog().catch(() => null);
        response.writeHead(200, { 'content-type': this.metrics.registry.contentType });
        response.end(await this.metrics.registry.metrics());
        return;
      default:
        return send(response, 404, { title: 'There is nothing here' });
    }
  }

  private async readiness(): Promise<Readiness> {
    const notReady: Record<string, string> = {};
    const [backlog] = await Promise.all([
      inTime(this.database.ping().then(() => this.backlog())).catch((error: unknown) => {
        notReady['database'] = error instanceof DatabaseReadOnly ? error.message : 'Postgres does not answer';
        return null;
      }),
      this.temporal.ping().catch(() => {
        notReady['temporal'] = 'the Temporal server does not answer';
      }),
    ]);
    const { trouble } = this.host;
    if (trouble) notReady['worker'] = trouble;
    return { ready: Object.keys(notReady).length === 0, notReady, outbox: backlog };
  }

  private async backlog(): Promise<Backlog> {
    const backlog = await this.lanes.backlog();
    this.metrics.outboxWaiting.set(backlog.waiting);
    this.metrics.outboxHeld.set(backlog.held);
    this.metrics.outboxLag.set(backlog.lagSeconds);
    return backlog;
  }
}

/** As long as somebody who asks may be kept waiting, in milliseconds. */
const PATIENCE = 2000;

async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('late')), PATIENCE);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
