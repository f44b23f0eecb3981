import { ageOn, sayNhsNumber } from '#platform/kernel';
import type { EpisodeFacts, PersonFacts } from './person-record.repository.js';

export interface TimelineEntry {
  readonly at: Date;
  readonly kind: 'found' | 'message' | 'reply' | 'task' | 'referral' | 'measurement' | 'ending' | 'next';
  readonly title: string;
  readonly detail: string | null;
  readonly actor?: string;
  /** Not yet: what the pathway does next. */
  readonly future?: true;
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

export function makeRecord(person: PersonFacts, episodes: readonly EpisodeFacts[], now: Date): PersonRecord {
  const day = (date: Date | null): string | null => date?.toISOString().slice(0, 10) ?? null;
  const address = [person.addressLine, person.postcode].filter((part) => part !== null).join(', ');
  const recorded = episodes.map(recordEpisode);
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
      .map(({ programme, title, stepTitle }) => ({ programme, title, status: stepTitle ?? 'Just started' })),
  };
}

const LANGUAGES = new Intl.DisplayNames('en-GB', { type: 'language', fallback: 'none' });

function recordEpisode(episode: EpisodeFacts): RecordedEpisode {
  const { nextWhat, nextAt } = episode;
  const next = episode.status === 'open' && nextWhat ? { what: nextWhat, at: nextAt } : null;
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
    timeline: [
      ...happenings(episode).toSorted((a, b) => a.at.getTime() - b.at.getTime()),
      ...(next?.at ? [{ at: next.at, kind: 'next', title: next.what, detail: null, future: true } as const] : []),
    ],
    next,
    openTaskId: episode.tasks.find(({ status }) => status === 'open')?.id ?? null,
  };
}

function happenings(episode: EpisodeFacts): TimelineEntry[] {
  return [
    {
      at: episode.openedAt,
      kind: 'found',
      title: episode.origin === 'trigger' ? 'Referred in' : 'Found by the programme',
      detail: null,
    },
    ...episode.messages.map(({ createdAt, sentAt, fate, because, attempt }): TimelineEntry => ({
      at: sentAt ?? createdAt,
      kind: 'message',
      title: FATE_TITLES[fate] ?? 'Message being sent',
      detail: because ? (BECAUSE[because] ?? because.replaceAll('-', ' ')) : `Email, attempt ${attempt}`,
    })),
    ...episode.replies.map(({ at, answer }): TimelineEntry => ({
      at,
      kind: 'reply',
      title: `They answered: ${ANSWER_WORDS[answer] ?? answer}`,
      detail: null,
    })),
    ...episode.tasks.flatMap(taskEntries),
    ...episode.referrals.flatMap(referralEntries),
    ...episode.measurements.map((taken): TimelineEntry => ({
      at: taken.at,
      kind: 'measurement',
      title: `Result: ${resultLabel(episode, taken.step, taken.result)}`,
      detail: taken.value === null ? null : [taken.value, taken.value2].filter((value) => value !== null).join('/'),
      ...(taken.actor && { actor: taken.actor }),
    })),
    ...(episode.ending
      ? [
          {
            at: episode.ending.at,
            kind: 'ending',
            title: `Ended: ${endingTitle(episode, episode.ending.ending)}`,
            detail: null,
          } as const,
        ]
      : []),
  ];
}

const FATE_TITLES: Readonly<Record<string, string>> = {
  sent: 'Invitation sent',
  suppressed: 'Message held back',
  unreachable: 'Message could not be sent',
  failed: 'Message could not be delivered',
  unknown: 'It is not known whether a message arrived',
};
const BECAUSE: Readonly<Record<string, string>> = {
  'episode-ended': 'This had already ended',
  'no-channel-we-can-use': 'The programme names no way of writing that we can use',
  'no-address': 'No email address is known',
  'address-not-valid': 'The email address is not one that can be used',
  'refused-by-mail-server': 'The mail server refused it',
  'mail-server-gave-no-answer': 'The mail server gave no answer. It is not sent again by itself',
  'sender-stopped-while-sending': 'Sending was cut off. It is not sent again by itself',
  'mail-unavailable': 'The mail server could not be reached',
};
const ANSWER_WORDS: Readonly<Record<string, string>> = {
  yes: 'yes please',
  'not-now': 'not now',
  sorted: 'already sorted',
  stop: 'stop contacting me',
};

function taskEntries(task: EpisodeFacts['tasks'][number]): TimelineEntry[] {
  const actor = task.actor ? { actor: task.actor } : {};
  const label = listOf<{ key: string; label: string }>(task.outcomes).find(({ key }) => key === task.outcome)?.label;
  const closing: TimelineEntry[] = !task.closedAt
    ? []
    : task.status === 'completed'
      ? [
          {
            at: task.closedAt,
            kind: 'task',
            title: `${task.title}: ${label ?? task.outcome ?? 'done'}`,
            detail: task.note,
            ...actor,
          },
        ]
      : [{ at: task.closedAt, kind: 'task', title: `${task.title}: no longer needed`, detail: null }];
  return [
    { at: task.openedAt, kind: 'task', title: `Task opened: ${task.title}`, detail: null },
    ...(task.escalatedAt && task.escalatedTo
      ? [
          {
            at: task.escalatedAt,
            kind: 'task',
            title: `Raised to the ${task.escalatedTo.replaceAll('-', ' ')}`,
            detail: `${task.title} was not done in time`,
          } as const,
        ]
      : []),
    ...closing,
  ];
}

const CLOSING_TITLES: Readonly<Record<string, string>> = {
  completed: 'Service reports: completed',
  'not-completed': 'Service reports: not completed',
  expired: 'The service did not answer in time',
  withdrawn: 'Referral withdrawn',
};

function referralEntries(referral: EpisodeFacts['referrals'][number]): TimelineEntry[] {
  const entry = (at: Date | null, title: string | undefined, detail: string | null = null): TimelineEntry[] =>
    at && title ? [{ at, kind: 'referral', title, detail, actor: referral.service }] : [];
  const declined = referral.status === 'declined';
  return [
    ...entry(referral.sentAt, 'Referral sent', referral.need),
    ...(declined
      ? entry(referral.answeredAt, 'Referral declined', referral.declineReason?.replaceAll('-', ' ') ?? null)
      : entry(referral.answeredAt, 'Referral accepted')),
    ...entry(referral.startedAt, 'Service started'),
    ...(declined ? [] : entry(referral.closedAt, CLOSING_TITLES[referral.status], referral.note)),
  ];
}

function resultLabel(episode: EpisodeFacts, step: string, result: string): string {
  const offered = episode.tasks
    .filter((task) => task.step === step)
    .flatMap((task) => listOf<{ key: string; label: string }>(task.outcomes));
  return offered.find(({ key }) => key === result)?.label ?? (result === 'lost' ? 'not known in time' : result);
}

const EXITS: Readonly<Record<string, string>> = {
  died: 'the person died',
  'moved-away': 'moved away',
  'opted-out': 'asked us to stop',
  'need-met': 'the need was met',
};

function endingTitle({ endings }: EpisodeFacts, ending: string): string {
  const named = listOf<{ key: string; title: string }>(endings).find(({ key }) => key === ending);
  return named?.title ?? EXITS[ending] ?? ending.replaceAll('-', ' ');
}

function listOf<Item>(json: unknown): readonly Item[] {
  return Array.isArray(json) ? (json as Item[]) : [];
}
