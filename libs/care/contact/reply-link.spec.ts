import { describe, expect, it } from '@jest/globals';
import { answersFor, hashOf, looksLikeToken, newToken } from './reply-link.js';

describe('reply links', () => {
  it('carry 256 bits, never the same twice', () => {
    const tokens = Array.from({ length: 1000 }, newToken);
    expect(new Set(tokens).size).toBe(1000);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32 && looksLikeToken(token))).toBe(true);
  });

  it('are kept as SHA-256', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it.each(['', 'a', `${newToken()}x`, `${newToken().slice(1)} `, '../'.repeat(15).slice(0, 43)])(
    'are not any other text, case %#',
    (text) => {
      expect(looksLikeToken(text)).toBe(false);
    },
  );

  it('to stop take no other answer', () => {
    expect(answersFor('stop')).toEqual(['stop']);
    expect(answersFor('answer')).toEqual(['yes', 'not-now', 'sorted', 'stop']);
  });
});
