import { databaseUrl, startTemporaryServer } from '../../tools/database/postgres.ts';
import { emptyDatabase } from '../../tools/database/commands.ts';
import { deploy } from '../../tools/database/prisma.ts';

/** One Postgres for the run, with one migrated database that every spec file copies. */
export default async function startDatabases() {
  const server = await startTemporaryServer();
  globalThis.fairwayTestServer = server;
  await deploy(await emptyDatabase(server, 'fairway_template'));
  process.env.FAIRWAY_TEST_DATABASE_URL = databaseUrl(server, 'postgres');
}
