import { DateTime } from 'luxon';
import { type Equity, equityOf } from './simulation-equity.js';
import type { Assumptions } from './simulation-assumptions.js';
import type { Happening, Journal } from './simulation-journal.js';
import { sentence, summarise } from './simulation-summary.js';

const DAY = 86_400_000;
const ZONE = 'Europe/London';

/** Stable: what is added later is added beside, and what changes its meaning changes this name. */
export const SIMULATION_FORMAT = 'fairway-simulation/1';

/** What was asked for. */
export interface SimulationSetting {
  readonly id: string;
  readonly programme: string;
  readonly version: number;
  readonly live: boolean;
  readonly title: string;
  readonly weeks: number;
  readonly overWeeks: number;
  readonly seed: number;
  /** Day, YYYY-MM-DD; a Monday. */
  readonly startsOn: string;
  /** Everybody the programme is for and may be let in, of whom `people` were walked. */
  readonly found: number;
  /** Of those walked: whom the programme is helping already, walked as if let in anew. */
  readonly underWayAlready: number;
}

export interface WorkWeek {
  readonly opened: number;
  readonly done: number;
  readonly cancelled: number;
  /** Of the tasks opened. */
  readonly hoursNeeded: number;
  readonly hoursWorked: number;
  readonly openAtEnd: number;
  readonly pastDueAtEnd: number;
}

export interface ServiceWeek {
  readonly sent: number;
  readonly accepted: number;
  readonly declined: number;
  readonly expired: number;
  readonly waitingAtEnd: number;
}

export interface BreachWeek {
  /** Tasks whose due time passed with the task open. */
  readonly tasksPastDue: number;
  readonly rungsClimbed: number;
  readonly referralsExpired: number;
}

export interface MessageWeek {
  readonly sent: number;
  readonly cameBack: number;
}

export interface SimulationResult {
  readonly format: typeof SIMULATION_FORMAT;
  readonly setting: SimulationSetting & { readonly people: number };
  /** Says that this is a forecast, and from what. */
  readonly provenance: string;
  readonly summary: readonly string[];
  /** Days, YYYY-MM-DD: the Monday of each week. */
  readonly weeks: readonly string[];
  readonly work: readonly {
    readonly role: string;
    readonly title: string;
    /** A week, all teams together. */
    readonly hoursAvailable: number;
    readonly weeks: readonly WorkWeek[];
  }[];
  readonly services: readonly {
    readonly id: string;
    readonly name: string;
    readonly kind: string;
    readonly weeks: readonly ServiceWeek[];
  }[];
  readonly breaches: readonly BreachWeek[];
  readonly messages: readonly {
    readonly channel: string;
    readonly title: string;
    readonly weeks: readonly MessageWeek[];
  }[];
  readonly notReachable: number;
  readonly noService: number;
  readonly endings: readonly {
    readonly key: string;
    readonly title: string;
    readonly kind: 'good' | 'other' | 'left';
    readonly people: number;
  }[];
  readonly people: { readonly letIn: number; readonly underWayAtEnd: number; readonly notLetIn: number };
  readonly length: PathwayLength;
  readonly equity: Equity;
  readonly assumptions: Assumptions;
}

/** Days from being let in to the end, of those whose pathway ended. Null when nobody's did. */
export interface PathwayLength {
  readonly ended: number;
  readonly quarter: number | null;
  readonly median: number | null;
  readonly threeQuarters: number | null;
  readonly longest: number | null;
  /** How many ended in the first week of their pathway, the second, … */
  readonly byWeek: readonly number[];
}

const EXITS: Readonly<Record<string, string>> = {
  died: 'Died',
  'moved-away': 'Moved away',
  'opted-out': 'Asked us to stop',
  'need-met': 'Need met',
  'need-met-by-us': 'Need met by us',
  'need-met-by-others': 'Need met by others',
  'no-longer-eligible': 'No longer eligible',
  'data-corrected': 'Record was corrected',
};
const CHANNELS: Readonly<Record<string, string>> = { email: 'E-mail', sms: 'Text message', letter: 'Letter' };

type Of<Kind extends Happening['kind']> = Extract<Happening, { kind: Kind }>;

