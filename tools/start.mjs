import { main } from './setup/main.mjs';

await main(async () => {
  const { start } = await import('./launcher/start.ts');
  return start(process.argv.slice(2));
});
