import { describe, expect, it } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { Cookies } from './cookies.js';

const KEY = Buffer.alloc(32, 7).toString('base64');

function cookiesAt(publicUrl: string): Cookies {
  const settings = readSettings({
    PUBLIC_URL: publicUrl,
    DATABASE_URL: 'postgres://nobody@localhost/none',
    SMTP_URL: 'smtp://localhost:1',
    OIDC_ISSUER: 'http://localhost:1',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: KEY,
    LINK_KEY: KEY,
  });
  return new Cookies(new Settings(settings));
}

describe('the session cookie', () => {
  it.each([
    ['https://fairway.example', '__Host-fairway_session'],
    ['https://fairway.example:8443/', '__Host-fairway_session_8443'],
    ['http://localhost:3000', '__Host-fairway_session_3000'],
    ['http://127.0.0.1:3000', '__Host-fairway_session_3000'],
    ['http://[::1]:3000', '__Host-fairway_session_3000'],
    // No browser takes a Secure cookie here.
    ['http://fairway.lan:3000', 'fairway_session_3000'],
  ])('at %s is called %s', (publicUrl, name) => {
    expect(cookiesAt(publicUrl).sessionName).toBe(name);
  });

  it('knows where the site is', () => {
    expect(cookiesAt('https://fairway.example/').origin).toBe('https://fairway.example');
  });
});
