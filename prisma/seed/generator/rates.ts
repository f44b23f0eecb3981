/**
 * What the generated population is like. Sources:
 * - ages: Census 2021, England, five-year bands, rounded;
 * - conditions by deprivation decile: House of Commons Library, local health data from QOF 2019/20 (crude, registered
 *   patients); the shapes over age are ours and only spread each decile's total over its ages;
 * - smoking: ONS 2021 by IMD decile, 23.8% in the most and 6.8% in the least deprived, scaled to today's lower level;
 * - ethnic categories: Census 2021, England, rounded.
 * Everything else is our own choice, made so that a demonstration has something of every kind.
 */

/** Percent of people in each five-year band from 0–4 to 95+. */
export const AGE_BANDS: readonly number[] = [
  5.4, 5.9, 6, 5.7, 6, 6.6, 7, 6.7, 6.3, 6.4, 6.9, 6.7, 5.8, 4.9, 5, 3.6, 2.5, 1.6, 0.8, 0.2,
];
/** How much younger the deprived are: the weight of an age falls with decile and age by this exponent. */
export const AGE_TILT = 0.045;

export interface ConditionRate {
  readonly snomed: string;
  readonly title: string;
  /** Percent by IMD decile, most deprived first. */
  readonly byDecile: readonly number[];
  /** The youngest age that the percentage counts. */
  readonly from: number;
  /** [age, relative frequency] points, straight lines between. */
  readonly shape: readonly (readonly [number, number])[];
  /** Men's frequency beside women's. */
  readonly men: number;
}

export const CONDITIONS: Readonly<Record<string, ConditionRate>> = {
  hypertension: {
    snomed: '59621000',
    title: 'Essential hypertension',
    byDecile: [14.07, 13.69, 13.53, 13.89, 14.25, 14.3, 14.42, 14.39, 14.38, 13.92],
    from: 0,
    shape: [
      [0, 0],
      [18, 0],
      [30, 2],
      [40, 8],
      [50, 19],
      [60, 32],
      [70, 46],
      [80, 57],
      [95, 58],
    ],
    men: 1.08,
  },
  diabetes: {
    snomed: '44054006',
    title: 'Type 2 diabetes',
    byDecile: [8.53, 7.93, 7.56, 7.3, 7.11, 6.86, 6.68, 6.51, 6.33, 5.84],
    from: 17,
    shape: [
      [0, 0],
      [17, 0.3],
      [30, 1.5],
      [40, 4],
      [50, 8],
      [60, 13],
      [70, 17],
      [80, 19],
      [95, 14],
    ],
    men: 1.25,
  },
  copd: {
    snomed: '13645005',
    title: 'COPD',
    byDecile: [2.62, 2.15, 1.98, 1.95, 1.91, 1.84, 1.83, 1.79, 1.7, 1.51],
    from: 0,
    shape: [
      [0, 0],
      [35, 0],
      [45, 1],
      [55, 3],
      [65, 7],
      [75, 9],
      [95, 8],
    ],
    men: 1.05,
  },
  asthma: {
    snomed: '195967001',
    title: 'Asthma',
    byDecile: [6.87, 6.41, 6.25, 6.33, 6.42, 6.47, 6.52, 6.51, 6.52, 6.45],
    from: 0,
    shape: [
      [0, 0],
      [5, 3],
      [12, 7],
      [30, 6],
      [60, 7],
      [95, 6],
    ],
    men: 0.85,
  },
  'severe-mental-illness': {
    snomed: '13746004',
    title: 'Bipolar disorder',
    byDecile: [1.18, 1.11, 1.05, 0.98, 0.92, 0.87, 0.84, 0.81, 0.77, 0.72],
    from: 0,
    shape: [
      [0, 0],
      [17, 0.1],
      [30, 1.1],
      [50, 1.4],
      [95, 1],
    ],
    men: 1.05,
  },
  depression: {
    snomed: '35489007',
    title: 'Depression',
    byDecile: [13.75, 12.21, 11.52, 11.29, 11.33, 11.14, 11.3, 11.23, 11.04, 10.69],
    from: 18,
    shape: [
      [0, 0],
      [17, 0],
      [18, 8],
      [30, 13],
      [50, 14],
      [70, 10],
      [95, 8],
    ],
    men: 0.6,
  },
  obesity: {
    snomed: '414916001',
    title: 'Obesity',
    byDecile: [13.2, 11.94, 11.16, 10.69, 10.44, 10.04, 9.97, 9.65, 9.34, 8.45],
    from: 18,
    shape: [
      [0, 0],
      [17, 0],
      [18, 5],
      [35, 10],
      [55, 14],
      [75, 11],
      [95, 4],
    ],
    men: 0.9,
  },
  'atrial-fibrillation': {
    snomed: '49436004',
    title: 'Atrial fibrillation',
    byDecile: [1.78, 1.71, 1.73, 1.92, 2.08, 2.18, 2.24, 2.28, 2.32, 2.33],
    from: 0,
    shape: [
      [0, 0],
      [40, 0],
      [60, 2.5],
      [70, 6],
      [80, 14],
      [95, 22],
    ],
    men: 1.4,
  },
  'heart-disease': {
    snomed: '414545008',
    title: 'Ischaemic heart disease',
    byDecile: [3.34, 3.01, 2.91, 3.04, 3.11, 3.13, 3.15, 3.13, 3.11, 2.97],
    from: 0,
    shape: [
      [0, 0],
      [35, 0],
      [50, 2.5],
      [65, 9],
      [80, 17],
      [95, 20],
    ],
    men: 1.9,
  },
  stroke: {
    snomed: '230690007',
    title: 'Stroke',
    byDecile: [1.8, 1.67, 1.65, 1.75, 1.82, 1.85, 1.88, 1.87, 1.87, 1.83],
    from: 0,
    shape: [
      [0, 0],
      [35, 0.1],
      [55, 2],
      [70, 6],
      [80, 11],
      [95, 15],
    ],
    men: 1.15,
  },
  'kidney-disease': {
    snomed: '709044004',
    title: 'Chronic kidney disease',
    byDecile: [4.22, 3.88, 3.8, 3.9, 4.04, 4.07, 4.17, 4.17, 4.18, 4.06],
    from: 18,
    shape: [
      [0, 0],
      [40, 0.3],
      [60, 3],
      [70, 9],
      [80, 21],
      [95, 30],
    ],
    men: 0.85,
  },
  dementia: {
    snomed: '52448006',
    title: 'Dementia',
    byDecile: [0.62, 0.63, 0.65, 0.72, 0.79, 0.83, 0.88, 0.9, 0.93, 0.94],
    from: 0,
    shape: [
      [0, 0],
      [60, 0.1],
      [70, 1.5],
      [80, 7],
      [95, 24],
    ],
    men: 0.75,
  },
  cancer: {
    snomed: '363346000',
    title: 'Cancer',
    byDecile: [2.66, 2.65, 2.7, 2.94, 3.16, 3.32, 3.41, 3.46, 3.53, 3.58],
    from: 0,
    shape: [
      [0, 0],
      [25, 0.2],
      [50, 3],
      [65, 8],
      [80, 15],
      [95, 15],
    ],
    men: 0.85,
  },
  epilepsy: {
    snomed: '84757009',
    title: 'Epilepsy',
    byDecile: [0.99, 0.85, 0.8, 0.79, 0.78, 0.77, 0.77, 0.76, 0.75, 0.71],
    from: 18,
    shape: [
      [0, 0.4],
      [18, 0.7],
      [50, 0.8],
      [95, 0.9],
    ],
    men: 1.05,
  },
  'learning-disability': {
    snomed: '110359009',
    title: 'Learning disability',
    byDecile: [0.67, 0.59, 0.54, 0.52, 0.5, 0.48, 0.47, 0.45, 0.43, 0.4],
    from: 0,
    shape: [
      [0, 0.1],
      [15, 0.7],
      [50, 0.6],
      [95, 0.2],
    ],
    men: 1.4,
  },
};

