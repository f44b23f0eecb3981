import type { AccessibleFormat, IncomingProxy } from '#care/ingest';
import type { Geography } from '#care/population';
import { type Heritage, NAMES, STREET_KINDS, STREETS } from './names.js';
import { Chance } from './random.js';
import * as rates from './rates.js';

export interface Dated {
  readonly code: string;
  /** ISO day. */
  readonly on: string;
}

export interface Pressure {
  readonly systolic: number;
  readonly diastolic: number;
  readonly home: boolean;
  readonly on: string;
}

export interface Refused {
  readonly channel: string;
  readonly purpose: string;
  readonly on: string;
}

/** Somebody made up, before anybody has written them into a feed. */
export interface MadeUp {
  readonly index: number;
  readonly nhsNumber: string;
  readonly sex: 'female' | 'male';
  readonly age: number;
  readonly birthDate: string;
  readonly given: string;
  readonly family: string;
  readonly ethnicCategory: string;
  readonly language: string;
  readonly format: AccessibleFormat;
  readonly proxy: IncomingProxy | null;
  readonly area: string;
  readonly decile: number;
  readonly town: string;
  readonly postcode: string;
  readonly practiceCode: string;
  /** Street address; null for somebody of no fixed abode. */
  readonly addressLine: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly sensitive: boolean;
  readonly diedOn: string | null;
  readonly conditions: readonly Dated[];
  readonly smoking: readonly Dated[];
  readonly pressures: readonly Pressure[];
  readonly bmi: { readonly value: number; readonly on: string } | null;
  readonly medicines: readonly Dated[];
  /** SNOMED codes of what a practice writes down about somebody's life. */
  readonly social: readonly Dated[];
  /** Codes as a council's housing team sends them. */
  readonly housing: readonly Dated[];
  readonly referrals: readonly Dated[];
  readonly declined: readonly Dated[];
  readonly pregnantSince: string | null;
  readonly endOfLifeSince: string | null;
  readonly refusals: readonly Refused[];
  /** The groups the person was made for, for tests to compare with what is found. */
  readonly planted: readonly Group[];
}

export const GROUPS = [
  'deceased',
  'endOfLife',
  'pregnant',
  'sensitive',
  'noFixedAbode',
  'otherLanguage',
  'otherFormat',
  'childWithProxy',
  'childWithoutProxy',
  'onlyByPhone',
  'onlyByLetter',
  'optedOutOfAll',
  'refusedEmail',
  'optedOutOfStopSmoking',
  'currentSmoker',
  'smokerReferredThisYear',
  'smokerDeclinedThisYear',
  'hypertension',
  'unmeasured',
  'raised',
  'lonelyOrIsolated',
  'housingNeed',
] as const;
export type Group = (typeof GROUPS)[number];

export interface Make {
  /** The same seed and day make the same people. */
  readonly seed: string;
  readonly size: number;
  /** ISO day on which the population is as described. */
  readonly asOf: string;
  readonly geography: Geography;
}

const DAY_MS = 86_400_000;
const HERITAGE: Readonly<Record<string, Heritage>> = {
  A: 'british',
  B: 'british',
  C: 'eastern-european',
  D: 'caribbean',
  E: 'african',
  F: 'south-asian',
  G: 'british',
  H: 'south-asian',
  J: 'south-asian',
  K: 'south-asian',
  L: 'south-asian',
  M: 'caribbean',
  N: 'african',
  P: 'caribbean',
  R: 'chinese',
  S: 'arab',
  Z: 'british',
  '99': 'british',
};
/** What is spoken at home, and how many of a hundred would rather be written to in it. */
const LANGUAGES: Readonly<Record<string, readonly [readonly string[], number]>> = {
  C: [['pl', 'ro', 'lt'], 30],
  H: [['gu', 'pa', 'hi'], 12],
  J: [['ur', 'pa'], 15],
  K: [['bn'], 20],
  L: [['ta', 'ne'], 12],
  N: [['so', 'fr', 'en'], 8],
  R: [['zh'], 20],
  S: [['ar', 'fa', 'ku'], 18],
};

interface Home {
  readonly lsoa: string;
  readonly decile: number;
  readonly town: string;
  readonly ltla: string;
  readonly area: string;
  readonly people: number;
  readonly postcodes: string[];
}

