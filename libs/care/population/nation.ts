import type { Nation } from '#platform/kernel';

/** By the first letter of the code of a neighbourhood (ONS: LSOA, data zone). */
const BY_LSOA: Readonly<Record<string, Nation>> = {
  E: 'england',
  W: 'wales',
  S: 'scotland',
  N: 'northern-ireland',
};

/**
 * Postcode areas outside England, by the letters a postcode begins with. Those across a border (CH, HR, SY, TD, DG, LD,
 * CA, NE) stand with the nation where most of their people live, which is unverified; a feed that knows better says so.
 */
const BY_AREA: Readonly<Record<Exclude<Nation, 'england'>, readonly string[]>> = {
  'northern-ireland': ['BT'],
  scotland: ['AB', 'DD', 'DG', 'EH', 'FK', 'G', 'HS', 'IV', 'KA', 'KW', 'KY', 'ML', 'PA', 'PH', 'TD', 'ZE'],
  wales: ['CF', 'LD', 'LL', 'NP', 'SA'],
};

/** The nation of a home, by its neighbourhood where that is known, else by its postcode; England when neither says. */
export function nationOfPostcode(postcode: string, lsoa: string | null): Nation {
  const known = lsoa ? BY_LSOA[lsoa.charAt(0)] : undefined;
  if (known) return known;
  const letters = /^[A-Z]+/.exec(postcode)?.[0] ?? '';
  const nations = Object.keys(BY_AREA) as (keyof typeof BY_AREA)[];
  return nations.find((nation) => BY_AREA[nation].includes(letters)) ?? 'england';
}
