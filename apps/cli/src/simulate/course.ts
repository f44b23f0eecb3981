import type { WalkedPerson } from '#care/reports';
import type { PathwayEvent } from '#workflows';
import type { Draws } from './draws.js';

/** Somebody to be walked through a pathway. */
export interface Subject extends WalkedPerson {
  readonly personId: string;
  readonly teamKey: string;
  readonly area: string;
  readonly priority: number;
  /** The programme is helping them already. */
  readonly underWay: boolean;
}

/** Something that will come to a pathway from outside. Told when it comes; null when it has become pointless by then. */
export interface Coming {
  readonly at: number;
  readonly tell: () => PathwayEvent | null;
}

/**
 * One person's course through a simulation: where their clock stands, what will come, and which instants the pathway
 * waits for. The clock moves from one of those to the next and never stands between, however long the computer takes:
 * so a course is the same each time. Instants are milliseconds since 1970.
 */
export class Course {
  now = 0;
  ended = false;
  private readonly coming: Coming[] = [];
  private readonly waits = new Map<string, number>();
  /** What the pathway calls an instant -> what it is on this clock. */
  private readonly instants = new Map<string, number>();
  private events = 0;

  constructor(
    readonly place: number,
    readonly subject: Subject,
    readonly draws: Draws,
  ) {}

  eventId(): string {
    this.events += 1;
    return `event/${this.events}`;
  }

  plan(at: number, tell: Coming['tell']): void {
    const after = this.coming.findIndex((other) => other.at > at);
    this.coming.splice(after === -1 ? this.coming.length : after, 0, { at, tell });
  }

  /** An instant that the pathway will wait for; `name` takes the place of an earlier one of that name. */
  waitFor(name: string, at: number): string {
    const text = new Date(at).toISOString();
    this.waits.set(name, at);
    this.instants.set(text, at);
    return text;
  }

  /** An instant as the pathway gives it: one it was told before, or its own clock's when it first named it. */
  read(text: string): number {
    const known = this.instants.get(text);
    if (known !== undefined) return known;
    this.instants.set(text, this.now);
    return this.now;
  }

  /** When the next thing happens: something that comes, or an instant waited for. Infinity when there is nothing. */
  get nextAt(): number {
    return this.ended ? Infinity : Math.min(this.coming[0]?.at ?? Infinity, this.nextWait());
  }

  /** Moves the clock to what is next, and answers what comes then; null when an instant was waited for. */
  advance(): Coming | null {
    const next = this.nextWait();
    const coming = this.coming[0];
    if (coming && coming.at <= next) {
      this.coming.shift();
      this.now = Math.max(this.now, coming.at);
      return coming;
    }
    this.now = Math.max(this.now, next);
    for (const [name, at] of this.waits) if (at <= this.now) this.waits.delete(name);
    return null;
  }

  private nextWait(): number {
    return Math.min(...this.waits.values());
  }
}