/** Makes people of the demo areas: the same ones for the same seed, size and day. */
export class Maker {
  private readonly homes = new Map<string, { homes: Home[]; upTo: number[] }>();
  private readonly practices = new Map<string, string[]>();
  private readonly numbers: readonly string[];
  private readonly risks = new Map<rates.ConditionRate, (age: number, decile: number, sex: string) => number>();

  constructor(private readonly make: Make) {
    const byLsoa = new Map<string, Home>();
    for (const area of make.geography.areas) {
      const home: Home = {
        lsoa: area.lsoa21cd,
        decile: area.imd25_decile,
        town: area.lsoa21nm.replace(/ \w+$/, ''),
        ltla: area.ltla24cd,
        area: area.demo_area,
        people: area.pop_census21,
        postcodes: [],
      };
      byLsoa.set(home.lsoa, home);
      const group = this.homes.get(home.area) ?? { homes: [], upTo: [] };
      group.homes.push(home);
      group.upTo.push((group.upTo.at(-1) ?? 0) + home.people);
      this.homes.set(home.area, group);
    }
    for (const { postcode, lsoa21cd } of make.geography.postcodes) byLsoa.get(lsoa21cd)?.postcodes.push(postcode);
    for (const { practice_code, ltla24cd } of make.geography.practices) {
      this.practices.set(ltla24cd, [...(this.practices.get(ltla24cd) ?? []), practice_code]);
    }
    this.numbers = nhsNumbers(make.seed, make.size);
  }

  *people(from = 0, to = this.make.size): Generator<MadeUp> {
    for (let index = from; index < to; index += 1) yield this.person(index);
  }

