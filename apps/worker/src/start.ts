import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Runtime } from '@temporalio/worker';
import { Settings } from '#platform/config';
import { Log, NestLog } from './log.js';
import { sdkLog } from './sdk-log.js';
import { WorkerModule } from './worker.module.js';

/** Starts the worker. Nest alone hears the signals that end it: the SDK must not shut down on its own. */
export async function start(settings: Settings): Promise<INestApplicationContext> {
  const log = new Log(settings);
  Runtime.install({ shutdownSignals: [], logger: sdkLog(log) });
  const app = await NestFactory.createApplicationContext(WorkerModule, { bufferLogs: true, abortOnError: false });
  app.useLogger(new NestLog(log));
  app.enableShutdownHooks(['SIGTERM', 'SIGINT'], { useProcessExit: true });
  return app;
}
