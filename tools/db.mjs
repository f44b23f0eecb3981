import { main } from './setup/main.mjs';

await main(async () => {
  const { databaseCommand } = await import('./database/commands.ts');
  return databaseCommand(process.argv.slice(2));
});
