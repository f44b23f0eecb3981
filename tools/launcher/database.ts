import pg from 'pg';

import { connected, databaseUrl } from '../database/postgres.ts';
import { application, ensureDatabase, ensureRole, owner } from '../database/roles.ts';
import { Problem } from '../setup/problem.mjs';
import type { Settings } from './settings.ts';

/** Makes the roles, and on the embedded server the database, unless they are there. */
export async function prepareDatabase(settings: Settings): Promise<void> {
  const { secrets, ports } = settings;
  if (settings.own.database) return prepareOwn(settings);
  const admin = databaseUrl({ port: ports.postgres, password: secrets.postgresPassword }, 'postgres');
  await connected(admin, async (client) => {
    await ensureRole(client, owner, secrets.ownerPassword);
    await ensureRole(client, application, secrets.applicationPassword);
  });
  await ensureDatabase(admin, 'fairway');
}

async function prepareOwn(settings: Settings): Promise<void> {
  const url = new URL(settings.applicationUrl);
  const place = `${url.host}${url.pathname}`;
  try {
    await connected(settings.ownerUrl, async (client) => {
      await ensureRole(client, application, decodeURIComponent(url.password));
      const database = decodeURIComponent(url.pathname.slice(1));
      await client.query(`GRANT CONNECT, TEMPORARY ON DATABASE ${pg.escapeIdentifier(database)} TO ${application}`);
    });
  } catch (reason) {
    const why = reason instanceof Error ? reason.message : String(reason);
    throw new Problem(
      `the database of DATABASE_URL (${place}) cannot be prepared: ${why}`,
      `Check that it can be reached, and that its user owns the database and may create roles (ALTER ROLE … CREATEROLE): the program runs as a role of its own, ${application}, that cannot alter tables.`,
    );
  }
}

/** Which database this is, for the note that it has been seeded: another made in its place has another number. */
export async function databaseName(settings: Settings): Promise<string> {
  return connected(settings.ownerUrl, async (client) => {
    const asked = await client.query<{ oid: string }>(
      'SELECT oid::text FROM pg_database WHERE datname = current_database()',
    );
    const url = new URL(settings.ownerUrl);
    return `${settings.own.database ? url.host : 'embedded'}${url.pathname}/${asked.rows[0]?.oid ?? ''}`;
  });
}

/**
 * Somebody whom a trial trigger can enrol: an adult of the first team in no pathway, who may be contacted and has no e-mail
 * address, so that the call task shows on the worklist at once.
 */
export async function triggerPerson(settings: Settings): Promise<string | null> {
  return connected(settings.ownerUrl, async (client) => {
    const asked = await client.query<{ nhs_number: string }>(
      `SELECT p.nhs_number FROM person p
       WHERE p.nhs_number IS NOT NULL AND p.email IS NULL AND p.deceased_on IS NULL AND p.moved_away_on IS NULL
         AND NOT p.sensitive AND p.team_key = 'northamptonshire'
         AND p.birth_date BETWEEN current_date - interval '70 years' AND current_date - interval '40 years'
         AND NOT EXISTS (SELECT FROM episode e WHERE e.person_id = p.id)
         AND NOT EXISTS (SELECT FROM finding f WHERE f.person_id = p.id)
         AND NOT EXISTS (SELECT FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
         AND NOT EXISTS (SELECT FROM fact f WHERE f.person_id = p.id AND f.kind IN ('flag', 'declined'))
       ORDER BY p.nhs_number LIMIT 1`,
    );
    return asked.rows[0]?.nhs_number ?? null;
  });
}
