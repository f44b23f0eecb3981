import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Client, Connection } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Settings } from '#platform/config';
import { EncryptingCodec } from './payload-codec.js';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Bundled into the workflows, so it is named by its file; without an extension, as that differs before and after the build. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter', import.meta.url));

/** A line that went silent is given up after 15 seconds; a server may refuse to be asked more often than every ten. */
const ALIVE = { 'grpc.keepalive_time_ms': 10_000, 'grpc.keepalive_timeout_ms': 5_000 };

/** Our line to the Temporal server. Nothing is connected before the first call. */
@Injectable()
export class Temporal implements OnApplicationShutdown {
  readonly namespace: string;
  readonly taskQueue: string;
  /** For the worker, which connects by itself. */
  readonly connectionOptions: ConnectionOptions;
  readonly dataConverter: DataConverter;
  readonly client: Client;

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
      connection: Connection.lazy({ ...this.connectionOptions, channelArgs: ALIVE }),
      namespace: this.namespace,
      dataConverter: this.dataConverter,
    });
  }

  /** Throws when the server does not answer within two seconds. */
  async ping(): Promise<void> {
    await this.client.withDeadline(Date.now() + 2000, () => this.client.workflowService.getSystemInfo({}));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.client.connection.close();
  }
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(address);
}
