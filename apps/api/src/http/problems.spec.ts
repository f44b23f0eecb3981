import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROBLEMS } from './problems.js';

/** Faults of pathways, files and pages: nothing that an HTTP request is answered with as a problem. */
const NEVER_SENT = [
  /^(mail|notify)\./,
  /\.episode_missing$/,
  /^contact\.(link|template)_/,
  /^allocation\.entry_/,
  'contact.policy_missing',
  'detection.person_missing',
  'programmes.version_missing',
  'identity.account_refused',
  'identity.sign_in_failed',
];
const STATUSES: Readonly<Record<string, number>> = {
  invalid: 422,
  unauthenticated: 401,
  refused: 403,
  missing: 404,
  conflict: 409,
  gone: 410,
  unavailable: 503,
};

/** Every fault of the rooms and the plumbing, by its code. */
function faults(): [code: string, kind: string][] {
  const files = readdirSync('libs', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.faults.ts'),
  );
  return files.flatMap((name) => {
    const source = readFileSync(join('libs', name), 'utf8');
    const kinds = [...source.matchAll(/readonly kind = '([a-z-]+)'/g)].map((match) => match[1]!);
    const codes = [...source.matchAll(/readonly code = '([a-z_.-]+)'/g)].map((match) => match[1]!);
    return codes.map((code, place): [string, string] => [code, kinds[place]!]);
  });
}

const isSent = (code: string): boolean =>
  !NEVER_SENT.some((known) => (typeof known === 'string' ? known === code : known.test(code)));

describe('the catalogue of problems', () => {
  it('finds faults to compare with', () => {
    expect(faults().length).toBeGreaterThan(20);
  });

  it('explains every fault that a request may meet, with the status of its kind', () => {
    const told = Object.entries(PROBLEMS).map(([code, { status }]) => `${code} ${status}`);
    const wanted = faults().filter(([code]) => isSent(code));
    expect(told).toEqual(expect.arrayContaining(wanted.map(([code, kind]) => `${code} ${STATUSES[kind]}`)));
  });

  it('explains nothing that a room no longer says', () => {
    const known = new Set(faults().map(([code]) => code));
    const ours = /^(request|server|welcome|triggers|receipts)\./;
    expect(Object.keys(PROBLEMS).filter((code) => !ours.test(code) && !known.has(code))).toEqual([]);
  });
});
