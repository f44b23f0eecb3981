import { PAUSE_REASONS } from '#care/allocation';
import { ageOn, hoursBeginOn, isNation, type Nation, sayNhsNumber } from '#platform/kernel';
import { clockTimes, type ClockTime } from './clocks.js';
import { EXIT_TITLES, listOf } from './ending-words.js';
import type { EpisodeFacts, PersonFacts } from './person-record.repository.js';
import { comingUp, happenings, pauseTitle, rungTitle, type TimelineEntry } from './timeline.js';

export type EpisodeCommand = 'pause' | 'resume' | 'transfer' | 'exit';

/** A pause that is on. */
export interface PausedNow {
  readonly pauseId: string;
  readonly reason: string;
  readonly reasonText: string;
  readonly note: string | null;
  readonly since: Date;
  /** YYYY-MM-DD */
  readonly reviewOn: string | null;
  readonly by: string | null;
}

/** A rung of a task's ladder, in words. */
export interface RungShown {
  readonly rung: number;
  readonly to: string;
  /** `Reminder`, or the role it is raised to. */
  readonly title: string;
  readonly dueAt: Date;
  readonly status: 'planned' | 'climbed' | 'cancelled';
  readonly at: Date | null;
  readonly by: string | null;
  readonly because: string | null;
}

export interface OpenTaskShown {
  readonly id: string;
  readonly title: string;
  readonly step: string;
  readonly kind: string;
  readonly role: string;
  readonly dueAt: Date;
  readonly claimedBy: string | null;
  readonly snoozedUntil: Date | null;
  readonly snoozedBecause: string | null;
  readonly ladder: readonly RungShown[];
}

export interface RecordedEpisode {
  readonly id: string;
  readonly programme: string;
  readonly title: string;
  readonly status: 'open' | 'ended';
  readonly openedAt: Date;
  readonly demo: boolean;
  readonly step: string | null;
  readonly stepTitle: string | null;
  readonly reasons: readonly { readonly text: string; readonly source: string | null; readonly at: Date | null }[];
  readonly priority: number;
  readonly priorityParts: readonly { readonly points: number; readonly because: string }[];
  /** Oldest first; what comes next is last. */
  readonly timeline: readonly TimelineEntry[];
  readonly next: { readonly what: string; readonly at: Date | null } | null;
  readonly openTaskId: string | null;
  readonly openTasks: readonly OpenTaskShown[];
  readonly team: { readonly key: string; readonly name: string } | null;
  /** What the team that reads may do with it now. */
  readonly may: readonly EpisodeCommand[];
  readonly paused: PausedNow | null;
  /** It was ended by hand, or by new data, and the pathway is about to. */
  readonly leaving: { readonly reason: string; readonly reasonText: string; readonly at: Date } | null;
  /** Whose time has run so far, in working hours. */
  readonly clocks: readonly ClockTime[];
}

export interface PersonRecord {
  readonly person: {
    readonly id: string;
    readonly name: string;
    /** YYYY-MM-DD */
    readonly born: string;
    readonly age: number;
    readonly sex: string;
    /** In groups of 3, 3 and 4; null when the person has none. */
    readonly nhsNumber: string | null;
    readonly language: string;
    readonly practice: string | null;
    readonly area: string | null;
    /** Null when none is known, or when it is protected. */
    readonly address: string | null;
    readonly addressProtected: boolean;
    readonly phone: string | null;
    readonly email: string | null;
    /** Days, YYYY-MM-DD. */
    readonly diedOn: string | null;
    readonly movedAwayOn: string | null;
    readonly permissions: readonly {
      readonly channel: string;
      readonly purpose: string;
      readonly allowed: boolean;
      readonly at: Date;
    }[];
  };
  readonly episodes: readonly RecordedEpisode[];
  readonly alsoGoingOn: readonly { readonly programme: string; readonly title: string; readonly status: string }[];
}

/** `teamKey` is the team that reads; without it nothing may be done. */
export function makeRecord(
  person: PersonFacts,
  episodes: readonly EpisodeFacts[],
  now: Date,
  teamKey?: string,
): PersonRecord {
  const day = (date: Date | null): string | null => date?.toISOString().slice(0, 10) ?? null;
  const address = [person.addressLine, person.postcode].filter((part) => part !== null).join(', ');
  const nation = isNation(person.nation) ? person.nation : 'england';
  const recorded = episodes.map((episode) => recordEpisode(episode, nation, now, teamKey));
  return {
    person: {
      id: person.id,
      name: `${person.given} ${person.family}`,
      born: person.birthDate.toISOString().slice(0, 10),
      age: ageOn(person.birthDate, person.deceasedOn ?? now),
      sex: person.sex,
      nhsNumber: person.nhsNumber && sayNhsNumber(person.nhsNumber),
      language: LANGUAGES.of(person.language) ?? person.language,
      practice: person.practice,
      area: person.sensitive ? null : person.area,
      address: person.sensitive ? null : address || null,
      addressProtected: person.sensitive,
      phone: person.phone,
      email: person.email,
      diedOn: day(person.deceasedOn),
      movedAwayOn: day(person.movedAwayOn),
      permissions: person.permissions,
    },
    episodes: recorded,
    alsoGoingOn: recorded
      .filter(({ status }) => status === 'open')
      .map(({ programme, title, stepTitle, paused }) => ({
        ...{ programme, title },
        status: paused ? 'Paused' : (stepTitle ?? 'Just started'),
      })),
  };
}

