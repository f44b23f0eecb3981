import { LARGEST_HIDDEN, publish, type Published, ROUNDED_TO } from './disclosure.js';
import { STAGES } from './programme-report.js';
import type { Happening, Journal, WalkedPerson } from './simulation-journal.js';

/** Who gets how far, in groups. Groups of real people are counted, so small counts are hidden as in every report. */
export interface Equity {
  readonly stages: readonly { readonly key: string; readonly title: string }[];
  readonly groupings: readonly EquityGrouping[];
  readonly suppression: string;
}

export interface EquityGrouping {
  readonly key: 'quintile' | 'sex' | 'ethnic-group' | 'age';
  readonly title: string;
  readonly rows: readonly EquityRow[];
}

export interface EquityRow {
  readonly key: string;
  readonly title: string;
  /** One a stage, in order. */
  readonly cells: readonly EquityCell[];
}

export interface EquityCell {
  /** Null when hidden. */
  readonly count: Published;
  /** `1,840`, or `*` when hidden. */
  readonly text: string;
  /** Of those found in the row, from published counts only; null when either is hidden. */
  readonly percent: number | null;
}

interface Level {
  readonly key: string;
  readonly title: string;
}

const UNKNOWN: Level = { key: 'unknown', title: 'Not known' };

const GROUPINGS: readonly {
  readonly key: EquityGrouping['key'];
  readonly title: string;
  readonly levels: readonly Level[];
  readonly levelOf: (person: WalkedPerson) => string;
}[] = [
  {
    key: 'quintile',
    title: 'Deprivation fifth of home area',
    levels: [
      { key: '1', title: '1 most deprived fifth' },
      { key: '2', title: '2' },
      { key: '3', title: '3' },
      { key: '4', title: '4' },
      { key: '5', title: '5 least deprived fifth' },
      UNKNOWN,
    ],
    levelOf: ({ quintile }) => String(quintile),
  },
  {
    key: 'sex',
    title: 'Sex',
    levels: [
      { key: 'female', title: 'Female' },
      { key: 'male', title: 'Male' },
      { key: 'other', title: 'Other' },
      UNKNOWN,
    ],
    levelOf: ({ sex }) => sex,
  },
  {
    // The five groups of the NHS 16+1 categories (NHS Data Dictionary, ethnic category).
    key: 'ethnic-group',
    title: 'Ethnic group',
    levels: [
      { key: 'white', title: 'White' },
      { key: 'mixed', title: 'Mixed' },
      { key: 'asian', title: 'Asian or Asian British' },
      { key: 'black', title: 'Black or Black British' },
      { key: 'other', title: 'Other, Chinese included' },
      UNKNOWN,
    ],
    levelOf: ({ ethnicCategory }) => {
      if ('ABC'.includes(ethnicCategory)) return 'white';
      if ('DEFG'.includes(ethnicCategory)) return 'mixed';
      if ('HJKL'.includes(ethnicCategory)) return 'asian';
      if ('MNP'.includes(ethnicCategory)) return 'black';
      return 'RS'.includes(ethnicCategory) ? 'other' : 'unknown';
    },
  },
  {
    key: 'age',
    title: 'Age',
    levels: [
      { key: 'under-35', title: 'Under 35' },
      { key: '35-49', title: '35 to 49' },
      { key: '50-64', title: '50 to 64' },
      { key: '65-79', title: '65 to 79' },
      { key: '80-over', title: '80 and over' },
    ],
    levelOf: ({ age }) => {
      if (age < 35) return 'under-35';
      if (age < 50) return '35-49';
      if (age < 65) return '50-64';
      return age < 80 ? '65-79' : '80-over';
    },
  },
];

const STAGE = Object.fromEntries(STAGES.map(({ key }, place) => [key, place])) as Readonly<Record<string, number>>;

export function equityOf({ people, happenings }: Journal): Equity {
  const furthest = furthestStages(people.length, happenings);
  const funnelOf = (places: readonly number[]): number[] =>
    STAGES.map((_, stage) => places.filter((place) => furthest[place]! >= stage).length);
  const everyone = people.map((_, place) => place);
  const counts = GROUPINGS.map(({ levels, levelOf }) => {
    const keys = levels.map(({ key }) => key);
    const levelsOf = people.map((person) => {
      const level = levelOf(person);
      return keys.includes(level) ? level : 'unknown';
    });
    return keys.map((key) => funnelOf(everyone.filter((place) => levelsOf[place] === key)));
  });
  // How many people there are is told all over the result; how far they got is chance, and betrays nobody.
  const published = publish({ total: funnelOf(everyone), groupings: counts }, { foundKnown: true });
  return {
    stages: STAGES,
    groupings: GROUPINGS.map(({ key, title, levels }, grouping) => ({
      key,
      title,
      rows: levels.map((level, row) => ({ ...level, cells: cellsOf(published.groupings[grouping]?.[row] ?? []) })),
    })),
    suppression: `* is ${LARGEST_HIDDEN} or fewer, or hidden so that one cannot be worked out. Other counts are rounded to the nearest ${ROUNDED_TO}; percentages are worked out from the rounded counts.`,
  };
}

/** The furthest stage of each person, by the same signs as the programme's report. */
function furthestStages(people: number, happenings: readonly Happening[]): number[] {
  const furthest = Array.from({ length: people }, () => 0);
  const measured = new Map<number, boolean>();
  const started = new Set<number>();
  const reach = (person: number, stage: string): void => {
    furthest[person] = Math.max(furthest[person]!, STAGE[stage]!);
  };
  for (const happening of happenings) {
    const { person } = happening;
    switch (happening.kind) {
      case 'message':
        if (happening.fate === 'sent') reach(person, 'invited');
        break;
      case 'replied':
        reach(person, happening.answer === 'yes' ? 'accepted' : 'reached');
        break;
      case 'task-worked':
        if (happening.done && happening.marks.includes('reached')) reach(person, 'reached');
        if (happening.done && happening.marks.includes('accepted')) reach(person, 'accepted');
        break;
      case 'referral':
        if (happening.status === 'accepted') reach(person, 'accepted');
        if (happening.status === 'started' || happening.status === 'completed') started.add(person);
        if (happening.status === 'started') reach(person, 'started');
        if (happening.status === 'completed') reach(person, 'completed');
        break;
      case 'measured':
        measured.set(person, happening.good);
        reach(person, happening.good ? 'good' : 'completed');
        break;
      case 'ended':
        // A result, where one was sought, outweighs how the pathway ended.
        if (happening.good && !happening.exit && started.has(person) && !measured.has(person)) reach(person, 'good');
        break;
      case 'let-in':
      case 'task-opened':
      case 'task-cancelled':
      case 'rung-climbed':
      case 'no-service':
      case 'lost':
        break;
    }
  }
  return furthest;
}

function cellsOf(counts: readonly Published[]): EquityCell[] {
  return STAGES.map((_, stage) => {
    const count = counts[stage] ?? null;
    const found = counts[0];
    return {
      count,
      text: count === null ? '*' : count.toLocaleString('en-GB'),
      percent: count === null || !found ? null : Math.round((count / found) * 1000) / 10,
    };
  });
}
