import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Settings } from '#platform/config';
import { Line } from './line.js';
import { EncryptingCodec } from './payload-codec.js';

type ConnectionOptions = ReturnType<typeof loadClientConnectConfig>['connectionOptions'];

/** Bundled into the workflows, so it is named by its file; without an extension, as that differs before and after the build. */
export const FAILURE_CONVERTER_PATH = fileURLToPath(new URL('./failure-converter', import.meta.url));

/** Our line to the Temporal server. Nothing is connected before the first call. */
@Injectable()
export class Temporal implements OnApplicationShutdown {
  readonly namespace: string;
  readonly taskQueue: string;
  /** For the worker, which connects by itself. */
  readonly connectionOptions: ConnectionOptions;
  readonly dataConverter: DataConverter;
  private line: Line;
  private leaving = false;
  private mending = false;

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
    this.line = this.newLine();
  }

  /** Of the line there is at present: ask for it anew each time. */
  get client(): Client {
    return this.line.client;
  }

  /** Throws when the server does not answer within two seconds. */
  async ping(): Promise<void> {
    await this.line.ping();
  }

  async onApplicationShutdown(): Promise<void> {
    this.leaving = true;
    await this.line.close();
  }

  private newLine(): Line {
    const { connectionOptions, namespace, dataConverter } = this;
    const line: Line = new Line(connectionOptions, { namespace, dataConverter }, () => {
      if (line === this.line) void this.mend().catch(() => undefined);
    });
    return line;
  }

  /**
   * A line that is silent gives way to a new one that is answered. It would not mend by itself: one that went silent while
   * it was being made waits for ever for the server's first word.
   */
  private async mend(): Promise<void> {
    if (this.mending || this.leaving) return;
    this.mending = true;
    const [old, fresh] = [this.line, this.newLine()];
    let useless = fresh;
    try {
      const [stillAnswers, answers] = await Promise.all([old.answers(), fresh.answers()]);
      if (!stillAnswers && answers && !this.leaving) {
        this.line = fresh;
        useless = old;
      }
    } finally {
      await useless.close();
      this.mending = false;
    }
  }
}

function isLoopback(address: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:|$)/.test(address);
}
