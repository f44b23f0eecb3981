import { connect } from 'node:net';
import { Injectable } from '@nestjs/common';
import { Settings } from '#platform/config';
import { Database } from '#platform/database';
import { NotReady } from '../http/request.faults.js';
import type { Parts } from './health.schema.js';

const PATIENCE_MS = 2_000;

/** Asks each part this process works with whether it answers. */
@Injectable()
export class Readiness {
  private readonly probes: Readonly<Record<string, () => Promise<void>>>;

  constructor(settings: Settings, database: Database) {
    this.probes = {
      database: () => database.ping(),
      temporal: () => reach(`tcp://${settings.get('TEMPORAL_ADDRESS')}`, 7233),
      identity: () => discover(settings.get('OIDC_ISSUER')),
      mail: () => reach(settings.get('SMTP_URL'), 25),
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
    () => ({ state: 'down' as const, because: late.aborted ? 'no answer within 2 seconds' : 'does not answer' }),
  );
}

function reach(address: string, usualPort: number): Promise<void> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) || usualPort, timeout: PATIENCE_MS });
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('timeout', () => socket.destroy(new Error('late')));
    socket.once('error', reject);
  });
}

async function discover(issuer: string): Promise<void> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
}
