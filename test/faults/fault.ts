import { setTimeout as pause } from 'node:timers/promises';
import type { Evidence } from './evidence.js';
import type { Ledger } from './ledger.js';
import type { Load, LoadOptions } from './load.js';
import type { Stage, StageOptions } from './stage.js';
import type { Watch } from './watch.js';

/** What a fault has to work with while it does harm. */
export interface Scene {
  readonly stage: Stage;
  readonly load: Load;
  readonly ledger: Ledger;
  readonly watch: Watch;
  /** From 0 up to 1, the same for the same seed. */
  readonly roll: () => number;
  /**
   * Waits until all is well again, which is measured from `since`, in milliseconds since 1970: everything ready, and
   * somebody new taken in as far as their first step.
   */
  readonly recovers: (since?: number) => Promise<void>;
}

export interface Fault {
  readonly name: string;
  /** What it does, in a sentence or two, for docs/faults.md. */
  readonly does: string;
  /** What else has to hold, beside what holds for every fault. */
  readonly passes?: string;
  readonly stage?: StageOptions;
  readonly load?: Partial<LoadOptions>;
  /** What proves that the product works again; a task when not said. */
  readonly proof?: 'task' | 'mail';
  /** Why this fault cannot be done on this machine; null when it can. */
  readonly cannot?: () => Promise<string | null>;
  /** Does harm while everybody works, and puts it right again. */
  readonly strike: (scene: Scene) => Promise<void>;
  /** What is wrong in the end that only this fault can know. */
  readonly judge?: (scene: Scene, evidence: Evidence) => string[] | Promise<string[]>;
}

/** Some time between two lengths, in milliseconds. */
export async function aWhile({ roll }: Pick<Scene, 'roll'>, from: number, to: number): Promise<void> {
  await pause(from + roll() * (to - from));
}

export function shuffled<Item>(items: readonly Item[], roll: () => number): Item[] {
  return items
    .map((item) => ({ item, place: roll() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
