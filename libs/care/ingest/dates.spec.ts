import { describe, expect, it } from '@jest/globals';
import { parseDay, parseWhen } from './dates.js';

describe('parseDay', () => {
  it.each(['2026-02-28', '2024-02-29', '1923-12-31'])('takes %s', (text) => {
    expect(parseDay(text)).toBe(text);
  });

  it.each(['2026-02-29', '2026-13-01', '2026-1-1', '26-01-01', '0000-01-01', '2026-01-01T00:00:00Z', ''])(
    'refuses %p',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );
});

describe('parseWhen', () => {
  it('takes an instant with its offset', () => {
    expect(parseWhen('2026-07-01T10:00:00.5+01:00')?.from).toBe('2026-07-01T09:00:00.500Z');
  });

  it.each([
    ['2026', '2026-01-01T00:00:00.000Z', '2026-12-31T23:59:59.999Z'],
    ['2026-02', '2026-02-01T00:00:00.000Z', '2026-02-28T23:59:59.999Z'],
    ['2026-02-03', '2026-02-03T00:00:00.000Z', '2026-02-03T23:59:59.999Z'],
  ])('takes %s as all of it', (text, from, to) => {
    expect(parseWhen(text)).toEqual({ from, to });
  });

  it.each(['2026-02-30', '2026-02-30T10:00:00Z', '2026-02-03T10:00:00', '2026-02-03T10:00:00+99:00', 'soon', '0000'])(
    'refuses %p',
    (text) => {
      expect(parseWhen(text)).toBeNull();
    },
  );
});
