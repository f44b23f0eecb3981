import { describe, expect, it } from '@jest/globals';
import { after, ageOn, before, parseDuration, parseNhsNumber, sayDuration } from './index.js';

describe('working time', () => {
  it('skips the Christmas bank holidays and the weekend', () => {
    const thursday = new Date('2026-12-24T10:00:00Z');
    expect(after(thursday, { amount: 1, unit: 'working-days' }).toISOString()).toBe('2026-12-29T17:00:00.000Z');
  });

  it('keeps the clock time when the clocks go back', () => {
    const from = new Date('2026-10-24T09:00:00Z');
    expect(after(from, { amount: 1, unit: 'days' }).toISOString()).toBe('2026-10-25T10:00:00.000Z');
  });

  it('ends a working day at five in London, summer or winter', () => {
    expect(after(new Date('2026-07-01T08:00:00Z'), { amount: 1, unit: 'working-days' }).toISOString()).toBe(
      '2026-07-02T16:00:00.000Z',
    );
  });

  it('counts backwards the same way', () => {
    expect(before(new Date('2026-11-23T12:00:00Z'), { amount: 1, unit: 'working-days' }).toISOString()).toBe(
      '2026-11-20T17:00:00.000Z',
    );
  });

  it('gives a leap-day child a birthday on 1 March', () => {
    const born = new Date('2008-02-29');
    expect(ageOn(born, new Date('2026-02-28T12:00:00Z'))).toBe(17);
    expect(ageOn(born, new Date('2026-03-01T12:00:00Z'))).toBe(18);
  });
});

describe('durations', () => {
  it.each(['7 days', '1 week', '5 working days', '30 seconds'])('says %s back as it was read', (text) => {
    expect(sayDuration(parseDuration(text)!)).toBe(text);
  });

  it.each(['soon', '-1 days', '1.5 days', '', '99999 days'])('refuses %p', (text) => {
    expect(parseDuration(text)).toBeNull();
  });
});

describe('NHS numbers', () => {
  it.each(['9434765919', '401 023 2137', '999-000-0018', '9990000050'])('accepts %s', (text) => {
    expect(parseNhsNumber(text)).toHaveLength(10);
  });

  it.each(['9434765918', '999000000', '99900000000', '943476591x', '9990000001'])('refuses %s', (text) => {
    expect(parseNhsNumber(text)).toBeNull();
  });
});
