import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock } from '#platform/kernel';
import { isRole, type Role } from './policy.js';
import type { Claims } from './claims.js';

const MINUTE_MS = 60_000;
/** A session that is not used ends after this time. */
export const IDLE_MINUTES = 30;
/** No session lasts longer than this, however much it is used. */
export const LONGEST_HOURS = 12;
// Use is written down at most once a minute, so that reading a page costs no write.
const SEEN_EVERY_MS = MINUTE_MS;

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly organisation: string;
  readonly team: string | null;
}

export interface Session {
  readonly account: Account;
  /** What our own pages send with every change, and no other page can know. */
  readonly csrfToken: string;
}

interface SessionRow {
  readonly csrfToken: string;
  readonly seenAt: Date;
  readonly expiresAt: Date;
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly organisation: string;
  readonly team: string | null;
}

/** Sessions of people, kept in Postgres. The browser holds a random value, the database only its SHA-256. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
  ) {}

  /** Begins a session with a new value for the cookie, and ends the one the browser had before. */
  async open(claims: Claims, valueBefore?: string): Promise<string> {
    const value = randomValue();
    const now = this.clock.now();
    await this.database.inTransaction(async () => {
      const { client } = this.database;
      await client.session.deleteMany({ where: { expiresAt: { lt: now } } });
      if (valueBefore) await client.session.deleteMany({ where: { tokenHash: hashOf(valueBefore) } });
      const { issuer, subject, ...seen } = claims;
      const known = { ...seen, lastSeenAt: now };
      const account = await client.account.upsert({
        where: { issuer_subject: { issuer, subject } },
        create: { issuer, subject, ...known },
        update: known,
      });
      await client.session.create({
        data: {
          tokenHash: hashOf(value),
          accountId: account.id,
          csrfToken: randomValue(),
          createdAt: now,
          seenAt: now,
          expiresAt: new Date(now.getTime() + LONGEST_HOURS * 60 * MINUTE_MS),
        },
      });
      await this.record('session.opened', { ...account, role: claims.role });
    });
    return value;
  }

  /** The session of a cookie's value while it lasts. `isUse: false` looks without keeping it awake. */
  async find(value: string, { isUse = true } = {}): Promise<Session | null> {
    const now = this.clock.now();
    const tokenHash = hashOf(value);
    // Every request asks this: one statement, where the client's own include would send two.
    const [row] = await this.database.client.$queryRaw<SessionRow[]>`
      SELECT s.csrf_token AS "csrfToken", s.seen_at AS "seenAt", s.expires_at AS "expiresAt",
             a.id, a.name, a.role, a.organisation, a.team
        FROM session s JOIN account a ON a.id = s.account_id
       WHERE s.token_hash = ${tokenHash}`;
    if (!row || row.expiresAt <= now || row.seenAt.getTime() + IDLE_MINUTES * MINUTE_MS <= now.getTime()) return null;
    const { csrfToken, seenAt, id, name, role, organisation, team } = row;
    // A role that a later version no longer knows must not keep what it once allowed.
    if (!isRole(role)) return null;
    if (isUse && now.getTime() - seenAt.getTime() >= SEEN_EVERY_MS) {
      await this.database.client.session.updateMany({ where: { tokenHash }, data: { seenAt: now } });
    }
    return { account: { id, name, role, organisation, team }, csrfToken };
  }

  /** Ends the session; a value that has none is no mistake. */
  async end(value: string): Promise<void> {
    const session = await this.find(value, { isUse: false });
    await this.database.inTransaction(async () => {
      await this.database.client.session.deleteMany({ where: { tokenHash: hashOf(value) } });
      if (session) await this.record('session.ended', session.account);
    });
  }

  private async record(action: string, { id, role, organisation }: Omit<Account, 'name' | 'team'>): Promise<void> {
    await Audit.as({ kind: 'user', id, role, organisation }, () =>
      this.audit.record({ action, subjectKind: 'account', subjectId: id }),
    );
  }
}

function randomValue(): string {
  return randomBytes(32).toString('base64url');
}

function hashOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
