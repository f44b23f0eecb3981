import type { Pause, Paused } from './contracts/index.js';

/** The pauses of a pathway, in the order they came. Repeats and an end that overtakes its beginning change nothing. */
export class Pauses {
  private pauses: Pause[];

  /** In `heard` it remembers which pauses have ended, also those that had not begun. */
  constructor(
    carried: readonly Pause[],
    private readonly heard: Set<string>,
  ) {
    this.pauses = [...carried];
  }

  get all(): readonly Pause[] {
    return this.pauses;
  }

  /** What holds the pathway up now. */
  get present(): Paused | null {
    const [first] = this.pauses;
    return first ? { pauseId: first.pauseId, since: first.since } : null;
  }

  /** The first pause, once its end is known. */
  get ended(): Required<Pause> | null {
    const [first] = this.pauses;
    return first?.resumedAt === undefined ? null : { ...first, resumedAt: first.resumedAt };
  }

  /** False when this pause is known already. */
  begin(pauseId: string, since: string): boolean {
    if (this.heard.has(endOf(pauseId)) || this.pauses.some((pause) => pause.pauseId === pauseId)) return false;
    this.pauses.push({ pauseId, since });
    return true;
  }

  /** False when the pause had ended already, or has not begun; then it never will. */
  end(pauseId: string, resumedAt: string): boolean {
    const pause = this.pauses.find((one) => one.pauseId === pauseId && one.resumedAt === undefined);
    this.heard.add(endOf(pauseId));
    if (!pause) return false;
    this.pauses = this.pauses.map((one) => (one === pause ? { ...one, resumedAt } : one));
    return true;
  }

  /** Drops the first pause. One that began before its end counts from there: no time is given twice. */
  close(): void {
    const [first, ...rest] = this.pauses;
    const end = first?.resumedAt ?? '';
    this.pauses = rest.map((pause) => (pause.since < end ? { ...pause, since: end } : pause));
  }
}

function endOf(pauseId: string): string {
  return `end-of-pause/${pauseId}`;
}
