import type { ExitReason, PathwayEvent, PathwayScript } from '../../workflows/contracts/index.js';
import type { Play } from './stage.js';

type Event<Kind extends PathwayEvent['kind']> = Extract<PathwayEvent, { kind: Kind }>;

let number = 0;
const id = (): string => `event-${(number += 1)}`;

export function replied(
  answer: Event<'replied'>['answer'],
  { step = 'invite', until }: { readonly step?: string; readonly until?: string } = {},
): PathwayEvent {
  return { kind: 'replied', id: id(), step, answer, until };
}

export function completed(taskId: string, outcome: string, until?: string): PathwayEvent {
  return { kind: 'task-completed', id: id(), taskId, outcome, until };
}

export function answered(referralId: string, answer: Event<'referral-answered'>['answer']): PathwayEvent {
  return { kind: 'referral-answered', id: id(), referralId, answer };
}

export function left(reason: ExitReason): PathwayEvent {
  return { kind: 'left', id: id(), reason };
}

export function bounced(attempt: number, step = 'invite'): PathwayEvent {
  return { kind: 'message-failed', id: id(), step, attempt, because: 'no-such-mailbox' };
}

export function paused(at: string, pauseId = 'pause/1'): PathwayEvent {
  return { kind: 'paused', id: id(), pauseId, at };
}

export function resumed(at: string, pauseId = 'pause/1'): PathwayEvent {
  return { kind: 'resumed', id: id(), pauseId, at };
}

export function moved(script: PathwayScript, step: string, from?: string): PathwayEvent {
  return { kind: 'moved', id: id(), batchId: 'batch/1', script, step, from };
}

export function snoozed(taskId: string, dueAt: string, escalateAt: readonly string[] = []): PathwayEvent {
  return { kind: 'task-snoozed', id: id(), taskId, until: dueAt, dueAt, escalateAt };
}

export function transferred(): PathwayEvent {
  return { kind: 'transferred', id: id(), teamKey: 'another-team' };
}

export function askedAgain(): PathwayEvent {
  return { kind: 'asked-again', id: id() };
}

/** Holds an effect back until it is opened. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** The id the stage gives to what a call of an effect opened. */
export async function opened(play: Play, name: 'openTask' | 'sendReferral', count = 1): Promise<string> {
  const { key } = await play.saw(name, count);
  return `${name === 'openTask' ? 'task' : 'referral'}/${key}`;
}
