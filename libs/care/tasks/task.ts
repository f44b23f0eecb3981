import { after, type Duration, hoursBeginOn } from '#platform/kernel';
import { DayWrong, NoteTooLong, OutcomeUnknown, ValueNotAllowed } from './tasks.faults.js';

export type TaskKind = 'call' | 'measure' | 'review';

/** An answer the programme lets a worker give. */
export interface TaskOutcome {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  /** What choosing it proves for the funnel: reached, accepted. */
  readonly marks: readonly string[];
  /** Measures only: whether this result is the one hoped for. */
  readonly good?: boolean;
  /** Measures only: not to be chosen with a reading below this. */
  readonly valueFrom?: number;
  /** Measures only: not to be chosen with a reading of this or above. */
  readonly valueBelow?: number;
}

/** A number asked for with a measure's result. `second` names a lower second reading, such as diastolic pressure. */
export interface AskedValue {
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly second?: string;
}

export interface Asks {
  readonly instrument: string;
  readonly value?: AskedValue;
}

export interface Task {
  readonly id: string;
  readonly episodeId: string;
  readonly personId: string;
  readonly programme: string;
  readonly teamKey: string;
  readonly step: string;
  readonly kind: TaskKind;
  readonly title: string;
  readonly role: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly outcomes: readonly TaskOutcome[];
  readonly asks: Asks | null;
  readonly status: 'open' | 'completed' | 'cancelled';
  readonly claimedBy: string | null;
  readonly claimedAt: Date | null;
  readonly escalatedTo: string | null;
  readonly outcome: string | null;
  readonly marks: readonly string[];
  readonly note: string | null;
  readonly closedBy: string | null;
  readonly closedAt: Date | null;
  readonly cancelledBecause: string | null;
  /** Off the list until then, and why. */
  readonly snoozedUntil: Date | null;
  readonly snoozedBecause: string | null;
  /** Its pathway is paused. */
  readonly paused: boolean;
  /** The due time was counted in working days. */
  readonly dueWorking: boolean;
  /** Rises with every claim, release and closing; send it back to complete the task you saw. */
  readonly version: number;
}

/** Who works: the account and the one team whose tasks it may touch. */
export interface Worker {
  readonly accountId: string;
  readonly teamKey: string;
}

/** Names the episode, the step, and a key under which a repeat changes nothing. `at` is the pathway's time. */
export interface PathwayCall {
  readonly episodeId: string;
  readonly step: string;
  readonly key: string;
  readonly seq: number;
  readonly at: string;
}

export interface OpenTaskCall extends PathwayCall {
  readonly kind: TaskKind;
  readonly title: string;
  readonly role: string;
  readonly due: Duration;
  /** Rungs of the ladder, each counted from the due time, and to whom each goes. */
  readonly escalateAfter?: readonly Duration[];
  readonly escalateTo?: readonly string[];
  readonly outcomes: readonly TaskOutcome[];
  readonly asks?: Asks;
}

export interface OpenedTask {
  readonly taskId: string;
  readonly dueAt: string;
  /** When each rung is climbed, in the order of the ladder. */
  readonly escalateAt: readonly string[];
}

export interface Completion {
  readonly taskId: string;
  readonly worker: Worker;
  readonly outcome: string;
  readonly note?: string | null;
  readonly value?: number | null;
  readonly value2?: number | null;
  /** With the outcome `later`: the day on which they want to be asked again, YYYY-MM-DD. */
  readonly until?: string | null;
  readonly version: number;
}

/** Furthest day for asking again or for a snooze. */
const LONGEST_REST = { amount: 3, unit: 'months' } as const;

/**
 * The beginning of working hours on a day that somebody chose to come back to, YYYY-MM-DD. `last` bounds it further.
 * Throws DayWrong.
 */
export function comingDay(day: string, taskId: string, now: Date, last: Date = after(now, LONGEST_REST)): Date {
  const real = /^\d{4}-\d{2}-\d{2}$/.test(day) && !Number.isNaN(Date.parse(day));
  const instant = real ? hoursBeginOn(day) : null;
  if (!instant || instant <= now || instant > last) throw new DayWrong(taskId, last);
  return instant;
}

