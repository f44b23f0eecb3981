import { describe, expect, it } from '@jest/globals';
import { readSettings, SettingsWrong } from './index.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

function someSettings(changes: Record<string, string> = {}): Record<string, string> {
  return {
    DATABASE_URL: 'postgres://fairway_app:x@localhost:5432/fairway',
    SMTP_URL: 'smtp://localhost:2525',
    OIDC_ISSUER: 'http://localhost:4000',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: KEY,
    LINK_KEY: KEY,
    ...changes,
  };
}

describe('readSettings', () => {
  it('fills in the defaults', () => {
    expect(readSettings(someSettings()).PORT).toBe(3000);
  });

  it('treats an empty value as absent', () => {
    expect(readSettings(someSettings({ PORT: '' })).PORT).toBe(3000);
  });

  it('lists everything that is wrong at once', () => {
    const wrong = someSettings({ PORT: 'high', SMTP_URL: 'ftp://nowhere', LINK_KEY: 'short' });
    expect(() => readSettings(wrong)).toThrow(SettingsWrong);
    expect(() => readSettings(wrong)).toThrow(/PORT[^]*SMTP_URL[^]*LINK_KEY/);
  });

  it('refuses trigger secrets that are no secrets', () => {
    expect(() => readSettings(someSettings({ TRIGGER_SECRETS: '{"gp":"plain"}' }))).toThrow(/TRIGGER_SECRETS/);
  });
});