  private person(index: number): MadeUp {
    const chance = new Chance(`${this.make.seed}/${index}`);
    const area = chance.weighted(rates.AREA_SHARES);
    const home = this.home(area, chance);
    const { decile } = home;
    const age = ageIn(decile, chance);
    const sex = chance.yes(age > 75 ? 0.56 : 0.505) ? 'female' : 'male';
    const adult = age >= 18;
    const ethnicCategory = chance.weighted(ethnicityIn(decile));
    const heritage = HERITAGE[ethnicCategory] ?? 'british';
    const given = chance.one(NAMES[heritage][sex]);
    const family = chance.one(NAMES[heritage].family);
    const daysSinceBirthday = chance.whole(0, 364);
    const birthDate = this.yearsAgo(age, daysSinceBirthday);
    const [languages, share] = LANGUAGES[ethnicCategory] ?? [['en'], 0];
    const has = (rate: rates.ConditionRate): boolean => chance.yes(this.risk(rate, age, decile, sex));
    /** An ISO day so many days back, but not before birth. */
    const back = (least: number, most: number): string =>
      this.daysAgo(chance.whole(least, Math.min(most, Math.max(least, Math.floor(age * 365.25) - 1))));
    const planted: Group[] = [];
    const plant = (group: Group, so: boolean): boolean => {
      if (so) planted.push(group);
      return so;
    };

    const conditions = Object.entries(rates.CONDITIONS)
      .filter(([, rate]) => has(rate))
      .map(([code]) => ({ code, on: back(60, 5_500) }));
    const suffers = (code: string): boolean => conditions.some((condition) => condition.code === code);
    const hypertension = plant('hypertension', suffers('hypertension'));

    const smoker = plant('currentSmoker', adult && has(rates.SMOKING));
    const smoking = adult ? smokingHistory(chance, smoker, age, back) : [];
    const referred = plant('smokerReferredThisYear', smoker && chance.yes(0.14));
    const refusedHelp = plant('smokerDeclinedThisYear', smoker && !referred && chance.yes(0.04));

    const raised = plant('raised', adult && !hypertension && has(rates.RAISED));
    const unmeasured = plant('unmeasured', age >= 40 && !hypertension && !raised && has(rates.UNMEASURED));
    const pressures = adult ? pressureHistory(chance, { age, hypertension, raised, unmeasured }, back) : [];

    const alone = plant('lonelyOrIsolated', adult && has(rates.ALONE));
    const helpedSocially = alone && chance.yes(0.1);
    const inNeed = plant('housingNeed', adult && has(rates.HOUSING));
    const onlyPractice = inNeed && chance.yes(0.25);
    const noFixedAbode = plant('noFixedAbode', onlyPractice && chance.yes(0.5));

    const diedOn = plant('deceased', chance.yes(age < 40 ? 0.0006 : age < 70 ? 0.004 : 0.03)) ? back(5, 900) : null;
    const endOfLife = plant('endOfLife', !diedOn && age >= 45 && chance.yes(suffers('cancer') ? 0.12 : 0.004));
    const pregnant = plant('pregnant', sex === 'female' && age >= 18 && age <= 43 && !diedOn && chance.yes(0.04));
    const optedOut = plant('optedOutOfAll', adult && chance.yes(0.018));
    const refusedEmail = plant('refusedEmail', adult && !optedOut && chance.yes(0.02));
    const optedOutOfStopSmoking = plant('optedOutOfStopSmoking', smoker && !optedOut && chance.yes(0.02));
    const sensitive = plant('sensitive', chance.yes(0.003));

    const connected = chance.yes(age < 18 ? 0 : age < 65 ? 0.77 : age < 80 ? 0.62 : 0.32);
    const street = `${chance.whole(1, 148)} ${chance.one(STREETS)} ${chance.one(STREET_KINDS)}`;
    const lifeEvents: Dated[] = [];
    if (alone) lifeEvents.push({ code: chance.yes(0.6) ? '267076002' : '422650009', on: back(5, 330) });
    if (adult && chance.yes(age >= 75 ? 0.36 : age >= 65 ? 0.22 : 0.08)) {
      lifeEvents.push({ code: '105529008', on: back(30, 1_500) });
    }
    if (onlyPractice) lifeEvents.push({ code: noFixedAbode ? '224226001' : '81877007', on: back(5, 150) });
    const council = { threatened: 40, damp: 35, temporary: 20, overcrowded: 15, homeless: 10 };

    const language = chance.yes(share / 100) ? chance.one(languages) : 'en';
    const postcode = chance.one(home.postcodes);
    const practiceCode = chance.one(this.practices.get(home.ltla) ?? ['']);
    const email = connected ? emailOf(given, family, index) : null;
    const phone = adult && chance.yes(0.86) ? phoneOf(index) : null;
    // A source of chance of its own: what was made before it was asked stays as it was.
    const needs = new Chance(`${this.make.seed}/${index}/needs`);
    const format = formatOf(needs, age, suffers('learning-disability'));
    const proxy = age < 16 && needs.yes(0.85) ? parentOf(needs, heritage, family, index) : null;
    plant('otherLanguage', language !== 'en');
    plant('otherFormat', format !== 'standard');
    if (age < 16) plant(proxy ? 'childWithProxy' : 'childWithoutProxy', true);
    plant('onlyByPhone', adult && !email && phone !== null);
    plant('onlyByLetter', adult && !email && phone === null && !noFixedAbode);

    return {
      index,
      nhsNumber: this.numbers[index]!,
      sex,
      age,
      birthDate,
      given,
      family,
      ethnicCategory,
      language,
      format,
      proxy,
      area,
      decile,
      town: home.town,
      postcode,
      practiceCode,
      addressLine: noFixedAbode ? null : street,
      email,
      phone,
      sensitive,
      diedOn,
      conditions,
      smoking,
      pressures,
      bmi:
        adult && chance.yes(0.6)
          ? {
              value: Math.round(Math.min(58, Math.max(16, chance.about(suffers('obesity') ? 34 : 25.5, 3))) * 10) / 10,
              on: back(10, 1_200),
            }
          : null,
      medicines: [
        ...(hypertension && chance.yes(0.78) ? [{ code: '108537001', on: back(5, 60) }] : []),
        ...((suffers('heart-disease') || suffers('stroke')) && chance.yes(0.8)
          ? [{ code: '108600003', on: back(5, 60) }]
          : []),
        ...(suffers('diabetes') && chance.yes(0.7) ? [{ code: '109081006', on: back(5, 60) }] : []),
        ...(referred && chance.yes(0.5) ? [{ code: '719591006', on: back(5, 250) }] : []),
      ],
      social: lifeEvents,
      housing: inNeed && !onlyPractice ? [{ code: HOUSING_CODES[chance.weighted(council)], on: back(5, 200) }] : [],
      referrals: [
        ...(referred ? [{ code: '315232003', on: back(10, 340) }] : []),
        ...(helpedSocially ? [{ code: '871731000000106', on: back(10, 200) }] : []),
      ],
      declined: refusedHelp ? [{ code: '871641000000105', on: back(10, 340) }] : [],
      pregnantSince: pregnant ? back(20, 220) : null,
      endOfLifeSince: endOfLife ? back(10, 300) : null,
      refusals: [
        ...(optedOut ? [{ channel: 'all', purpose: 'all', on: back(5, 1_000) }] : []),
        ...(refusedEmail ? [{ channel: 'email', purpose: 'all', on: back(5, 1_000) }] : []),
        ...(optedOutOfStopSmoking ? [{ channel: 'all', purpose: 'stop-smoking', on: back(5, 1_000) }] : []),
      ],
      planted,
    };
  }

