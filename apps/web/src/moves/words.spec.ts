import { describe, expect, it } from '@jest/globals';
import { progressOf, sayBecause, timeLeft } from './words';

const NOW = new Date('2026-11-22T10:00:00Z');

describe('the time left to undo a move', () => {
  it.each([
    ['2026-11-23T10:00:00Z', '24 hours'],
    ['2026-11-22T11:01:59Z', '1 hour 1 minute'],
    ['2026-11-22T10:30:00Z', '30 minutes'],
    ['2026-11-22T10:00:30Z', 'less than a minute'],
    ['2026-11-22T09:59:59Z', null],
  ])('until %s is %s', (until, left) => {
    expect(timeLeft(until, NOW)).toBe(left);
  });
});

describe('how far a batch has come', () => {
  it('counts those who moved and those who will not', () => {
    const some = { because: null, examples: [] };
    const moves = [
      { ...some, status: 'asked' as const, count: 3 },
      { ...some, status: 'moved' as const, count: 5 },
      { ...some, status: 'refused' as const, count: 1 },
    ];
    expect(progressOf({ moves })).toEqual({ done: 6, all: 9 });
  });
});

describe('why somebody stays', () => {
  it('is said in words, also when it is not known', () => {
    expect(sayBecause('paused')).toMatch(/paused/);
    expect(sayBecause('something-new')).toBe('No reason was given');
    expect(sayBecause(null)).toBe('No reason was given');
  });
});
