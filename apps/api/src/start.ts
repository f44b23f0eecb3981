import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '#platform/config';
import { AppModule } from './app.module.js';
import { Log, NestLog } from './http/log.js';
import { furnish, MANNER, openDoor } from './http/server.js';

/** Builds the API and listens on HOST:PORT. */
export async function start(): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule, openDoor(), {
    ...MANNER,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(new NestLog(app.get(Log)));
  await furnish(app);
  const settings = app.get(Settings);
  const [host, port] = [settings.get('HOST'), settings.get('PORT')];
  // `localhost` is 127.0.0.1 for some programs and ::1 for others; Fastify listens on both under that name.
  await app.listen(port, host === '127.0.0.1' ? 'localhost' : host);
  return app;
}
