import { describe, expect, it } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { StoppedClock } from '#platform/kernel';
import { type BegunSignIn, SIGN_IN_MINUTES, SignInSeal } from './index.js';

const START = new Date('2026-11-02T09:00:00Z');
const BEGUN: BegunSignIn = { state: 's-1', nonce: 'n-1', verifier: 'v-1', returnTo: '/work' };

function aSeal({ key = 7, clock = new StoppedClock(START) } = {}): SignInSeal {
  const settings = readSettings({
    DATABASE_URL: 'postgres://nobody@localhost/none',
    SMTP_URL: 'smtp://localhost:1',
    OIDC_ISSUER: 'http://localhost:1',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: Buffer.alloc(32, 1).toString('base64'),
    LINK_KEY: Buffer.alloc(32, key).toString('base64'),
  });
  return new SignInSeal(new Settings(settings), clock);
}

describe('SignInSeal', () => {
  it('opens what it sealed', async () => {
    expect(await aSeal().open(await aSeal().seal(BEGUN))).toEqual(BEGUN);
  });

  it('shows nothing of what it holds', async () => {
    const sealed = await aSeal().seal(BEGUN);
    const readable = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(readable.join(' ')).not.toMatch(/s-1|n-1|v-1|work/);
  });

  it('opens nothing after its time', async () => {
    const clock = new StoppedClock(START);
    const sealed = await aSeal({ clock }).seal(BEGUN);
    clock.moveTo(new Date(START.getTime() + SIGN_IN_MINUTES * 60_000 + 1000));
    expect(await aSeal({ clock }).open(sealed)).toBeNull();
  });

  it('opens nothing sealed with another key', async () => {
    expect(await aSeal({ key: 8 }).open(await aSeal().seal(BEGUN))).toBeNull();
  });

  it('opens nothing that was changed', async () => {
    const sealed = await aSeal().seal(BEGUN);
    const changed = sealed.slice(0, -3) + (sealed.endsWith('AAA') ? 'BBB' : 'AAA');
    expect(await aSeal().open(changed)).toBeNull();
  });

  it.each(['', 'x', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('opens nothing from %p', async (text) => {
    expect(await aSeal().open(text)).toBeNull();
  });
});
