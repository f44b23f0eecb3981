import { databaseUrl, startTemporaryServer } from '../../tools/database/postgres.ts';
import { emptyDatabase } from '../../tools/database/commands.ts';
import { deploy } from '../../tools/database/prisma.ts';

/** One Postgres for the run, whichever sizes need it, with one migrated database that every spec file copies. */
export default async function startDatabases() {
  globalThis.fairwayTestServerUsers = (globalThis.fairwayTestServerUsers ?? 0) + 1;
  if (globalThis.fairwayTestServerUsers > 1) return;
  const server = await startTemporaryServer();
  globalThis.fairwayTestServer = server;
  await deploy(await emptyDatabase(server, 'fairway_template'));
  process.env.FAIRWAY_TEST_DATABASE_URL = databaseUrl(server, 'postgres');
}
