import type { WalkedPerson } from './simulation-journal.js';

export type SimulationStatus = 'running' | 'stopping' | 'finished' | 'failed' | 'stopped';

/** A run, as lists show it. */
export interface Simulation {
  readonly id: string;
  readonly programme: string;
  readonly version: number;
  readonly title: string;
  readonly weeks: number;
  readonly people: number;
  readonly seed: number;
  readonly overWeeks: number;
  /** Day, YYYY-MM-DD; a Monday. */
  readonly startsOn: string;
  /** An account's id, or command-line. */
  readonly requestedBy: string;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly status: SimulationStatus;
  /** Simulated days walked so far, of `daysInAll`. */
  readonly days: number;
  readonly daysInAll: number;
  /** People whose pathway has ended so far. */
  readonly ended: number;
  readonly because: string | null;
}

/** What to simulate. */
export interface SimulationWish {
  readonly programme: string;
  /** The live one when absent. */
  readonly version?: number;
  /** 1 to 52. */
  readonly weeks: number;
  /** At most so many, drawn by the seed; everybody when absent. */
  readonly people?: number;
  /** What the assumptions say when absent. */
  readonly overWeeks?: number;
  readonly seed?: number;
}

/** A real person to be walked: only what results tell people apart by, and what the pathway asks of the register. */
export interface SimulatedPerson extends WalkedPerson {
  readonly personId: string;
  readonly teamKey: string;
  readonly area: string;
  readonly priority: number;
  /** The programme is helping them already. */
  readonly underWay: boolean;
}
