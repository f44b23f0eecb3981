import { describe, expect, it } from '@jest/globals';
import { parseNhsNumber } from '#platform/kernel';
import { shippedFolder } from '#care/ingest';
import { readGeography } from '#care/population';
import { type FeedFile, groundTruth, type Make, Maker, practiceFeed } from '../../../prisma/seed/generator/index.js';
import { CONDITIONS, SMOKING } from '../../../prisma/seed/generator/rates.js';

const geography = readGeography(shippedFolder('prisma/seed/geography'));

function aMake(changes: Partial<Make> = {}): Make {
  return { seed: 'test', size: 12_000, asOf: '2026-11-22', geography, ...changes };
}

const people = [...new Maker(aMake()).people()];
const adults = people.filter(({ age }) => age >= 18);

/** How far a count lies from what is expected, in standard deviations. */
function apart(counted: number, expected: number): number {
  return Math.abs(counted - expected) / Math.sqrt(expected);
}

describe('the demo population', () => {
  it('is the same for the same seed and day, and another for another seed', () => {
    const some = (make: Make): string => JSON.stringify([...new Maker(make).people(0, 200)]);
    expect(some(aMake())).toBe(some(aMake({ size: 500 })));
    expect(some(aMake())).not.toBe(some(aMake({ seed: 'other' })));
  });

  it('has a valid NHS number of the range for tests each, used once', () => {
    expect(
      people.every(({ nhsNumber }) => nhsNumber.startsWith('999') && parseNhsNumber(nhsNumber) === nhsNumber),
    ).toBe(true);
    expect(new Set(people.map(({ nhsNumber }) => nhsNumber)).size).toBe(people.length);
  });

  it('can be reached nowhere: reserved e-mail domain, drama telephone numbers', () => {
    expect(people.every(({ email }) => email === null || /^[a-z.\d-]+@mail\.example$/.test(email))).toBe(true);
    expect(people.every(({ phone }) => phone === null || /^07700900\d{3}$/.test(phone))).toBe(true);
    const connected = adults.filter(({ email }) => email !== null).length / adults.length;
    expect(connected).toBeGreaterThan(0.66);
    expect(connected).toBeLessThan(0.76);
  });

  it('has a few percent each who read another language or format, and who can only be phoned or written to', () => {
    const share = (group: string): number =>
      people.filter(({ planted }) => planted.some((each) => each === group)).length / people.length;
    for (const group of ['otherLanguage', 'otherFormat', 'onlyByLetter']) {
      expect(share(group)).toBeGreaterThan(0.005);
      expect(share(group)).toBeLessThan(0.06);
    }
    expect(share('onlyByPhone')).toBeGreaterThan(0.1);
    const formats = new Set(people.map(({ format }) => format));
    expect([...formats].sort()).toEqual(['audio', 'braille', 'bsl', 'easy-read', 'large-print', 'standard']);
  });

  it('has somebody who speaks for most children, and never for a grown-up', () => {
    const children = people.filter(({ age }) => age < 16);
    const spokenFor = children.filter(({ proxy }) => proxy !== null).length / children.length;
    expect(spokenFor).toBeGreaterThan(0.8);
    expect(spokenFor).toBeLessThan(0.9);
    expect(people.filter(({ age, proxy }) => age >= 16 && proxy !== null)).toEqual([]);
    expect(children.every(({ email, phone }) => email === null && phone === null)).toBe(true);
  });

  it('lives at postcodes of the neighbourhood whose decile it has', () => {
    const lsoas = new Map(geography.postcodes.map(({ postcode, lsoa21cd }) => [postcode, lsoa21cd]));
    const deciles = new Map(geography.areas.map(({ lsoa21cd, imd25_decile }) => [lsoa21cd, imd25_decile]));
    for (const { postcode, decile } of people) expect(deciles.get(lsoas.get(postcode)!)).toBe(decile);
  });

  it('is younger where it is more deprived', () => {
    const meanAge = (from: number, to: number): number => {
      const some = people.filter(({ decile }) => decile >= from && decile <= to);
      return some.reduce((sum, { age }) => sum + age, 0) / some.length;
    };
    expect(meanAge(9, 10) - meanAge(1, 2)).toBeGreaterThan(2);
  });

  it('has the age it says on the day', () => {
    for (const { birthDate, age } of people.slice(0, 500)) {
      const years = (Date.parse('2026-11-22') - Date.parse(birthDate)) / 31_557_600_000;
      expect(Math.abs(years - age - 0.5)).toBeLessThan(0.51);
    }
  });

  it.each(Object.entries(CONDITIONS))(
    'has the published crude share of %s, and its slope over deciles',
    (code, rate) => {
      const counted = people.filter(({ age }) => age >= rate.from);
      const has = counted.filter(({ conditions }) => conditions.some((condition) => condition.code === code));
      const expected = (some: typeof people): number =>
        some.reduce((sum, { decile }) => sum + rate.byDecile[decile - 1]! / 100, 0);
      expect(apart(has.length, expected(counted))).toBeLessThan(3.5);
      for (const deprived of [true, false]) {
        const half = (some: typeof people): typeof people => some.filter(({ decile }) => decile <= 3 === deprived);
        expect(apart(half(has).length, expected(half(counted)))).toBeLessThan(3.5);
      }
    },
  );

  it('smokes more where it is more deprived, as surveyed', () => {
    const share = (from: number, to: number): number => {
      const some = adults.filter(({ decile }) => decile >= from && decile <= to);
      return some.filter(({ planted }) => planted.includes('currentSmoker')).length / some.length;
    };
    expect(share(1, 2) / share(9, 10)).toBeGreaterThan(2);
    expect(share(1, 10) * 100).toBeCloseTo(
      adults.reduce((sum, { decile }) => sum + SMOKING.byDecile[decile - 1]!, 0) / adults.length,
      -0.5,
    );
  });

  it('has work for every programme', () => {
    const { groups } = groundTruth(aMake({ seed: 'fairway', size: 10_000 }));
    const sizes = Object.fromEntries(Object.entries(groups).map(([group, members]) => [group, members.length]));
    const between = (group: string, least: number, most: number): void => {
      expect({ group, enough: sizes[group]! >= least && sizes[group]! <= most, size: sizes[group] }).toMatchObject({
        enough: true,
      });
    };
    between('currentSmoker', 750, 950);
    between('smokerReferredThisYear', 80, 160);
    between('unmeasured', 330, 470);
    between('raised', 110, 190);
    between('lonelyOrIsolated', 200, 310);
    between('housingNeed', 100, 160);
    between('optedOutOfAll', 100, 250);
    between('deceased', 30, 100);
    between('endOfLife', 25, 100);
    between('pregnant', 40, 100);
  });

  it('is written as bulk export writes it: one resource of the file’s type a line', () => {
    const files = [...practiceFeed(aMake({ size: 60 }))];
    const rowsOf = ({ lines }: FeedFile): string[] => [...lines].join('').trimEnd().split('\n').filter(Boolean);
    expect(files.map(({ name }) => name)).toContain('Patient.ndjson');
    for (const file of files) {
      for (const row of rowsOf(file)) {
        expect(`${(JSON.parse(row) as { resourceType: string }).resourceType}.ndjson`).toBe(file.name);
      }
    }
  });
});