/** Everything a simulation noted down, week by week. Pure: the same journal gives the same result. */
export function resultOf(setting: SimulationSetting, journal: Journal, assumptions: Assumptions): SimulationResult {
  const inOrder = journal.happenings.toSorted((one, other) => one.at - other.at || one.person - other.person);
  const ordered: Journal = { ...journal, happenings: inOrder };
  const tally = {
    format: SIMULATION_FORMAT,
    setting: { ...setting, people: journal.people.length },
    provenance: provenanceOf(setting, journal.people.length),
    weeks: journal.weekStarts.slice(0, -1).map((at) => DateTime.fromMillis(at, { zone: ZONE }).toFormat('yyyy-MM-dd')),
    work: workOf(ordered),
    services: servicesOf(ordered),
    breaches: breachesOf(ordered),
    messages: messagesOf(ordered),
    notReachable: of(ordered, 'message').filter(({ fate }) => fate === 'not-reachable').length,
    noService: of(ordered, 'no-service').length,
    endings: endingsOf(ordered),
    people: peopleOf(ordered),
    length: lengthOf(ordered),
    equity: equityOf(ordered),
    assumptions,
  } as const;
  return { ...tally, summary: summarise(tally) };
}

function of<Kind extends Happening['kind']>({ happenings }: Journal, kind: Kind): Of<Kind>[] {
  return happenings.filter((one): one is Of<Kind> => one.kind === kind);
}

/** The week an instant falls into; past the last for what comes later. */
function weekOf({ weekStarts }: Journal, at: number): number {
  const next = weekStarts.findIndex((start) => at < start);
  return (next === -1 ? weekStarts.length : next) - 1;
}

function byWeek<Week>(journal: Journal, tell: (week: number, from: number, to: number) => Week): Week[] {
  return journal.weekStarts.slice(0, -1).map((from, week) => tell(week, from, journal.weekStarts[week + 1]!));
}

function workOf(journal: Journal): SimulationResult['work'] {
  const tasks = tasksOf(journal);
  const roles = [...new Set(tasks.map(({ role }) => role))].sort();
  const worked = of(journal, 'task-worked');
  return roles.map((role) => {
    const own = tasks.filter((task) => task.role === role);
    const names = new Set(own.map(({ task }) => task));
    return {
      role,
      title: sentence(role),
      hoursAvailable: round(journal.staff[role] ?? 0),
      weeks: byWeek(journal, (_week, from, to): WorkWeek => {
        const within = (at: number | null): boolean => at !== null && at >= from && at < to;
        const opened = own.filter(({ at }) => within(at));
        const open = own.filter(({ at, closedAt }) => at < to && (closedAt === null || closedAt >= to));
        const minutes = worked.filter(({ task, at }) => names.has(task) && within(at)).map((one) => one.minutes);
        return {
          opened: opened.length,
          done: own.filter(({ closedAt, done }) => done && within(closedAt)).length,
          cancelled: own.filter(({ closedAt, done }) => !done && within(closedAt)).length,
          hoursNeeded: round(sum(opened.map((task) => task.minutes)) / 60),
          hoursWorked: round(sum(minutes) / 60),
          openAtEnd: open.length,
          pastDueAtEnd: open.filter(({ dueAt }) => dueAt < to).length,
        };
      }),
    };
  });
}

interface WholeTask extends Of<'task-opened'> {
  readonly closedAt: number | null;
  readonly done: boolean;
}

function tasksOf(journal: Journal): WholeTask[] {
  const closed = new Map<string, { at: number; done: boolean }>();
  for (const { task, at, done } of of(journal, 'task-worked')) if (done) closed.set(task, { at, done });
  for (const { task, at } of of(journal, 'task-cancelled')) {
    if (!closed.has(task)) closed.set(task, { at, done: false });
  }
  return of(journal, 'task-opened').map((opened) => {
    const end = closed.get(opened.task);
    return { ...opened, closedAt: end?.at ?? null, done: end?.done ?? false };
  });
}

