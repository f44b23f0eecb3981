import type { PathwayCall } from '#care/tasks';

export interface Measurement {
  readonly id: string;
  readonly episodeId: string;
  readonly personId: string;
  readonly programme: string;
  readonly step: string;
  readonly instrument: string;
  /** The instrument's result, such as quit or not-quit; `lost` when nobody could take it in its window. */
  readonly result: string;
  readonly value: number | null;
  readonly value2: number | null;
  readonly good: boolean;
  readonly at: Date;
  /** An account, or `pathway`. */
  readonly recordedBy: string;
}

/** A measure whose window passed. Counts as not achieved: Russell Standard, lost to follow-up. */
export interface LostCall extends PathwayCall {
  readonly instrument: string;
  readonly taskId: string;
}

export interface EndingCall extends PathwayCall {
  readonly ending: string;
  /** The person left (died, moved away, opted out, need met, no longer eligible, data corrected) rather than reaching an end of the script. */
  readonly exit: boolean;
  readonly good: boolean;
}
