import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shippedFolder } from '#care/ingest';
import { named, readAssumptions, shippedAssumptions } from './simulation-assumptions.js';

const shipped = readFileSync(`${shippedFolder('programmes/simulation')}/assumptions.yaml`, 'utf8');

describe('the shipped assumptions', () => {
  it('say of each part what it rests on', () => {
    const { sources, version, ...parts } = shippedAssumptions();
    expect(version).toBe(1);
    for (const [name, { basis, says }] of Object.entries(parts)) {
      expect([name, says.length > 20]).toEqual([name, true]);
      for (const source of basis === 'assumption' ? [] : basis) expect(sources).toHaveProperty(source);
    }
  });

  it('share out answers and rechecks whole', () => {
    const { replies, rechecks } = shippedAssumptions();
    for (const shares of [replies.answers, rechecks.results]) {
      expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    }
  });

  it('have a number for whatever they do not name', () => {
    const { services } = shippedAssumptions();
    expect(named(services.placesPerWeek, 'housing')).toBe(10);
    expect(named(services.placesPerWeek, 'chess')).toBe(services.placesPerWeek.other);
  });
});

describe('assumptions of one’s own', () => {
  it.each([
    ['a share above 1', 'declines: 0.1', 'declines: 11', 'services.declines'],
    ['a source that is not there', 'basis: [stop-smoking-2019]', 'basis: [hearsay]', 'no source hearsay'],
    ['a word that is not known', 'laterMeansDays: 28', 'laterMeansWeeks: 4', 'laterMeansWeeks'],
    ['a role without hours', 'clinical-lead: { people: 1, hoursEach: 4 }', 'clinical-lead: { people: 1 }', 'hoursEach'],
  ])('with %s are refused with the place', (_what, before, after, place) => {
    expect(shipped).toContain(before);
    expect(() => readAssumptions(shipped.replace(before, after))).toThrow(place);
  });
});
