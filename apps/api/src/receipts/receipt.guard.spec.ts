import type { ExecutionContext } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { BounceTokenGuard, NotifyTokenGuard } from './receipt.guard.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const TOKEN = 'sixteen-characters-or-more';

function settings(changes: Record<string, string> = {}): Settings {
  return new Settings(
    readSettings({
      DATABASE_URL: 'postgres://localhost/none',
      SMTP_URL: 'smtp://127.0.0.1:9',
      OIDC_ISSUER: 'http://127.0.0.1:9',
      OIDC_CLIENT_SECRET: 'secret',
      PAYLOAD_KEY: KEY,
      LINK_KEY: KEY,
      ...changes,
    }),
  );
}

const asked = (authorization?: string): ExecutionContext =>
  ({ switchToHttp: () => ({ getRequest: () => ({ headers: { authorization } }) }) }) as unknown as ExecutionContext;

describe('the token of receipts', () => {
  const notify = new NotifyTokenGuard(settings({ NOTIFY_CALLBACK_TOKEN: TOKEN }));

  it('lets in who shows it', () => {
    expect(notify.canActivate(asked(`Bearer ${TOKEN}`))).toBe(true);
  });

  it.each([undefined, '', TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, 'Bearer ', `Bearer ${TOKEN.slice(1)}`])(
    'lets nobody in with %j',
    (authorization) => {
      expect(() => notify.canActivate(asked(authorization))).toThrow('Send the token');
    },
  );

  it('opens nothing where none was agreed, and not the other door', () => {
    const bounce = new BounceTokenGuard(settings({ NOTIFY_CALLBACK_TOKEN: TOKEN }));
    for (const shown of ['undefined', TOKEN]) {
      expect(() => bounce.canActivate(asked(`Bearer ${shown}`))).toThrow('Send the token');
    }
  });
});
