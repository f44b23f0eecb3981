import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Client, Connection, defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Settings } from '#platform/config';
import { EncryptingCodec } from './payload-codec.js';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Bundled into the workflows, so it is named by its file; without an extension, as that differs before and after the build. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter', import.meta.url));

/** A line that went silent is given up after 15 seconds; a server may refuse to be asked more often than every ten. */
const ALIVE = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 5_000 };

/** In milliseconds: so long at most a call waits before it is tried again, and the program before it closes the line. */
const LONGEST_RETRY = 2000;

/** Our line to the Temporal server. Nothing is connected before the first call. */
@Injectable()
export class Temporal implements OnApplicationShutdown {
  readonly namespace: string;
  readonly taskQueue: string;
  /** For the worker, which connects by itself. */
  readonly connectionOptions: ConnectionOptions;
  readonly dataConverter: DataConverter;
  readonly client: Client;
  private leaving = false;
  /** When the last call that waits to be tried again will be, in milliseconds since 1970. */
  private retriesUntil = 0;

  constructor(settings: Settings) {
    this.taskQueue = settings.get('TASK_QUEUE');
    this.namespace = settings.get('TEMPORAL_NAMESPACE');
    const address = settings.get('TEMPORAL_ADDRESS');
    this.dataConverter = {
      payloadCodecs: [new EncryptingCodec(settings.get('PAYLOAD_KEY'))],
      failureConverterPath: FAILURE_CONVERTER_PATH,
    };
    this.connectionOptions = { ...loadClientConnectConfig().connectionOptions, address };
    // Compressing what never leaves the machine only costs time.
    if (isLoopback(address)) this.connectionOptions.grpcCompression = { codec: 'none' };
    this.client = new Client({
      connection: Connection.lazy({ ...this.connectionOptions, channelArgs: ALIVE, interceptors: [this.retrying()] }),
      namespace: this.namespace,
      dataConverter: this.dataConverter,
    });
  }

  /** Throws when the server does not answer within two seconds. */
  async ping(): Promise<void> {
    await this.client.withDeadline(Date.now() + 2000, () => this.client.workflowService.getSystemInfo({}));
  }

  async onApplicationShutdown(): Promise<void> {
    this.leaving = true;
    await pause(Math.max(0, this.retriesUntil - Date.now()));
    await this.client.connection.close();
  }

  /** As the client's own, but a call that is tried again after the line was closed would end the process. */
  private retrying(): ReturnType<typeof makeGrpcRetryInterceptor> {
    const usual = defaultGrpcRetryOptions();
    return makeGrpcRetryInterceptor({
      retryableDecider: (attempt, status) => !this.leaving && usual.retryableDecider(attempt, status),
      delayFunction: (attempt, status) => {
        const delay = Math.min(usual.delayFunction(attempt, status), LONGEST_RETRY);
        this.retriesUntil = Math.max(this.retriesUntil, Date.now() + delay);
        return delay;
      },
    });
  }
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(address);
}