function servicesOf(journal: Journal): SimulationResult['services'] {
  const all = of(journal, 'referral');
  return journal.services
    .map(({ id, name, kind }) => {
      const own = all.filter(({ service }) => service === id);
      const sent = new Map(own.filter(({ status }) => status === 'sent').map((one) => [one.referral, one.at]));
      const answered = new Map<string, number>();
      for (const { referral, status, at } of own) {
        if (status !== 'sent' && !answered.has(referral)) answered.set(referral, at);
      }
      const waiting = (to: number): number =>
        [...sent].filter(([referral, at]) => at < to && (answered.get(referral) ?? Infinity) >= to).length;
      const count = (status: string, from: number, to: number): number =>
        own.filter((one) => one.status === status && one.at >= from && one.at < to).length;
      return {
        id,
        name,
        kind,
        weeks: byWeek(journal, (_week, from, to): ServiceWeek => ({
          sent: count('sent', from, to),
          accepted: count('accepted', from, to),
          declined: count('declined', from, to),
          expired: count('expired', from, to),
          waitingAtEnd: waiting(to),
        })),
      };
    })
    .filter(({ weeks }) => weeks.some(({ sent }) => sent > 0))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

function breachesOf(journal: Journal): BreachWeek[] {
  const late = tasksOf(journal).filter(({ dueAt, closedAt }) => (closedAt ?? Infinity) > dueAt);
  const rungs = of(journal, 'rung-climbed');
  const expired = of(journal, 'referral').filter(({ status }) => status === 'expired');
  return byWeek(journal, (week) => ({
    tasksPastDue: late.filter(({ dueAt }) => weekOf(journal, dueAt) === week).length,
    rungsClimbed: rungs.filter(({ at }) => weekOf(journal, at) === week).length,
    referralsExpired: expired.filter(({ at }) => weekOf(journal, at) === week).length,
  }));
}

function messagesOf(journal: Journal): SimulationResult['messages'] {
  const messages = of(journal, 'message').filter(({ fate }) => fate !== 'not-reachable');
  const channels = [...new Set(messages.map(({ channel }) => channel))].sort();
  return channels.map((channel) => ({
    channel,
    title: CHANNELS[channel] ?? sentence(channel),
    weeks: byWeek(journal, (week) => {
      const count = (fate: string): number =>
        messages.filter((one) => one.channel === channel && one.fate === fate && weekOf(journal, one.at) === week)
          .length;
      return { sent: count('sent'), cameBack: count('came-back') };
    }),
  }));
}

function endingsOf(journal: Journal): SimulationResult['endings'] {
  const ended = of(journal, 'ended');
  const count = (key: string, exit: boolean): number =>
    ended.filter((one) => one.ending === key && one.exit === exit).length;
  const exits = [...new Set(ended.filter(({ exit }) => exit).map(({ ending }) => ending))].sort();
  return [
    ...journal.endings.map(({ key, title, good }) => ({
      key,
      title,
      kind: good ? ('good' as const) : ('other' as const),
      people: count(key, false),
    })),
    ...exits.map((key) => ({
      key,
      title: EXITS[key] ?? sentence(key),
      kind: 'left' as const,
      people: count(key, true),
    })),
  ];
}

function peopleOf(journal: Journal): SimulationResult['people'] {
  const letIn = new Set(of(journal, 'let-in').map(({ person }) => person)).size;
  const ended = new Set(of(journal, 'ended').map(({ person }) => person)).size;
  return { letIn, underWayAtEnd: letIn - ended, notLetIn: journal.people.length - letIn };
}

function lengthOf(journal: Journal): PathwayLength {
  const began = new Map(of(journal, 'let-in').map(({ person, at }) => [person, at]));
  const days = of(journal, 'ended')
    .map(({ person, at }) => (at - (began.get(person) ?? at)) / DAY)
    .sort((one, other) => one - other);
  const at = (share: number): number | null => {
    const value = days[Math.min(days.length - 1, Math.floor(share * days.length))];
    return value === undefined ? null : round(value);
  };
  return {
    ended: days.length,
    quarter: at(0.25),
    median: at(0.5),
    threeQuarters: at(0.75),
    longest: at(1),
    byWeek: byWeek(journal, (week) => days.filter((length) => Math.floor(length / 7) === week).length),
  };
}

function provenanceOf(
  { title, version, live, weeks, seed, startsOn, overWeeks }: SimulationSetting,
  people: number,
): string {
  const day = DateTime.fromISO(startsOn, { zone: ZONE }).setLocale('en-GB').toFormat('d LLL yyyy');
  return [
    'A forecast from assumptions, not a record of what happened',
    `${title} v${version}${live ? '' : ', not live'}`,
    `${people.toLocaleString('en-GB')} people let in over ${overWeeks} ${overWeeks === 1 ? 'week' : 'weeks'}`,
    `${weeks} ${weeks === 1 ? 'week' : 'weeks'} from ${day}`,
    `seed ${seed}`,
  ].join(' · ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** To one decimal place. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
