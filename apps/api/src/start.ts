import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '#platform/config';
import { AppModule } from './app.module.js';
import { Log, NestLog } from './http/log.js';
import { furnish, MANNER, openDoor, openSecondDoor } from './http/server.js';

/** Builds the API and listens on HOST:PORT. */
export async function start(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, openDoor(), {
    ...MANNER,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(new NestLog(app.get(Log)));
  await furnish(app);
  app.enableShutdownHooks([], { useProcessExit: true });
  const settings = app.get(Settings);
  const [host, port] = [settings.get('HOST'), settings.get('PORT')];
  const alsoOn = host === '127.0.0.1' ? openSecondDoor(app) : undefined;
  await app.listen(port, host);
  // `localhost` is 127.0.0.1 to some programs and ::1 to others.
  await alsoOn?.(port, '::1');
  return app;
}
