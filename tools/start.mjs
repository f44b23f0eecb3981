import { prepare } from './setup/prepare.mjs';

if (await prepare()) {
  const { start } = await import('./launcher/start.ts');
  process.exit(await start(process.argv.slice(2)));
}
