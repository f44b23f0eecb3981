import { main } from './setup/main.mjs';

await main(async () => {
  const { build } = await import('./build/build.ts');
  return build();
});