  private home(area: string, chance: Chance): Home {
    const { homes, upTo } = this.homes.get(area)!;
    const place = chance.next() * upTo.at(-1)!;
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle]! > place) high = middle;
      else low = middle + 1;
    }
    return homes[low]!;
  }

  /** The age-sex-specific risk, raised or lowered for the decile so that its crude percentage is the published one. */
  private risk(rate: rates.ConditionRate, age: number, decile: number, sex: string): number {
    let risk = this.risks.get(rate);
    if (!risk) {
      const scale = rate.byDecile.map((percent, place) => percent / 100 / meanShape(rate, place + 1));
      const women = 2 / (1 + rate.men);
      risk = (at, inDecile, of) =>
        Math.min(0.95, shapeAt(rate, at) * scale[inDecile - 1]! * (of === 'male' ? women * rate.men : women));
      this.risks.set(rate, risk);
    }
    return age < rate.from ? 0 : risk(age, decile, sex);
  }

  private daysAgo(days: number): string {
    return shift(this.make.asOf, -days);
  }

  private yearsAgo(years: number, days: number): string {
    const [year, rest] = [Number(this.make.asOf.slice(0, 4)) - years, this.make.asOf.slice(4)];
    return shift(`${year}${rest === '-02-29' ? '-02-28' : rest}`, -days);
  }
}

const HOUSING_CODES = {
  threatened: 'threatened-with-homelessness',
  damp: 'damp',
  temporary: 'temporary',
  overcrowded: 'overcrowded',
  homeless: 'homeless',
} as const;

export function shift(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

type Back = (least: number, most: number) => string;

function smokingHistory(chance: Chance, smoker: boolean, age: number, back: Back): Dated[] {
  if (smoker) {
    const now = { code: chance.yes(0.7) ? '77176002' : '65568007', on: back(10, 700) };
    // Some had stopped before: the latest record is what counts.
    return chance.yes(0.12) ? [{ code: '8517006', on: back(900, 2_500) }, now] : [now];
  }
  if (chance.yes(0.09)) return [];
  if (!chance.yes(age > 45 ? 0.34 : 0.16)) return [{ code: '266919005', on: back(10, 1_500) }];
  const stopped = { code: '8517006', on: back(10, 700) };
  return chance.yes(0.4) ? [{ code: '77176002', on: back(900, 3_000) }, stopped] : [stopped];
}

function pressureHistory(
  chance: Chance,
  person: { age: number; hypertension: boolean; raised: boolean; unmeasured: boolean },
  back: Back,
): Pressure[] {
  const { age, hypertension, raised, unmeasured } = person;
  const usual = (on: string): Pressure => ({
    systolic: Math.round(Math.min(138, Math.max(94, chance.about(118 + (age - 45) * 0.2, 8)))),
    diastolic: Math.round(Math.min(88, Math.max(56, chance.about(75, 5)))),
    home: false,
    on,
  });
  const high = (on: string, home: boolean): Pressure => ({
    systolic: chance.whole(142, 172),
    diastolic: chance.whole(82, 104),
    home,
    on,
  });
  if (unmeasured) return chance.yes(0.5) ? [] : [usual(back(1_900, 3_600))];
  if (raised) return [...(chance.yes(0.5) ? [usual(back(800, 1_800))] : []), high(back(100, 700), false)];
  if (hypertension) {
    if (chance.yes(0.02)) return [];
    const on = chance.yes(0.82) ? back(5, 360) : back(370, 1_700);
    const latest = chance.yes(0.68) ? usual(on) : high(on, chance.yes(0.15));
    return chance.yes(0.6) ? [high(back(1_750, 2_500), false), latest] : [latest];
  }
  if (age < 40 && chance.yes(0.45)) return [];
  const latest = usual(back(5, 1_700));
  return chance.yes(0.25) ? [usual(back(1_750, 3_000)), latest] : [latest];
}

function ageIn(decile: number, chance: Chance): number {
  const weights = ageWeights(decile);
  let left = chance.next() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [age, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return age;
  }
  return weights.length - 1;
}

const AGE_WEIGHTS = new Map<number, readonly number[]>();

/** How many of each year of age, 0 to 99, live in a decile. */
export function ageWeights(decile: number): readonly number[] {
  let weights = AGE_WEIGHTS.get(decile);
  if (!weights) {
    weights = rates.AGE_BANDS.flatMap((share, band) =>
      [0, 1, 2, 3, 4].map((year) => {
        const age = band * 5 + year;
        return (share / 5) * Math.exp((5.5 - decile) * ((40 - age) / 40) * rates.AGE_TILT);
      }),
    );
    AGE_WEIGHTS.set(decile, weights);
  }
  return weights;
}

function meanShape(rate: rates.ConditionRate, decile: number): number {
  const weights = ageWeights(decile).slice(rate.from);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight, place) => sum + weight * shapeAt(rate, place + rate.from), 0) / total;
}

