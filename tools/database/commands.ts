import { relative } from 'node:path';

import { root } from '../setup/root.mjs';
import { connected, databaseUrl, startTemporaryServer, type Server } from './postgres.ts';
import { deploy, difference, migrationNames, writeMigration } from './prisma.ts';
import { application, ensureDatabase, ensureRole, owner } from './roles.ts';

const usage = `npm run db:diff -- <name>   write what the schema has and the migrations lack as a new migration
npm run db:drift            prove that schema and migrations agree, and that the migrations apply`;

/** Runs one database command of a developer on a server of its own. Answers the exit code. */
export async function databaseCommand([command, name]: string[]): Promise<number> {
  if ((command !== 'diff' || !name) && command !== 'drift') {
    console.log(usage);
    return 2;
  }
  if (command === 'diff') return diff(name ?? '');
  const { passed, said } = await drift();
  console.log(said);
  return passed ? 0 : 1;
}

async function diff(name: string): Promise<number> {
  return onServer(async (ownerUrl) => {
    const path = await writeMigration(ownerUrl, name, new Date());
    console.log(path === null ? 'The migrations already agree with the schema.' : `Written: ${relative(root, path)}`);
    return 0;
  });
}

/** Whether the migrations apply from nothing, in order, a second time without effect, and give the schema. */
export async function drift(): Promise<{ passed: boolean; said: string }> {
  return onServer(async (ownerUrl) => {
    const names = await migrationNames();
    const applied = await deploy(ownerUrl);
    const again = await deploy(ownerUrl);
    if (applied.length !== names.length || again.length > 0) {
      const said = `Of ${names.length} migrations ${applied.length} were applied, and ${again.length} a second time.`;
      return { passed: false, said };
    }
    const apart = await difference(ownerUrl, 'words');
    return apart === null
      ? { passed: true, said: `${names.length} migrations apply to an empty database and agree with prisma/schema.` }
      : { passed: false, said: `The migrations do not give the schema. They lack:\n${apart}` };
  });
}

/** Gives `work` an empty database on a server of its own, as the role that owns it. */
async function onServer<Result>(work: (ownerUrl: string) => Promise<Result>): Promise<Result> {
  const server = await startTemporaryServer();
  try {
    return await work(await emptyDatabase(server, 'fairway'));
  } finally {
    await server.stop();
  }
}

/** Makes the two roles and an empty database of that name. Answers its address for the owner, who may make shadow databases. */
export async function emptyDatabase(server: Server, name: string): Promise<string> {
  const admin = databaseUrl(server, 'postgres');
  await connected(admin, async (client) => {
    await ensureRole(client, owner, server.password);
    await ensureRole(client, application, server.password);
    await client.query(`ALTER ROLE ${owner} CREATEDB`);
  });
  await ensureDatabase(admin, name);
  return databaseUrl(server, name, owner);
}
