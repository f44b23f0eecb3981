import type { PriorityPart, Reason } from '#care/programmes';

/** One run of one programme for one person. */
export interface Episode {
  readonly id: string;
  readonly personId: string;
  readonly programme: string;
  readonly programmeVersionId: string;
  readonly episodeNo: number;
  readonly origin: Origin;
  readonly demo: boolean;
  readonly teamKey: string | null;
  readonly reasons: readonly Reason[];
  readonly priority: number;
  readonly priorityParts: readonly PriorityPart[];
  readonly status: 'open' | 'ended';
  readonly openedAt: Date;
  /** Where the pathway has got to, as its last activity told us. */
  readonly step: string | null;
  readonly stepTitle: string | null;
  readonly nextWhat: string | null;
  readonly nextAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedBecause: string | null;
  readonly endedAt: Date | null;
}

export type Origin = 'detection' | 'trigger' | 'demo-history';

/** A step the pathway joins as if entered at a time, for work already under way. */
export interface JoinAt {
  readonly step: string;
  /** ISO 8601. */
  readonly enteredAt: string;
}

export interface NewEpisode {
  readonly personId: string;
  readonly programme: string;
  readonly programmeVersionId: string;
  readonly origin: Origin;
  readonly demo: boolean;
  readonly teamKey: string;
  readonly reasons: readonly Reason[];
  readonly priority: number;
  readonly priorityParts: readonly PriorityPart[];
  readonly openedAt: Date;
}