function shapeAt({ shape }: rates.ConditionRate, age: number): number {
  const after = shape.findIndex(([at]) => at > age);
  if (after === -1) return shape.at(-1)![1];
  if (after === 0) return shape[0]![1];
  const [[fromAge, from], [toAge, to]] = [shape[after - 1]!, shape[after]!];
  return from + ((to - from) * (age - fromAge)) / (toAge - fromAge);
}

const ETHNICITY_IN = new Map<number, Readonly<Record<string, number>>>();

function ethnicityIn(decile: number): Readonly<Record<string, number>> {
  let shares = ETHNICITY_IN.get(decile);
  if (!shares) {
    const more = 1.7 - (decile - 1) * 0.13;
    shares = Object.fromEntries(
      Object.entries(rates.ETHNICITY).map(([category, share]) => [category, category === 'A' ? share : share * more]),
    );
    ETHNICITY_IN.set(decile, shares);
  }
  return shares;
}

/**
 * How many need another format than standard print is assumed, not published by anybody we know of: a few percent, more
 * where people are old or have a learning disability.
 */
function formatOf(chance: Chance, age: number, learningDisability: boolean): AccessibleFormat {
  if (learningDisability && chance.yes(0.6)) return 'easy-read';
  if (age < 16) return 'standard';
  const large = age >= 75 ? 5 : age >= 50 ? 1.2 : 0.3;
  return chance.weighted({ standard: 99 - large, 'large-print': large, braille: 0.12, audio: 0.25, bsl: 0.3 });
}

/** A grown-up with the child's family name who speaks for them. */
function parentOf(chance: Chance, heritage: Heritage, family: string, index: number): IncomingProxy {
  const given = chance.one(NAMES[heritage][chance.yes(0.8) ? 'female' : 'male']);
  return {
    name: `${given} ${family}`,
    relation: chance.yes(0.95) ? 'parent' : 'guardian',
    email: chance.yes(0.82) ? emailOf(given, family, index) : null,
    phone: chance.yes(0.93) ? phoneOf(index) : null,
  };
}

/** Reserved for documentation: nothing sent there can arrive (RFC 2606). */
function emailOf(given: string, family: string, index: number): string {
  return `${given}.${family}.${index}@mail.example`.toLowerCase();
}

/** Numbers set aside for drama by Ofcom: 07700 900000 to 900999. */
function phoneOf(index: number): string {
  return `07700900${String(index % 1_000).padStart(3, '0')}`;
}

/** NHS numbers of the range kept for tests (999), each used once. */
function nhsNumbers(seed: string, size: number): string[] {
  const start = new Chance(`${seed}/numbers`).whole(0, 999_999);
  const numbers: string[] = [];
  // A step without a common factor with a million visits every number once.
  for (let turn = 0; numbers.length < size; turn += 1) {
    if (turn === 1_000_000) {
      throw new Error('There are not that many NHS numbers for tests: make at most 900,000 people.');
    }
    const stem = `999${String((start + turn * 611_953) % 1_000_000).padStart(6, '0')}`;
    const sum = [...stem].reduce((total, digit, place) => total + Number(digit) * (10 - place), 0);
    const check = (11 - (sum % 11)) % 11;
    if (check !== 10) numbers.push(`${stem}${check}`);
  }
  return numbers;
}
