import { DateTime } from 'luxon';
import { PAUSE_REASONS } from '#care/allocation';
import { OWNER } from '#care/tasks';
import { cancelledText, endingTitle, EXIT_TITLES, listOf } from './ending-words.js';
import type { EpisodeFacts } from './person-record.repository.js';

export interface TimelineEntry {
  readonly at: Date;
  readonly kind:
    | 'found'
    | 'message'
    | 'reply'
    | 'task'
    | 'referral'
    | 'measurement'
    | 'pause'
    | 'transfer'
    | 'move'
    | 'exit'
    | 'ending'
    | 'next';
  readonly title: string;
  readonly detail: string | null;
  readonly actor?: string;
  /** Not yet: what the pathway does next. */
  readonly future?: true;
}

function sayDay(instant: Date): string {
  return DateTime.fromJSDate(instant, { zone: 'Europe/London' }).setLocale('en-GB').toFormat('d LLLL yyyy');
}

/** What has happened in an episode, oldest first. */
export function happenings(episode: EpisodeFacts): TimelineEntry[] {
  return inOrder([
    {
      at: episode.openedAt,
      kind: 'found',
      title: episode.origin === 'trigger' ? 'Referred in' : 'Found by the programme',
      detail: null,
    },
    ...episode.messages.filter(({ fate }) => fate !== 'waiting').map(messageEntry),
    ...episode.replies.map(({ at, answer, until }): TimelineEntry => ({
      at,
      kind: 'reply',
      title: `They answered: ${ANSWER_WORDS[answer] ?? answer}`,
      detail: until ? `From ${sayDay(until)}` : null,
    })),
    ...episode.tasks.flatMap((task) => taskEntries(task, episode)),
    ...episode.referrals.flatMap(referralEntries),
    ...episode.measurements.map((taken): TimelineEntry => ({
      at: taken.at,
      kind: 'measurement',
      title: `Result: ${resultLabel(episode, taken.step, taken.result)}`,
      detail: taken.value === null ? null : [taken.value, taken.value2].filter((value) => value !== null).join('/'),
      ...actor(episode, taken.recordedBy),
    })),
    ...(episode.ending
      ? [
          {
            at: episode.ending.at,
            kind: 'ending',
            title: `Ended: ${endingTitle(episode.endings, episode.ending.ending)}`,
            detail: null,
          } as const,
        ]
      : []),
    ...episode.pauses.flatMap((pause) => pauseEntries(pause, episode)),
    ...episode.transfers.map(({ at, toTeam, reason, by }): TimelineEntry => ({
      at,
      kind: 'transfer',
      title: `Handed over to ${episode.teams.get(toTeam) ?? toTeam}`,
      detail: reason,
      ...actor(episode, by),
    })),
    ...episode.moves.flatMap((move) => moveEntries(move, episode)),
    ...(episode.exit ? [exitEntry(episode.exit, episode)] : []),
  ]);
}

/** What the pathway does next and when, as things stand, soonest first. Nothing but the look again while it is paused. */
export function comingUp(
  episode: EpisodeFacts,
  next: { readonly what: string; readonly at: Date | null } | null,
  now: Date,
): TimelineEntry[] {
  if (episode.status !== 'open') return [];
  const entry = (at: Date | null, kind: TimelineEntry['kind'], title: string, detail: string | null = null) =>
    at ? [{ at, kind, title, detail, future: true } as const] : [];
  const said = next ? entry(next.at, episode.pausedAt ? 'pause' : 'next', next.what) : [];
  if (episode.pausedAt) return said;
  const open = episode.tasks.filter(({ status }) => status === 'open');
  const asked = episode.replies.at(-1);
  const more = [
    ...episode.messages
      .filter(({ fate }) => fate === 'waiting')
      .flatMap(({ notBefore, because }) =>
        entry(notBefore, 'message', 'Message goes out', because && saidBecause(because)),
      ),
    ...open.flatMap(({ title, dueAt }) => (dueAt > now ? entry(dueAt, 'task', `Due: ${title}`) : [])),
    ...open.flatMap(({ title, snoozedUntil, snoozedBecause }) =>
      snoozedUntil && snoozedUntil > now
        ? entry(snoozedUntil, 'task', `Back on the list: ${title}`, snoozedBecause)
        : [],
    ),
    ...open.flatMap(({ title, rungs }) =>
      rungs
        .filter(({ status }) => status === 'planned')
        .flatMap(({ to, dueAt }) => entry(dueAt, 'task', rungTitle(to), `If not done by then: ${title}`)),
    ),
    ...episode.referrals
      .filter(({ status }) => status === 'sent')
      .flatMap(({ answerBy }) => entry(answerBy, 'referral', 'The service has answered by now, or another is asked')),
    ...(asked?.answer === 'later' && asked.until && asked.until > now
      ? entry(asked.until, 'reply', 'We ask again, as they wished')
      : []),
  ];
  // What comes next is said once, in the words of the pathway.
  const isSaid = (one: TimelineEntry): boolean => one.at.getTime() === next?.at?.getTime() && !one.detail;
  return inOrder([...said, ...more.filter((one) => !isSaid(one))]);
}