/** Percent of adults who are recorded as smokers, by decile. */
export const SMOKING: ConditionRate = {
  snomed: '77176002',
  title: 'Smoker',
  byDecile: [17.5, 15.5, 13.6, 11.9, 10.4, 9.1, 7.9, 6.9, 6, 5.2],
  from: 18,
  shape: [
    [0, 0],
    [17, 0],
    [18, 11],
    [27, 15],
    [45, 13],
    [60, 11],
    [75, 6],
    [95, 2],
  ],
  men: 1.25,
};

/** Percent of adults recorded as lonely or isolated, by decile. */
export const ALONE: ConditionRate = {
  snomed: '267076002',
  title: 'Feels lonely',
  byDecile: [4.8, 4.3, 3.8, 3.4, 3, 2.7, 2.4, 2.2, 2, 1.9],
  from: 18,
  shape: [
    [0, 0],
    [17, 0],
    [18, 4],
    [30, 2.4],
    [55, 2.4],
    [75, 5],
    [95, 9],
  ],
  men: 0.9,
};

/** Percent of adults with a housing need that somebody wrote down, by decile. */
export const HOUSING: ConditionRate = {
  snomed: '32911000',
  title: 'Homeless',
  byDecile: [2.9, 2.5, 2.1, 1.8, 1.5, 1.2, 1, 0.8, 0.6, 0.5],
  from: 18,
  shape: [
    [0, 0],
    [17, 0],
    [18, 3],
    [30, 2.5],
    [50, 1.6],
    [70, 0.7],
    [95, 0.4],
  ],
  men: 1.2,
};

/** Percent of adults with a raised reading that nobody followed up, by decile. */
export const RAISED: ConditionRate = {
  snomed: '',
  title: 'Raised blood pressure without a diagnosis',
  byDecile: [3.7, 3.4, 3.2, 2.9, 2.7, 2.4, 2.3, 2.1, 2, 1.9],
  from: 18,
  shape: [
    [0, 0],
    [17, 0],
    [18, 0.4],
    [40, 2],
    [60, 4],
    [95, 4],
  ],
  men: 1.3,
};

/** Percent of people of 40 and over with no blood pressure in five years, by decile; only where there is no diagnosis. */
export const UNMEASURED: ConditionRate = {
  snomed: '',
  title: 'No blood pressure in five years',
  byDecile: [14.4, 13.6, 12.8, 11.8, 10.8, 10, 9.4, 8.8, 8.2, 7.8],
  from: 40,
  shape: [
    [0, 0],
    [39, 0],
    [40, 14],
    [55, 9],
    [70, 5],
    [95, 4],
  ],
  men: 1.6,
};

/** Percent of people, most common categories; multiplied in deprived places for all but White British. */
export const ETHNICITY: Readonly<Record<string, number>> = {
  A: 73.5,
  B: 0.9,
  C: 6.3,
  D: 0.9,
  E: 0.4,
  F: 0.8,
  G: 0.8,
  H: 3.3,
  J: 2.8,
  K: 1.1,
  L: 1.7,
  M: 1.1,
  N: 2.6,
  P: 0.5,
  R: 0.8,
  S: 1.5,
  Z: 1,
  '99': 1,
};

/** People of each area in a hundred: enough for every demo team to have work. */
export const AREA_SHARES: Readonly<Record<string, number>> = {
  northamptonshire: 50,
  walsall: 20,
  'south-yorkshire': 30,
};
