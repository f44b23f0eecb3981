import { main } from './setup/main.mjs';

await main(async () => {
  const { fairway } = await import('./launcher/fairway.ts');
  return fairway(process.argv.slice(2));
});
