import { prepare } from './setup/prepare.mjs';

if (await prepare()) {
  const { databaseCommand } = await import('./database/commands.ts');
  process.exitCode = await databaseCommand(process.argv.slice(2));
}
