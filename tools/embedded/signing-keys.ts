import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** The provider's private keys: made at the first start, kept in `folder` for its owner alone. */
export async function signingKeys(folder: string): Promise<{ keys: JWK[] }> {
  const path = join(folder, 'signing-keys.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as { keys: JWK[] };
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const keys = { keys: [{ ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), use: 'sig', alg: 'RS256' }] };
  // Written beside and moved into place, so that a crash never leaves half a key.
  writeFileSync(`${path}.new`, JSON.stringify(keys), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return keys;
}
