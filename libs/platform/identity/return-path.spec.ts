import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { safeReturnPath } from './index.js';

describe('safeReturnPath', () => {
  it.each(['/', '/work', '/work/0190?view=mine#row', '/people/a%20b', '/reports?from=2026-01-01&to=2026-02-01'])(
    'goes back to %s',
    (path) => {
      expect(safeReturnPath(path)).toBe(path);
    },
  );

  it.each([
    ['another site', 'https://evil.example/'],
    ['a host without a scheme', '//evil.example/'],
    ['a backslash host', '/\\evil.example/'],
    ['two backslashes', '\\\\evil.example/'],
    ['a tab inside', '/\t/evil.example/'],
    ['a line break inside', '/\n/evil.example'],
    ['a line break for a header', '/work\r\nSet-Cookie: a=b'],
    ['dots that climb to a host', '/.//evil.example'],
    ['dots that climb twice', '/a/..//evil.example'],
    ['a script', 'javascript:alert(1)'],
    ['a path without a slash', 'work'],
    ['the log-in itself', '/auth/login?returnTo=/auth/login'],
    ['the log-in by way of dots', '/x/../auth/login'],
    ['the data behind the screens', '/api/people'],
    ['nothing', ''],
    ['no text', undefined],
    ['a list', ['/work', '/people']],
    ['something endless', `/${'a'.repeat(2000)}`],
  ])('goes to the start instead of %s', (_what, wanted) => {
    expect(safeReturnPath(wanted)).toBe('/');
  });

  it('never leaves the site, whatever it is given', () => {
    const piece = fc.constantFrom(
      '/',
      '\\',
      '//',
      '.',
      '..',
      '@',
      ':',
      'evil.example',
      'http:',
      '%2f',
      '%5c',
      '\t',
      '\n',
      ' ',
      '?',
      '#',
      'a',
    );
    const nearly = fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string({ unit: 'binary' })), (wanted) => {
        const path = safeReturnPath(wanted);
        expect(new URL(path, 'https://fairway.example/auth/callback').origin).toBe('https://fairway.example');
      }),
      { numRuns: 2000 },
    );
  });
});
