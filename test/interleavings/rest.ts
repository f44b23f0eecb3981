import { setTimeout as pause } from 'node:timers/promises';

/** One who waits until nothing is on its way to their pathway or in it. */
export interface Resting {
  readonly episodeId: string;
  readonly personId: string;
}

/** Where one can see whether something is on its way. */
export interface Watched {
  /** Which of these lanes of the outbox have an entry that has not been delivered. */
  lanesWaiting(lanes: readonly string[]): Promise<ReadonlySet<string>>;
  /** The tasks and effects under way in a pathway. */
  underWay(episodeId: string): Promise<readonly string[]>;
}

interface Waiting extends Resting {
  readonly since: number;
  lookAt: number;
  readonly found: () => void;
  readonly failed: (problem: unknown) => void;
}

/** In milliseconds. */
const TICK = 25;
const FIRST_LOOK = 100;
const PATIENCE = 300_000;
/** Looking costs the processor that the pathways need: the longer one takes, the more rarely it is looked at. */
const GROWTH = 0.3;

/** Looks for all who wait at once: one question to Postgres for everybody, one to Temporal for each whose lanes are empty. */
export class Rests {
  private readonly waiting = new Set<Waiting>();
  private watching = false;

  constructor(private readonly watched: Watched) {}

  /** Waits until nothing is on its way: no entry in the outbox, no task and no effect under way in the pathway. */
  of({ episodeId, personId }: Resting): Promise<void> {
    const since = Date.now();
    return new Promise((found, failed) => {
      this.waiting.add({ episodeId, personId, since, lookAt: since + FIRST_LOOK, found, failed });
      if (!this.watching) void this.watch();
    });
  }

  private async watch(): Promise<void> {
    this.watching = true;
    while (this.waiting.size > 0) {
      await pause(TICK);
      const due = [...this.waiting].filter(({ lookAt }) => lookAt <= Date.now());
      if (due.length === 0) continue;
      try {
        await this.look(due);
      } catch (problem) {
        for (const one of due) this.end(one, problem);
      }
    }
    this.watching = false;
  }

  private async look(due: readonly Waiting[]): Promise<void> {
    const lanes = await this.watched.lanesWaiting(due.flatMap(({ episodeId, personId }) => [episodeId, personId]));
    await Promise.all(
      due.map(async (one) => {
        const waits = lanes.has(one.episodeId) || lanes.has(one.personId);
        const onItsWay = waits ? ['an entry of the outbox'] : await this.watched.underWay(one.episodeId);
        const waited = Date.now() - one.since;
        one.lookAt = Date.now() + Math.max(FIRST_LOOK, waited * GROWTH);
        if (onItsWay.length === 0) this.end(one);
        else if (waited > PATIENCE) this.end(one, `${one.episodeId} never came to rest: ${onItsWay.join(', ')}`);
      }),
    );
  }

  private end(one: Waiting, problem?: unknown): void {
    this.waiting.delete(one);
    if (problem === undefined) one.found();
    else one.failed(problem);
  }
}
