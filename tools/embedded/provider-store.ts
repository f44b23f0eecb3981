import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider';

const SCHEMA = `
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS entry (
  model TEXT NOT NULL, id TEXT NOT NULL, payload TEXT NOT NULL,
  uid TEXT, user_code TEXT, grant_id TEXT, expires_at INTEGER,
  PRIMARY KEY (model, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entry_uid ON entry (uid) WHERE uid IS NOT NULL;
CREATE INDEX IF NOT EXISTS entry_grant ON entry (grant_id) WHERE grant_id IS NOT NULL;
`;

export interface ProviderStore {
  readonly adapter: AdapterFactory;
  close(): void;
}

/** Sessions, codes and grants of the provider in one SQLite file in `folder`, so that they outlive a restart. */
export function openProviderStore(folder: string): ProviderStore {
  const database = new DatabaseSync(join(folder, 'provider.db'));
  database.exec(SCHEMA);
  const forgetExpired = database.prepare('DELETE FROM entry WHERE expires_at < ?');
  const put = database.prepare(
    'INSERT OR REPLACE INTO entry (model, id, payload, uid, user_code, grant_id, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const current = '(expires_at IS NULL OR expires_at >= ?)';
  const byId = database.prepare(`SELECT payload FROM entry WHERE model = ? AND id = ? AND ${current}`);
  const byUid = database.prepare(`SELECT payload FROM entry WHERE model = ? AND uid = ? AND ${current}`);
  const byUserCode = database.prepare(`SELECT payload FROM entry WHERE model = ? AND user_code = ? AND ${current}`);
  const consume = database.prepare(
    "UPDATE entry SET payload = json_set(payload, '$.consumed', ?) WHERE model = ? AND id = ?",
  );
  const destroy = database.prepare('DELETE FROM entry WHERE model = ? AND id = ?');
  const revoke = database.prepare(
    "DELETE FROM entry WHERE grant_id = ? AND model IN ('AccessToken', 'AuthorizationCode', 'RefreshToken')",
  );

  const now = (): number => Math.floor(Date.now() / 1000);
  const sweep = setInterval(() => forgetExpired.run(now()), 10 * 60_000);
  sweep.unref();
  forgetExpired.run(now());

  const read = (row: Record<string, unknown> | undefined): AdapterPayload | undefined =>
    row ? (JSON.parse(String(row.payload)) as AdapterPayload) : undefined;

  const adapter = (model: string): Adapter => ({
    upsert: async (id, payload, expiresIn) => {
      const { uid, userCode, grantId } = payload;
      const expiresAt = expiresIn ? now() + expiresIn : null;
      put.run(model, id, JSON.stringify(payload), uid ?? null, userCode ?? null, grantId ?? null, expiresAt);
    },
    find: async (id) => read(byId.get(model, id, now())),
    findByUid: async (uid) => read(byUid.get(model, uid, now())),
    findByUserCode: async (userCode) => read(byUserCode.get(model, userCode, now())),
    consume: async (id) => void consume.run(now(), model, id),
    destroy: async (id) => void destroy.run(model, id),
    revokeByGrantId: async (grantId) => void revoke.run(grantId),
  });

  return {
    adapter,
    close: () => {
      clearInterval(sweep);
      database.close();
    },
  };
}
