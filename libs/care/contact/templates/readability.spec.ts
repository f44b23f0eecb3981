import { describe, expect, it } from '@jest/globals';
import { readingGrade } from './readability.js';

describe('readingGrade', () => {
  it('follows the formula', () => {
    // Ten words, two sentences, ten syllables: 0.39 * 5 + 11.8 * 1 - 15.59.
    expect(readingGrade('The cat sat on the mat. It did not move.')).toBeCloseTo(-1.84, 2);
    // Four words, one sentence, fifteen syllables: 0.39 * 4 + 11.8 * 3.75 - 15.59.
    expect(readingGrade('International communication necessitates cooperation.')).toBeGreaterThan(25);
  });

  it.each([
    ['table', 'a single table', 'ta-ble'],
    ['helped', 'asked', 'one'],
  ])('does not count what is not said: %s', (word) => {
    expect(readingGrade(`${word}.`)).toBeLessThanOrEqual(0.39 + 11.8 * (word === 'table' ? 2 : 1) - 15.59 + 0.001);
  });

  it('reads no links and no field names', () => {
    expect(readingGrade('Go to this page: https://fairway.test/r/extraordinary')).toBe(
      readingGrade('Go to this page:'),
    );
    expect(readingGrade('Hello {{practitioner}}.')).toBe(readingGrade('Hello Sam.'));
  });
});
