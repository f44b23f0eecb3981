import 'reflect-metadata';
import { readSettings, SettingsWrong } from '#platform/config';
import { Log } from './http/log.js';

/** Serves until told to stop. */
async function serve(): Promise<void> {
  const settings = readSettings(process.env);
  // Only now: importing the modules reads the settings, and a mistake in them is told in words.
  const { start } = await import('./start.js');
  const app = await start();
  app.get(Log).for('api').info({ port: settings.PORT, mode: settings.FAIRWAY_MODE }, 'listening');
}

try {
  await serve();
} catch (error) {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exit(1);
}

function whyNot(error: unknown): string {
  if (error instanceof SettingsWrong) return error.message;
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') return `Port ${port} is in use. Choose another with PORT.`;
  return `The API could not start: ${message}`;
}
