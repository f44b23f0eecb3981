import { main } from './setup/main.mjs';

await main(async () => {
  const { check } = await import('./checks/check.ts');
  return check(process.argv.slice(2));
});
