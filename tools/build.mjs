import { prepare } from './setup/prepare.mjs';
import { tell } from './setup/steps.mjs';

if (await prepare()) {
  const { build } = await import('./build/build.ts');
  await build().catch((reason) => {
    tell(reason);
    process.exitCode = 1;
  });
}