function inOrder(entries: readonly TimelineEntry[]): TimelineEntry[] {
  return entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

function actor({ names }: Pick<EpisodeFacts, 'names'>, by: string | null): { actor?: string } {
  const name = by === null ? undefined : names.get(by);
  return name === undefined ? {} : { actor: name };
}

export function pauseTitle(reason: string): string {
  return `Paused: ${(PAUSE_REASONS as Readonly<Record<string, string>>)[reason]?.toLowerCase() ?? reason}`;
}

function pauseEntries(pause: EpisodeFacts['pauses'][number], episode: EpisodeFacts): TimelineEntry[] {
  const { from, to, reason, note, by, endedBy } = pause;
  const began: TimelineEntry = {
    at: from,
    kind: 'pause',
    title: pauseTitle(reason),
    detail: note,
    ...actor(episode, by),
  };
  if (!to || endedBy === 'pathway') return [began];
  return [began, { at: to, kind: 'pause', title: 'Resumed', detail: null, ...actor(episode, endedBy) }];
}

function moveEntries(move: EpisodeFacts['moves'][number], { versions }: EpisodeFacts): TimelineEntry[] {
  const { status, at, batch } = move;
  const [from, to] = [batch.fromVersionId, batch.toVersionId].map((id) => versions.get(id) ?? '?');
  const title = { moved: `Moved to version ${to}`, undone: `Moved back to version ${from}` }[status];
  return title ? [{ at, kind: 'move', title, detail: batch.reason }] : [];
}

/** Who is said to have ended an episode when detection found that it is needed no longer. */
const NEW_DATA = 'detection';

function exitEntry({ at, reason, note, by }: NonNullable<EpisodeFacts['exit']>, episode: EpisodeFacts): TimelineEntry {
  const how = by === NEW_DATA ? 'New data ends it' : 'Ended by hand';
  const title = `${how}: ${(EXIT_TITLES[reason] ?? reason).toLowerCase()}`;
  return { at, kind: 'exit', title, detail: note, ...actor(episode, by) };
}

/** `Reminder`, or to whom a task is raised. */
export function rungTitle(to: string): string {
  return to === OWNER ? 'Reminder' : `Raised to the ${to.replaceAll('-', ' ')}`;
}

const CHANNELS: Readonly<Record<string, string>> = {
  email: 'E-mail',
  sms: 'Text message',
  letter: 'Letter',
  phone: 'Phone call',
};

const RECEIPTS: Readonly<Record<string, string>> = { delivered: ', delivered', bounced: ', came back' };

function messageEntry(message: EpisodeFacts['messages'][number]): TimelineEntry {
  const { createdAt, sentAt, fate, because, attempt, channel, receipt } = message;
  const how = `${CHANNELS[channel] ?? channel}, attempt ${attempt}${RECEIPTS[receipt ?? ''] ?? ''}`;
  return {
    at: sentAt ?? createdAt,
    kind: 'message',
    title: FATE_TITLES[fate] ?? 'Message being sent',
    detail: because ? saidBecause(because) : how,
  };
}

function saidBecause(because: string): string {
  return BECAUSE[because] ?? because.replaceAll('-', ' ');
}

const FATE_TITLES: Readonly<Record<string, string>> = {
  sent: 'Message sent',
  suppressed: 'Message held back',
  unreachable: 'Message could not be sent',
  failed: 'Message could not be delivered',
  unknown: 'It is not known whether a message arrived',
  merged: 'Sent inside a message of another programme',
  phone: 'Left to a phone call',
};
const BECAUSE: Readonly<Record<string, string>> = {
  'episode-ended': 'This had already ended',
  'no-channel-we-can-use': 'The programme names no way of writing that we can use',
  'no-address': 'No address to write to is known',
  'address-not-valid': 'The address is not one that can be used',
  'quiet-hours': 'Held back until the hours in which we write',
  'contact-budget': 'Held back: they have had enough messages for now',
  'no-approved-words': 'Held back until a version of its template is approved',
  paused: 'Held back while the pathway is paused',
  leaving: 'Held back: they were leaving the programme',
  'format-not-suited': 'No way of writing suits what they can read',
  'refused-by-notify': 'GOV.UK Notify refused it',
  'notify-gave-no-answer': 'GOV.UK Notify gave no answer. It is not sent again by itself',
  'no-hour-is-free': 'The hours in which we may write never come together',
  child: 'A child for whom nobody speaks',
  'channel-refused': 'They do not want to be written to this way',
  'opted-out': 'They asked us not to contact them',
  'opted-out-of-purpose': 'They asked us not to contact them about this',
  answered: 'They had answered already',
  'asked-anew': 'Another message was to go instead',
  'could-not-be-written': 'The message could not be written',
  'refused-by-mail-server': 'The mail server refused it',
  'mail-server-gave-no-answer': 'The mail server gave no answer. It is not sent again by itself',
  'sender-stopped-while-sending': 'Sending was cut off. It is not sent again by itself',
  'mail-unavailable': 'The mail server could not be reached',
  'notify-unavailable': 'GOV.UK Notify could not be reached',
};
const ANSWER_WORDS: Readonly<Record<string, string>> = {
  yes: 'yes please',
  'not-now': 'not now',
  later: 'ask me later',
  sorted: 'already sorted',
  stop: 'stop contacting me',
};

function taskEntries(task: EpisodeFacts['tasks'][number], episode: EpisodeFacts): TimelineEntry[] {
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
            ...actor(episode, task.closedBy),
          },
        ]
      : [
          {
            at: task.closedAt,
            kind: 'task',
            title: `${task.title}: cancelled`,
            detail: task.cancelledBecause && cancelledText(task.cancelledBecause),
          },
        ];
  return [
    { at: task.openedAt, kind: 'task', title: `Task opened: ${task.title}`, detail: null },
    ...raised(task),
    ...task.rungs.flatMap((rung) => rungEntries(rung, task.title, episode)),
    ...closing,
  ];
}

/** Pathways that began before ladders were planned say only the last role a task was raised to. */
function raised({ escalatedAt, escalatedTo, rungs, title }: EpisodeFacts['tasks'][number]): TimelineEntry[] {
  if (!escalatedAt || !escalatedTo || rungs.length > 0) return [];
  return [{ at: escalatedAt, kind: 'task', title: rungTitle(escalatedTo), detail: `${title} was not done in time` }];
}

function rungEntries(
  { status, at, to, because, by }: EpisodeFacts['tasks'][number]['rungs'][number],
  task: string,
  episode: EpisodeFacts,
): TimelineEntry[] {
  if (!at) return [];
  if (status === 'climbed') return [{ at, kind: 'task', title: rungTitle(to), detail: `${task} was not done in time` }];
  if (by === 'pathway') return [];
  return [
    { at, kind: 'task', title: `Cancelled: ${rungTitle(to).toLowerCase()}`, detail: because, ...actor(episode, by) },
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