/** With this outcome a person has asked on the phone to be asked again. */
export const LATER = 'later';

/** The outcome as the task's programme version words it. Throws OutcomeUnknown. */
export function chosenOutcome(task: Pick<Task, 'id' | 'outcomes'>, key: string): TaskOutcome {
  const outcome = task.outcomes.find((offered) => offered.key === key);
  if (!outcome) throw new OutcomeUnknown(task.id);
  return outcome;
}

/** Throws ValueNotAllowed when a reading was not asked for, is out of range, or a pair is incomplete or the wrong way round. */
export function checkReading(task: Pick<Task, 'id' | 'asks'>, reading: Pick<Completion, 'value' | 'value2'>): void {
  const value = reading.value ?? null;
  const value2 = reading.value2 ?? null;
  if (value === null && value2 === null) return;
  const asked = task.asks?.value;
  const refuse = (why: string): never => {
    throw new ValueNotAllowed(task.id, why);
  };
  if (!asked) return refuse('This task does not ask for a reading.');
  const inRange = (number: number): boolean => number >= asked.min && number <= asked.max;
  const range = `must be between ${asked.min} and ${asked.max} ${asked.unit}.`;
  if (value === null) return refuse(`Give ${asked.label} as well.`);
  if (!inRange(value)) return refuse(`${asked.label} ${range}`);
  if (asked.second === undefined) {
    if (value2 !== null) refuse('This task asks for one reading only.');
    return;
  }
  if (value2 === null) return refuse(`Give ${asked.second} as well.`);
  if (!inRange(value2)) return refuse(`${asked.second} ${range}`);
  if (value2 >= value) refuse(`${asked.second} must be lower than ${asked.label}.`);
}

/**
 * Whether an outcome may stand beside this reading; of a pair the first counts. Without a reading any may: the answer is then
 * the person's own word.
 */
function goesWith({ valueFrom, valueBelow }: TaskOutcome, value: number): boolean {
  return (valueFrom === undefined || value >= valueFrom) && (valueBelow === undefined || value < valueBelow);
}

/** Throws ValueNotAllowed, naming what to choose instead, when the programme does not let the outcome stand beside the reading. */
export function checkOutcome(
  task: Pick<Task, 'id' | 'asks' | 'outcomes'>,
  chosen: TaskOutcome,
  value: number | null | undefined,
): void {
  if (value === null || value === undefined || goesWith(chosen, value)) return;
  const unit = task.asks?.value?.unit ?? '';
  const { valueFrom, valueBelow } = chosen;
  const bound =
    valueBelow !== undefined && value >= valueBelow ? `${valueBelow} ${unit} or above` : `Below ${valueFrom} ${unit}`;
  const instead = task.outcomes.filter((other) => goesWith(other, value)).map(({ label }) => `“${label}”`);
  const mend = instead.length > 0 ? `: choose ${instead.join(' or ')}` : '';
  throw new ValueNotAllowed(task.id, `${bound} does not go with “${chosen.label}”${mend}.`);
}

const LONGEST_NOTE = 2000;

/** A note as it is kept; null when there is nothing in it. Throws NoteTooLong. */
export function tidyNote(note: string | null | undefined, subjectId: string): string | null {
  // Postgres keeps neither null characters nor halves of surrogate pairs.
  const words = note
    ?.replaceAll('\0', '')
    .replaceAll(/\p{Cs}/gu, '')
    .trim();
  if (words && words.length > LONGEST_NOTE) throw new NoteTooLong(subjectId, LONGEST_NOTE);
  return words || null;
}

const MOST_TAGS = 4;
const LONGEST_TAG = 24;

/** The short words of a task's row: why it ranks where it does, highest points first. */
export function tagsOf(priorityParts: unknown): string[] {
  if (!Array.isArray(priorityParts)) return [];
  return priorityParts
    .filter((part): part is { points: number; because: string } => typeof part?.because === 'string')
    .toSorted((a, b) => b.points - a.points)
    .map((part) => part.because)
    .filter((tag) => tag.length <= LONGEST_TAG)
    .slice(0, MOST_TAGS);
}
