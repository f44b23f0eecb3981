import pg from 'pg';

import { connected } from './postgres.ts';

/** Owns the database and migrates it. */
export const owner = 'fairway_owner';
/** What the program runs as: reads and writes rows as the migrations grant, and can neither make nor alter a table. */
export const application = 'fairway_app';

/** Makes a role that may log in, or gives the one that is there its password. */
export async function ensureRole(client: pg.Client, name: string, password: string): Promise<void> {
  const there = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name]);
  const verb = there.rowCount ? 'ALTER' : 'CREATE';
  await client.query(`${verb} ROLE ${pg.escapeIdentifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
}

/** Makes a database that belongs to the owner role, unless it is there. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<void> {
  await connected(adminUrl, async (client) => {
    const there = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!there.rowCount) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} OWNER ${owner}`);
    await client.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${pg.escapeIdentifier(name)} FROM PUBLIC`);
    await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${pg.escapeIdentifier(name)} TO ${application}`);
  });
}
