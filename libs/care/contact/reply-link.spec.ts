import { describe, expect, it } from '@jest/globals';
import { answersFor, askAgainAt, hashOf, newToken, purposeOf } from './reply-link.js';

const KEY = Buffer.alloc(32, 7);

describe('reply links', () => {
  it('carry 240 bits, never the same twice, and say what they are for', () => {
    const tokens = Array.from({ length: 1000 }, (_, nth) => newToken(nth % 2 ? 'stop' : 'answer', KEY));
    expect(new Set(tokens).size).toBe(1000);
    expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 30)).toBe(true);
    expect(tokens.map((token) => purposeOf(token, KEY))).toEqual(
      tokens.map((_token, nth) => (nth % 2 ? 'stop' : 'answer')),
    );
  });

  it('are kept as SHA-256', () => {
    expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('are known by nobody without the key', () => {
    expect(purposeOf(newToken('answer', Buffer.alloc(32, 8)), KEY)).toBeNull();
  });

  it('do not survive the change of any one character', () => {
    const token = newToken('answer', KEY);
    for (let at = 0; at < token.length; at += 1) {
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      expect(purposeOf(changed, KEY)).toBeNull();
    }
  });

  it('cannot be turned to another purpose', () => {
    const answer = Buffer.from(newToken('answer', KEY), 'base64url');
    const stop = Buffer.from(newToken('stop', KEY), 'base64url');
    const crossed = Buffer.concat([answer.subarray(0, 16), stop.subarray(16)]).toString('base64url');
    expect(purposeOf(crossed, KEY)).toBeNull();
  });

  it.each([
    '',
    'a',
    `${newToken('answer', KEY)}x`,
    `${newToken('answer', KEY).slice(1)} `,
    '../'.repeat(15).slice(0, 40),
  ])('are not any other text, case %#', (text) => {
    expect(purposeOf(text, KEY)).toBeNull();
  });

  it('to stop take no other answer', () => {
    expect(answersFor('stop')).toEqual(['stop']);
    expect(answersFor('answer')).toEqual(['yes', 'not-now', 'later', 'sorted', 'stop']);
  });
});

describe('asking again', () => {
  it.each([
    ['week', '2026-10-27T10:00:00.000Z'],
    ['month', '2026-11-20T10:00:00.000Z'],
    ['three-months', '2027-01-20T10:00:00.000Z'],
  ] as const)('in a %s keeps the clock time over a change of clocks', (later, expected) => {
    expect(askAgainAt(later, new Date('2026-10-20T09:00:00Z'), 'england').toISOString()).toBe(expected);
  });
});
