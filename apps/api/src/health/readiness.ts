import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Injectable } from '@nestjs/common';
import { Settings } from '#platform/config';
import { Database, DatabaseReadOnly } from '#platform/database';
import { Temporal } from '#platform/temporal';
import { NotReady } from '../http/request.faults.js';
import type { Parts } from './health.schema.js';

const PATIENCE_MS = 2_000;

/** Asks each part this process works with whether it answers. */
@Injectable()
export class Readiness {
  private readonly probes: Readonly<Record<string, () => Promise<void>>>;

  constructor(settings: Settings, database: Database, temporal: Temporal) {
    this.probes = {
      database: () => database.ping(),
      temporal: () => temporal.ping(),
      identity: () => discover(settings.get('OIDC_ISSUER')),
      mail: () => greets(settings.get('SMTP_URL')),
    };
  }

  /** Throws NotReady, naming each part that does not answer within two seconds. */
  async check(): Promise<Parts> {
    const parts: Parts = Object.fromEntries(
      await Promise.all(
        Object.entries(this.probes).map(async ([name, probe]) => [name, await stateOf(probe)] as const),
      ),
    );
    if (Object.values(parts).some(({ state }) => state === 'down')) throw new NotReady(parts);
    return parts;
  }
}

async function stateOf(probe: () => Promise<void>): Promise<Parts[string]> {
  const late = AbortSignal.timeout(PATIENCE_MS);
  const tooLate = new Promise<never>((_resolve, reject) => {
    late.addEventListener('abort', () => reject(new Error('late')), { once: true });
  });
  return Promise.race([probe(), tooLate]).then(
    () => ({ state: 'up' as const }),
    (error: unknown) => ({ state: 'down' as const, because: reasonOf(error, late.aborted) }),
  );
}

function reasonOf(error: unknown, late: boolean): string {
  if (error instanceof DatabaseReadOnly) return 'takes no writes';
  return late ? 'no answer within 2 seconds' : 'does not answer';
}

/** A mail server speaks first: one that takes connections and says nothing is none. */
function greets(address: string): Promise<void> {
  const { protocol, hostname: host, port } = new URL(address);
  const secure = protocol === 'smtps:';
  const at = { host, port: Number(port) || (secure ? 465 : 25), timeout: PATIENCE_MS };
  return new Promise((resolve, reject) => {
    const socket = secure ? connectSecurely({ ...at, servername: host }) : connect(at);
    socket.once('data', (said) => {
      socket.end('QUIT\r\n');
      if (said.toString('latin1').startsWith('220')) resolve();
      else reject(new Error('not ready'));
    });
    socket.once('timeout', () => socket.destroy(new Error('late')));
    socket.once('end', () => reject(new Error('hung up')));
    socket.on('error', reject);
  });
}

async function discover(issuer: string): Promise<void> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}
