import { describe, expect, it } from '@jest/globals';
import { checkOutcome, checkReading, tagsOf, tidyNote } from './task.js';
import { fromCursor, personLabel, personNumber, toCursor } from './worklist.js';

const PRESSURE = {
  id: 'task',
  asks: {
    instrument: 'blood-pressure',
    value: { label: 'Systolic', unit: 'mmHg', min: 40, max: 300, second: 'Diastolic' },
  },
};

describe('readings', () => {
  it('accepts none, and a pair the right way round', () => {
    expect(() => checkReading(PRESSURE, {})).not.toThrow();
    expect(() => checkReading(PRESSURE, { value: 152, value2: 96 })).not.toThrow();
  });

  it.each([
    ['half a pair', { value: 152 }, 'Diastolic'],
    ['the other half', { value2: 96 }, 'Systolic'],
    ['a pair the wrong way round', { value: 96, value2: 152 }, 'lower than'],
    ['a value above the range', { value: 301, value2: 96 }, 'between 40 and 300'],
    ['a second value below the range', { value: 152, value2: 39 }, 'between 40 and 300'],
    ['what is no number', { value: Number.NaN, value2: 96 }, 'between 40 and 300'],
  ])('refuses %s', (_what, reading, because) => {
    expect(() => checkReading(PRESSURE, reading)).toThrow(because);
  });

  it('refuses a value nobody asked for', () => {
    expect(() => checkReading({ id: 'task', asks: null }, { value: 1 })).toThrow('does not ask');
  });
});

describe('an outcome beside a reading', () => {
  const quit = { key: 'quit', label: 'Has not smoked', marks: [], good: true, valueBelow: 10 };
  const smoked = { key: 'not-quit', label: 'Has smoked', marks: [], good: false };
  const heavy = { key: 'heavy', label: 'Smokes heavily', marks: [], good: false, valueFrom: 20 };
  const task = {
    id: 'task',
    asks: { instrument: 'russell-standard-4-week', value: { label: 'Carbon monoxide', unit: 'ppm', min: 0, max: 200 } },
    outcomes: [quit, smoked, heavy],
  };

  it.each([
    ['just below the bound', quit, 9.9],
    ['without a reading', quit, null],
    ['at the lower bound', heavy, 20],
    ['without bounds', smoked, 3],
  ])('may be chosen %s', (_when, chosen, value) => {
    expect(() => checkOutcome(task, chosen, value)).not.toThrow();
  });

  it('is refused at the bound, saying what to choose', () => {
    expect(() => checkOutcome(task, quit, 10)).toThrow(
      '10 ppm or above does not go with “Has not smoked”: choose “Has smoked”.',
    );
    expect(() => checkOutcome(task, quit, 25)).toThrow('choose “Has smoked” or “Smokes heavily”.');
    expect(() => checkOutcome(task, heavy, 19.9)).toThrow('Below 20 ppm does not go with “Smokes heavily”');
  });
});

describe('tags', () => {
  it('says the weightiest reasons first and leaves out long ones', () => {
    const parts = [
      { points: 5, because: 'Core20' },
      { points: 9, because: 'Has said something that is far too long for a row' },
      { points: 40, because: 'Pregnant' },
    ];
    expect(tagsOf(parts)).toEqual(['Pregnant', 'Core20']);
  });

  it('makes nothing of what is no list', () => {
    expect(tagsOf({ points: 1 })).toEqual([]);
  });
});

describe('notes', () => {
  it('keeps nothing of an empty one', () => {
    expect(tidyNote('  \n ', 'task')).toBeNull();
  });

  it('refuses more than 2,000 characters', () => {
    expect(() => tidyNote('a'.repeat(2001), 'task')).toThrow('2000');
  });
});

describe('places in the list', () => {
  it('come back as they were given', () => {
    const place = { priority: 60, dueAt: new Date('2026-11-20T17:00:00Z'), id: '01a2022b-14a2-7dbd-98aa-c49e1abae6d7' };
    expect(fromCursor(toCursor(place))).toEqual(place);
  });
});

describe('labels', () => {
  it('give a person the same four digits every time', () => {
    const id = '01a2022b-14a2-7dbd-98aa-c49e1abae6d7';
    expect(personNumber(id)).toBe(personNumber(id));
    expect(personLabel(id, 34, 'Testbury 001A')).toMatch(/^Person \d{4} · 34 · Testbury 001A$/);
    expect(personLabel(id, 34, null)).toMatch(/^Person \d{4} · 34$/);
  });
});
