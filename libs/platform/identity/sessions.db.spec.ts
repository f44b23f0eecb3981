import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Audit } from '#platform/audit';
import { readSettings, Settings } from '#platform/config';
import { Database } from '#platform/database';
import { StoppedClock } from '#platform/kernel';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { type Claims, IDLE_MINUTES, LONGEST_HOURS, SessionsService } from './index.js';

const START = new Date('2026-11-02T09:00:00Z');
const KEY = Buffer.alloc(32, 7).toString('base64');

function someClaims(changes: Partial<Claims> = {}): Claims {
  return {
    issuer: 'http://localhost:4000',
    subject: 'coordinator',
    name: 'Care coordinator',
    role: 'care-coordinator',
    organisation: 'northamptonshire-care',
    team: 'northamptonshire',
    ...changes,
  };
}

describe('SessionsService', () => {
  const clock = new StoppedClock(START);
  let copy: DatabaseCopy;
  let database: Database;
  let sessions: SessionsService;

  const pass = (minutes: number): void => clock.moveTo(new Date(clock.now().getTime() + minutes * 60_000));

  beforeAll(async () => {
    copy = await cloneDatabase();
    const settings = readSettings({
      DATABASE_URL: copy.url,
      SMTP_URL: 'smtp://localhost:1',
      OIDC_ISSUER: 'http://localhost:1',
      OIDC_CLIENT_SECRET: 'secret',
      PAYLOAD_KEY: KEY,
      LINK_KEY: KEY,
    });
    database = new Database(new Settings(settings));
    sessions = new SessionsService(database, clock, new Audit(database, clock));
  });

  beforeEach(async () => {
    clock.moveTo(START);
    await database.client.session.deleteMany();
  });

  afterAll(async () => {
    await database.onApplicationShutdown();
    await copy.drop();
  });

  it('finds the account by the value it gave out', async () => {
    const value = await sessions.open(someClaims());
    expect((await sessions.find(value))?.account).toMatchObject({
      name: 'Care coordinator',
      role: 'care-coordinator',
      organisation: 'northamptonshire-care',
      team: 'northamptonshire',
    });
  });

  it('keeps neither the value nor anything it can be made from', async () => {
    const value = await sessions.open(someClaims());
    expect(value).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await database.client.session.findMany())).not.toContain(value);
  });

  it('gives every log-in values of its own', async () => {
    const one = await sessions.open(someClaims());
    const other = await sessions.open(someClaims());
    expect(other).not.toBe(one);
    expect((await sessions.find(one))?.csrfToken).not.toBe((await sessions.find(other))?.csrfToken);
  });

  it('ends the session the browser had before when somebody logs in', async () => {
    const before = await sessions.open(someClaims());
    const after = await sessions.open(
      someClaims({ subject: 'manager', role: 'programme-manager', team: null }),
      before,
    );
    expect(await sessions.find(before)).toBeNull();
    expect((await sessions.find(after))?.account.role).toBe('programme-manager');
  });

  it('keeps one account a subject, as the provider last described it', async () => {
    const before = (await sessions.find(await sessions.open(someClaims())))!;
    const after = (await sessions.find(await sessions.open(someClaims({ team: 'walsall' }))))!;
    expect(after.account.id).toBe(before.account.id);
    expect(after.account.team).toBe('walsall');
  });

  it('keeps the same subject of another provider apart', async () => {
    const one = (await sessions.find(await sessions.open(someClaims())))!;
    const other = (await sessions.find(await sessions.open(someClaims({ issuer: 'https://login.example' }))))!;
    expect(other.account.id).not.toBe(one.account.id);
  });

  it('ends after half an hour without use', async () => {
    const value = await sessions.open(someClaims());
    pass(IDLE_MINUTES);
    expect(await sessions.find(value)).toBeNull();
  });

  it('lasts while it is used', async () => {
    const value = await sessions.open(someClaims());
    pass(IDLE_MINUTES - 1);
    await sessions.find(value);
    pass(IDLE_MINUTES - 1);
    expect(await sessions.find(value)).not.toBeNull();
  });

  it('is not kept awake by being looked at', async () => {
    const value = await sessions.open(someClaims());
    pass(IDLE_MINUTES - 1);
    await sessions.find(value, { isUse: false });
    pass(2);
    expect(await sessions.find(value)).toBeNull();
  });

  it('ends after twelve hours however much it is used', async () => {
    const value = await sessions.open(someClaims());
    for (let minutes = 0; minutes < LONGEST_HOURS * 60 - 20; minutes += 20) {
      pass(20);
      expect(await sessions.find(value)).not.toBeNull();
    }
    pass(20);
    expect(await sessions.find(value)).toBeNull();
  });

  it('ends when it is told to, and may be told twice', async () => {
    const value = await sessions.open(someClaims());
    await sessions.end(value);
    await sessions.end(value);
    expect(await sessions.find(value)).toBeNull();
  });

  it('ends no other session', async () => {
    const mine = await sessions.open(someClaims());
    const theirs = await sessions.open(someClaims({ subject: 'link-worker', role: 'link-worker' }));
    await sessions.end(mine);
    expect(await sessions.find(theirs)).not.toBeNull();
  });

  it.each(['', 'guess', '0'.repeat(43)])('finds nothing for %p', async (value) => {
    expect(await sessions.find(value)).toBeNull();
  });

  it('gives nothing to an account whose role is no longer known', async () => {
    const value = await sessions.open(someClaims());
    await database.client.account.updateMany({ data: { role: 'retired-role' } });
    expect(await sessions.find(value)).toBeNull();
  });

  it('forgets what has ended when the next person logs in', async () => {
    await sessions.open(someClaims());
    pass(LONGEST_HOURS * 60 + 1);
    await sessions.open(someClaims());
    expect(await database.client.session.count()).toBe(1);
  });

  it('writes both ends into the audit trail as the account’s own acts', async () => {
    const value = await sessions.open(someClaims({ subject: 'audited' }));
    const { id } = (await sessions.find(value))!.account;
    await sessions.end(value);
    const written = await database.client.auditEntry.findMany({ where: { subjectId: id }, orderBy: { seq: 'asc' } });
    expect(written.map(({ action, actorKind, actorId, role }) => ({ action, actorKind, actorId, role }))).toEqual([
      { action: 'session.opened', actorKind: 'user', actorId: id, role: 'care-coordinator' },
      { action: 'session.ended', actorKind: 'user', actorId: id, role: 'care-coordinator' },
    ]);
  });
});
