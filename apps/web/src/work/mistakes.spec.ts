import { describe, expect, it } from '@jest/globals';
import { mistakesIn } from './mistakes';

const aDraft = (changes = {}) => ({ outcome: 'agreed', note: '', value: '', value2: '', until: '', ...changes });
const breath = { label: 'Carbon monoxide in breath', unit: 'ppm', min: 0, max: 200, second: null };
const pressure = { label: 'Upper', unit: 'mmHg', min: 40, max: 300, second: 'Lower' };

describe('mistakesIn', () => {
  it('asks what happened', () => {
    expect(mistakesIn(aDraft({ outcome: '' }), null)).toEqual({ outcome: 'Choose what happened.' });
  });

  it('wants the day where the answer asks for one', () => {
    expect(mistakesIn(aDraft(), null, true)).toEqual({ until: 'Choose the day they want to be asked again.' });
    expect(mistakesIn(aDraft({ until: '2026-12-01' }), null, true)).toEqual({});
  });

  it('lets a reading be left out', () => {
    expect(mistakesIn(aDraft(), breath)).toEqual({});
  });

  it.each(['-1', '201', 'twelve', '1e9'])('refuses %s as a reading', (value) => {
    expect(mistakesIn(aDraft({ value }), breath)).toEqual({ value: 'Enter a number from 0 to 200.' });
  });

  it('takes both ends of the range', () => {
    expect([mistakesIn(aDraft({ value: '0' }), breath), mistakesIn(aDraft({ value: '200' }), breath)]).toEqual([
      {},
      {},
    ]);
  });

  it('wants both halves of a pair', () => {
    expect(mistakesIn(aDraft({ value: '140' }), pressure)).toEqual({ value2: 'Enter a number from 40 to 300.' });
  });

  it('refuses a pair the wrong way round', () => {
    expect(mistakesIn(aDraft({ value: '80', value2: '120' }), pressure)).toEqual({
      value2: 'This must be lower than the first number.',
    });
  });
});