const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'none' });

function recordEpisode(episode: EpisodeFacts, nation: Nation, now: Date, teamKey?: string): RecordedEpisode {
  const paused = pausedNow(episode);
  const next = nextOf(episode, paused);
  return {
    id: episode.id,
    programme: episode.programme,
    title: episode.title,
    status: episode.status === 'open' ? 'open' : 'ended',
    openedAt: episode.openedAt,
    demo: episode.demo,
    step: episode.step,
    stepTitle: episode.stepTitle,
    reasons: listOf<{ text: string; source?: string; at?: string }>(episode.reasons).map(({ text, source, at }) => ({
      text,
      source: source ?? null,
      at: at ? new Date(at) : null,
    })),
    priority: episode.priority,
    priorityParts: listOf<{ points: number; because: string }>(episode.priorityParts).map(({ points, because }) => ({
      points,
      because,
    })),
    timeline: [...happenings(episode), ...comingUp(episode, next, now)],
    next,
    openTaskId: episode.tasks.find(({ status }) => status === 'open')?.id ?? null,
    openTasks: episode.tasks.filter(({ status }) => status === 'open').map((task) => showTask(task, episode, now)),
    team: episode.teamKey === null ? null : { key: episode.teamKey, name: teamName(episode, episode.teamKey) },
    may: mayDo(episode, teamKey),
    paused,
    leaving: leavingOf(episode),
    clocks: clockTimes(episode.clockSpans, nation, now),
  };
}

function teamName({ teams }: EpisodeFacts, key: string): string {
  return teams.get(key) ?? key;
}

function mayDo({ status, exit, pausedAt, teamKey }: EpisodeFacts, reader: string | undefined): EpisodeCommand[] {
  if (status !== 'open' || exit || reader === undefined || teamKey !== reader) return [];
  return [pausedAt ? 'resume' : 'pause', 'transfer', 'exit'];
}

function pausedNow({ status, pauses, names }: EpisodeFacts): PausedNow | null {
  const pause = status === 'open' ? pauses.find(({ to }) => to === null) : undefined;
  if (!pause) return null;
  const { id: pauseId, reason, note, from: since, by } = pause;
  const reasonText = (PAUSE_REASONS as Readonly<Record<string, string>>)[reason] ?? reason;
  const reviewOn = pause.reviewOn?.toISOString().slice(0, 10) ?? null;
  return { pauseId, reason, reasonText, note, since, reviewOn, by: names.get(by) ?? null };
}

/** While an episode is paused, what comes next is that somebody looks again. */
function nextOf({ status, nextWhat, nextAt }: EpisodeFacts, paused: PausedNow | null): RecordedEpisode['next'] {
  if (paused) {
    return { what: pauseTitle(paused.reason), at: paused.reviewOn === null ? null : hoursBeginOn(paused.reviewOn) };
  }
  return status === 'open' && nextWhat ? { what: nextWhat, at: nextAt } : null;
}

function leavingOf({ status, exit }: EpisodeFacts): RecordedEpisode['leaving'] {
  if (status !== 'open' || !exit) return null;
  return { reason: exit.reason, reasonText: EXIT_TITLES[exit.reason] ?? exit.reason, at: exit.at };
}

function showTask(task: EpisodeFacts['tasks'][number], { names }: EpisodeFacts, now: Date): OpenTaskShown {
  const { id, title, step, kind, role, dueAt, claimedBy, snoozedUntil, snoozedBecause, rungs } = task;
  const asleep = snoozedUntil !== null && snoozedUntil > now;
  return {
    ...{ id, title, step, kind, role, dueAt },
    claimedBy: claimedBy === null ? null : (names.get(claimedBy) ?? 'A colleague'),
    snoozedUntil: asleep ? snoozedUntil : null,
    snoozedBecause: asleep ? snoozedBecause : null,
    ladder: rungs.map((rung) => ({
      ...{ rung: rung.rung, to: rung.to, dueAt: rung.dueAt, at: rung.at, because: rung.because },
      title: rungTitle(rung.to),
      status: rung.status as RungShown['status'],
      by: rung.by === null ? null : (names.get(rung.by) ?? null),
    })),
  };
}
