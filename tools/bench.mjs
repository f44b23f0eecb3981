import { main } from './setup/main.mjs';

await main(async () => {
  const { bench } = await import('./testing/bench.ts');
  return bench(process.argv.slice(2));
});
