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
  return command === 'diff' ? diff(name ?? '') : drift();
}

async function diff(name: string): Promise<number> {
  return onServer(async (ownerUrl) => {
    const path = await writeMigration(ownerUrl, name, new Date());
    console.log(path === null ? 'The migrations already agree with the schema.' : `Written: ${relative(root, path)}`);
    return 0;
  });
}

/** The migrations apply from nothing, in order, a second time without effect, and give the schema. */
export async function drift(): Promise<number> {
  return onServer(async (ownerUrl) => {
    const names = await migrationNames();
    const applied = await deploy(ownerUrl);
    const again = await deploy(ownerUrl);
    if (applied.length !== names.length || again.length > 0) {
      console.log(`Of ${names.length} migrations ${applied.length} were applied, and ${again.length} a second time.`);
      return 1;
    }
    const apart = await difference(ownerUrl, 'words');
    if (apart === null) {
      console.log(`${names.length} migrations apply to an empty database and agree with prisma/schema.`);
      return 0;
    }
    console.log(`The migrations do not give the schema. They lack:\n${apart}\nWrite them: npm run db:diff -- <name>`);
    return 1;
  });
}

/** Gives `work` an empty database on a server of its own, as the role that owns it. */
async function onServer(work: (ownerUrl: string) => Promise<number>): Promise<number> {
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
