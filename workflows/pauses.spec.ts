import { describe, expect, it } from '@jest/globals';
import { Pauses } from './pauses.js';

const day = (number: number): string => `2026-03-0${number}T09:00:00.000Z`;

describe('the pauses of a pathway', () => {
  it('hold it up from the first beginning until its end is dealt with', () => {
    const pauses = new Pauses([], new Set());
    expect(pauses.present).toBeNull();
    expect(pauses.begin('one', day(1))).toBe(true);
    expect(pauses.present).toEqual({ pauseId: 'one', since: day(1) });
    expect(pauses.ended).toBeNull();
    expect(pauses.end('one', day(3))).toBe(true);
    expect(pauses.present).toEqual({ pauseId: 'one', since: day(1) });
    expect(pauses.ended).toEqual({ pauseId: 'one', since: day(1), resumedAt: day(3) });
    pauses.close();
    expect(pauses.present).toBeNull();
  });

  it('begin and end once', () => {
    const pauses = new Pauses([], new Set());
    expect([pauses.begin('one', day(1)), pauses.begin('one', day(2))]).toEqual([true, false]);
    expect([pauses.end('one', day(3)), pauses.end('one', day(4))]).toEqual([true, false]);
    pauses.close();
    expect(pauses.begin('one', day(5))).toBe(false);
    expect(pauses.present).toBeNull();
  });

  it('never begin when their end came first', () => {
    const pauses = new Pauses([], new Set());
    expect(pauses.end('one', day(2))).toBe(false);
    expect(pauses.begin('one', day(1))).toBe(false);
    expect(pauses.all).toEqual([]);
  });

  it('that overlap give no time twice', () => {
    const pauses = new Pauses([], new Set());
    pauses.begin('one', day(1));
    pauses.begin('two', day(2));
    pauses.end('one', day(5));
    pauses.close();
    expect(pauses.present).toEqual({ pauseId: 'two', since: day(5) });
  });

  it('are remembered over a fresh history', () => {
    const heard = new Set<string>();
    const before = new Pauses([], heard);
    before.begin('one', day(1));
    before.end('one', day(2));
    before.close();
    before.begin('two', day(3));
    const after = new Pauses(before.all, new Set(heard));
    expect(after.present).toEqual({ pauseId: 'two', since: day(3) });
    expect(after.begin('one', day(4))).toBe(false);
    expect(after.begin('two', day(4))).toBe(false);
  });
});
