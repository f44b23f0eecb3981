import type { MoveBatch, MovePreview } from '../api/views';

type Because = MovePreview['stays'][number]['because'] | 'step-changed' | 'no-answer';

/** Why somebody was not moved, or not moved back. */
const BECAUSE: Readonly<Record<Because, string>> = {
  'no-counterpart': 'Their step leads nowhere in the new version',
  together: 'They walk several steps at once; they can move when these have come together',
  paused: 'Their clocks are paused; they can move when they go on',
  'not-begun': 'Their first step is still to come',
  moving: 'They are being moved already',
  ended: 'Their programme ended meanwhile',
  'step-changed': 'They had gone on to another step by then',
  'no-answer': 'Their pathway did not answer; see Differences',
};

export function sayBecause(because: string | null): string {
  return (because !== null && BECAUSE[because as Because]) || 'No reason was given';
}

export const BATCH_WORDS: Readonly<Record<MoveBatch['status'], string>> = {
  moving: 'Moving now',
  moved: 'Moved',
  undoing: 'Moving back now',
  undone: 'Moved back',
};

type MoveStatus = MoveBatch['moves'][number]['status'];

export const MOVE_WORDS: Readonly<Record<MoveStatus, string>> = {
  asked: 'On their way',
  moved: 'Moved',
  refused: 'Not moved',
  'undo-asked': 'On their way back',
  undone: 'Moved back',
  kept: 'Left on the new version',
};

/** How many of a batch have arrived, and of how many. */
export function progressOf({ moves }: Pick<MoveBatch, 'moves'>): { readonly done: number; readonly all: number } {
  const all = moves.reduce((sum, { count }) => sum + count, 0);
  const under = moves.filter(({ status }) => status === 'asked' || status === 'undo-asked');
  return { done: all - under.reduce((sum, { count }) => sum + count, 0), all };
}

/** 23 hours 10 minutes; null when no time is left. */
export function timeLeft(until: string, now: Date = new Date()): string | null {
  const minutes = Math.floor((Date.parse(until) - now.getTime()) / 60_000);
  if (minutes < 0) return null;
  const hours = Math.floor(minutes / 60);
  const say = (count: number, noun: string): string | null =>
    count === 0 ? null : `${count} ${noun}${count === 1 ? '' : 's'}`;
  return [say(hours, 'hour'), say(minutes % 60, 'minute')].filter(Boolean).join(' ') || 'less than a minute';
}
