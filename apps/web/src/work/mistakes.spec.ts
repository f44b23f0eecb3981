import { describe, expect, it } from '@jest/globals';
import { mistakesIn } from './mistakes';

const aDraft = (changes = {}) => ({ outcome: 'agreed', note: '', value: '', value2: '', until: '', ...changes });
const anOutcome = (changes = {}) => ({
  ...{ key: 'agreed', label: 'Wants help', hint: null, then: 'Next: Refer.', asksDay: false },
  ...{ valueFrom: null, valueBelow: null, ...changes },
});
const breath = { label: 'Carbon monoxide in breath', unit: 'ppm', min: 0, max: 200, second: null };
const pressure = { label: 'Upper', unit: 'mmHg', min: 40, max: 300, second: 'Lower' };

describe('mistakesIn', () => {
  it('asks what happened', () => {
    expect(mistakesIn(aDraft({ outcome: '' }), null, [anOutcome()])).toEqual({ outcome: 'Choose what happened.' });
  });

  it('wants the day where the answer asks for one', () => {
    expect(mistakesIn(aDraft(), null, [anOutcome({ asksDay: true })])).toEqual({
      until: 'Choose the day they want to be asked again.',
    });
    expect(mistakesIn(aDraft({ until: '2026-12-01' }), null, [anOutcome({ asksDay: true })])).toEqual({});
  });

  it('lets a reading be left out', () => {
    expect(mistakesIn(aDraft(), breath, [anOutcome()])).toEqual({});
  });

  it.each(['-1', '201', 'twelve', '1e9'])('refuses %s as a reading', (value) => {
    expect(mistakesIn(aDraft({ value }), breath, [anOutcome()])).toEqual({ value: 'Enter a number from 0 to 200.' });
  });

  it('takes both ends of the range', () => {
    expect([
      mistakesIn(aDraft({ value: '0' }), breath, [anOutcome()]),
      mistakesIn(aDraft({ value: '200' }), breath, [anOutcome()]),
    ]).toEqual([{}, {}]);
  });

  it('wants both halves of a pair', () => {
    expect(mistakesIn(aDraft({ value: '140' }), pressure, [anOutcome()])).toEqual({
      value2: 'Enter a number from 40 to 300.',
    });
  });

  it('refuses a pair the wrong way round', () => {
    expect(mistakesIn(aDraft({ value: '80', value2: '120' }), pressure, [anOutcome()])).toEqual({
      value2: 'This must be lower than the first number.',
    });
  });

  describe('an outcome with bounds', () => {
    const outcomes = [
      anOutcome({ key: 'quit', label: 'Has not smoked', valueBelow: 10 }),
      anOutcome({ key: 'smoked', label: 'Has smoked' }),
      anOutcome({ key: 'heavy', label: 'Smokes heavily', valueFrom: 20 }),
    ];

    it.each(['', '0', '9.9'])('takes %p', (value) => {
      expect(mistakesIn(aDraft({ outcome: 'quit', value }), breath, outcomes)).toEqual({});
    });

    it('says what to choose at the bound and beyond', () => {
      expect(mistakesIn(aDraft({ outcome: 'quit', value: '10' }), breath, outcomes)).toEqual({
        outcome: '10 ppm or above does not go with “Has not smoked”: choose “Has smoked”.',
      });
      expect(mistakesIn(aDraft({ outcome: 'heavy', value: '19' }), breath, outcomes).outcome).toBe(
        'Below 20 ppm does not go with “Smokes heavily”: choose “Has smoked”.',
      );
    });

    it('says only that the reading is out of range where it is', () => {
      expect(mistakesIn(aDraft({ outcome: 'quit', value: '201' }), breath, outcomes)).toEqual({
        value: 'Enter a number from 0 to 200.',
      });
    });
  });
});
