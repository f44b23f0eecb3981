import { describe, expect, it } from '@jest/globals';
import { CsrfWrong } from '#platform/identity';
import { checkOwnPage, type Shown } from './own-page.js';

const OWN = { csrfToken: 'token-of-this-session', origin: 'https://fairway.example' };

function shown(changes: Partial<Shown> = {}): Shown {
  return { method: 'POST', token: OWN.csrfToken, origin: OWN.origin, ...changes };
}

describe('checkOwnPage', () => {
  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])('takes %s with the token from our own page', (method) => {
    expect(() => checkOwnPage(shown({ method }), OWN)).not.toThrow();
  });

  it('takes a change without an origin, which some tools leave out', () => {
    expect(() => checkOwnPage(shown({ origin: undefined }), OWN)).not.toThrow();
  });

  it.each(['GET', 'HEAD', 'OPTIONS'])('asks nothing of %s', (method) => {
    expect(() => checkOwnPage(shown({ method, token: undefined, origin: 'https://evil.example' }), OWN)).not.toThrow();
  });

  it.each([
    ['no token', { token: undefined }],
    ['an empty token', { token: '' }],
    ['part of the token', { token: OWN.csrfToken.slice(0, -1) }],
    ['more than the token', { token: `${OWN.csrfToken}x` }],
    ['the token twice', { token: [OWN.csrfToken, OWN.csrfToken] }],
    ['another site', { origin: 'https://evil.example' }],
    ['no site in particular', { origin: 'null' }],
    ['our host without TLS', { origin: 'http://fairway.example' }],
    ['another port', { origin: 'https://fairway.example:8443' }],
    ['a host that begins like ours', { origin: 'https://fairway.example.evil.example' }],
  ])('refuses a change with %s', (_what, changes) => {
    expect(() => checkOwnPage(shown(changes), OWN)).toThrow(CsrfWrong);
  });
});
