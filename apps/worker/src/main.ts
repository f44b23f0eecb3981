import 'reflect-metadata';
import { readSettings, Settings, SettingsWrong } from '#platform/config';

try {
  const settings = new Settings(readSettings(process.env));
  // Only now: importing the modules reads the settings, and a mistake in them is told in words.
  const { start } = await import('./start.js');
  await start(settings);
} catch (error) {
  const why = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof SettingsWrong ? why : `The worker could not start: ${why}`}\n`);
  process.exit(1);
}
