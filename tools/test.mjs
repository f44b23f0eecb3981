import { main } from './setup/main.mjs';

await main(async () => {
  const { runTests } = await import('./testing/run-tests.ts');
  return runTests(process.argv.slice(2));
});
