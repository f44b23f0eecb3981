import { describe, expect, it } from '@jest/globals';
import { workingTime } from './working-time';

describe('working time', () => {
  it.each([
    [0.2, 'under an hour'],
    [1, '1 hour'],
    [7.4, '7 hours'],
    [8, '1 working day'],
    [12, '1.5 working days'],
    [41, '5 working days'],
  ])('of %p working hours is said as %s', (hours, said) => {
    expect(workingTime(hours)).toBe(said);
  });
});
