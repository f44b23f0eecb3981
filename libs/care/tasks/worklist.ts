import { WorklistQueryWrong } from './tasks.faults.js';
import { isId } from '#platform/kernel';
import type { TaskKind } from './task.js';

export const WORKLIST_VIEWS = [
  'needs-us',
  'mine',
  'unclaimed',
  'overdue',
  'snoozed',
  'waiting-partner',
  'waiting-person',
  'coming-week',
  'paused',
] as const;
export type WorklistView = (typeof WORKLIST_VIEWS)[number];

export const WAITING_VIEWS = ['waiting-partner', 'waiting-person', 'coming-week', 'paused'] as const;
export type WaitingView = (typeof WAITING_VIEWS)[number];
export type TaskView = Exclude<WorklistView, WaitingView>;

export function isWaitingView(view: WorklistView): view is WaitingView {
  return (WAITING_VIEWS as readonly string[]).includes(view);
}

export interface WorklistQuery {
  readonly teamKey: string;
  readonly accountId: string;
  readonly view: WorklistView;
  readonly programme?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/**
 * One row of the list. Where there is no task, because nothing is to be done yet or because a pause is to be looked at
 * again, `taskId` is null and `id` is the episode's.
 */
export interface WorklistItem {
  readonly id: string;
  readonly taskId: string | null;
  readonly episodeId: string;
  readonly personId: string;
  readonly title: string;
  readonly programme: string;
  readonly programmeTitle: string;
  /** `Person 4417 · 34 · Northampton 021B`: no name on a list. */
  readonly personLabel: string;
  readonly dueAt: Date;
  readonly overdue: boolean;
  readonly claimedBy: { readonly id: string; readonly name: string; readonly you: boolean } | null;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly kind: TaskKind | 'waiting' | 'look-again';
  readonly step: string | null;
  readonly escalatedTo: string | null;
  /** Whoever has it, or its team, has been reminded. */
  readonly reminded: boolean;
  /** Only in the view `snoozed`: off the list until then, and why. */
  readonly snoozedUntil: Date | null;
  readonly snoozedBecause: string | null;
  /** Only where there is no task: why its pathway rests. */
  readonly pausedBecause: string | null;
  readonly demo: boolean;
  readonly version: number;
}

export interface WorklistCounts {
  readonly needsUs: number;
  readonly mine: number;
  readonly unclaimed: number;
  readonly overdue: number;
  readonly snoozed: number;
  readonly waitingPartner: number;
  readonly waitingPerson: number;
  readonly comingWeek: number;
  readonly paused: number;
}

export interface Worklist {
  readonly view: WorklistView;
  readonly total: number;
  readonly counts: WorklistCounts;
  /** Counting stops here: a count that equals it means that many or more. */
  readonly countedUpTo: number;
  readonly items: readonly WorklistItem[];
  readonly nextCursor: string | null;
}

export const COUNT_OF: Readonly<Record<WorklistView, keyof WorklistCounts>> = {
  'needs-us': 'needsUs',
  mine: 'mine',
  unclaimed: 'unclaimed',
  overdue: 'overdue',
  snoozed: 'snoozed',
  'waiting-partner': 'waitingPartner',
  'waiting-person': 'waitingPerson',
  'coming-week': 'comingWeek',
  paused: 'paused',
};

/** The last row of a page: the next page begins after it. */
export interface Place {
  readonly priority: number;
  readonly dueAt: Date;
  readonly id: string;
}

export function toCursor({ priority, dueAt, id }: Place): string {
  return Buffer.from(JSON.stringify([priority, dueAt.getTime(), id])).toString('base64url');
}

/** Throws WorklistQueryWrong for anything `toCursor` did not make. */
export function fromCursor(cursor: string): Place {
  try {
    const [priority, dueAt, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) as unknown[];
    if (
      Number.isSafeInteger(priority) &&
      Math.abs(priority as number) < 2 ** 31 &&
      typeof id === 'string' &&
      isId(id)
    ) {
      const due = new Date(dueAt as number);
      if (typeof dueAt === 'number' && due.getUTCFullYear() > 1900 && due.getUTCFullYear() < 9999) {
        return { priority: priority as number, dueAt: due, id };
      }
    }
  } catch {
    // Told below, in the one way a wrong cursor is told.
  }
  throw new WorklistQueryWrong();
}

/** A short number that stays with a person and says nothing about them. Two people may share it. */
export function personNumber(personId: string): number {
  return 1000 + (Number.parseInt(personId.slice(-8), 16) % 9000);
}

export function personLabel(personId: string, age: number, area: string | null): string {
  return [`Person ${personNumber(personId)}`, age, area].filter((part) => part !== null).join(' · ');
}
