/**
 * How Postgres and Temporal can differ about an episode. no-pathway: open, and nothing walks it. pathway-closed: open, and
 * its pathway was ended from outside. pathway-failed: open, and its pathway broke. pathway-orphaned: a pathway walks what
 * has ended or never was. stuck: an effect has failed for a long time. step-differs: they say different steps or versions.
 * entry-held, entry-waiting: a message to the pathway was set aside, or has waited too long.
 */
export const DRIFT_KINDS = [
  'no-pathway',
  'pathway-closed',
  'pathway-failed',
  'pathway-orphaned',
  'stuck',
  'step-differs',
  'entry-held',
  'entry-waiting',
] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/**
 * start: a pathway begins where the episode is. end: the pathway is ended. ask-again: what failed is tried now. correct:
 * Postgres says what the pathway says. release: the message is sent again. drop: the message is never sent.
 */
export const REPAIRS = ['start', 'end', 'ask-again', 'correct', 'release', 'drop'] as const;
export type Repair = (typeof REPAIRS)[number];

/** What may be done about each; the first is what is usually right. */
export const REPAIRS_OF = {
  'no-pathway': ['start'],
  'pathway-closed': ['start'],
  'pathway-failed': ['start'],
  'pathway-orphaned': ['end'],
  stuck: ['ask-again'],
  'step-differs': ['correct'],
  'entry-held': ['release', 'drop'],
  'entry-waiting': ['release'],
} as const satisfies Record<DriftKind, readonly [Repair, ...Repair[]]>;

export function mayRepair(kind: DriftKind, repair: Repair): boolean {
  return (REPAIRS_OF[kind] as readonly Repair[]).includes(repair);
}

/** Ids and codes only. */
export type DriftDetail = Readonly<Record<string, string | number | boolean | null>>;

/** One difference as a run has seen it. */
export interface Seen {
  readonly kind: DriftKind;
  /** The episode, the pathway or the outbox entry it is about. */
  readonly subject: string;
  readonly episodeId: string | null;
  readonly detail: DriftDetail;
}

/** What starts or ends within so many milliseconds may not have arrived on the other side yet. */
export const GRACE = 5 * 60_000;

/** An effect that has failed for so many milliseconds does not mend by itself. */
export const STUCK_AFTER = 15 * 60_000;

/** A message to a pathway is delivered within a second; one that is so old, in milliseconds, waits for something. */
export const WAITS_TOO_LONG = 60 * 60_000;

/** Pathways asked where they are, in one run: each answer costs a worker the reading of a history. */
export const MOST_ASKED = 250;
/** Of these, so many are taken at random from those that give no cause. */
export const ASKED_AT_RANDOM = 50;

/** How Temporal knows a pathway. */
export type PathwayStanding = 'running' | 'missing' | 'failed' | 'closed';

/** What is amiss with an open episode, as Temporal knows its pathway; null when nothing is. */
export function judgeOpenEpisode(standing: PathwayStanding): DriftKind | null {
  switch (standing) {
    case 'running':
      return null;
    case 'missing':
      return 'no-pathway';
    case 'failed':
      return 'pathway-failed';
    case 'closed':
      return 'pathway-closed';
  }
}

/** Where each side says that an episode is. */
export interface TwoSides {
  readonly episode: { readonly step: string | null; readonly version: number };
  readonly pathway: {
    readonly step: string | null;
    readonly version: number;
    readonly branches: readonly string[];
    /** A pause holds up what would come on record next. */
    readonly heldUp: boolean;
  };
}

/** True when they say different things. Work beside a step (`refer:overdue`) is at that step. */
export function sidesDiffer({ episode, pathway }: TwoSides): boolean {
  if (episode.version !== pathway.version) return true;
  // Between two steps a pathway is nowhere, and at the first one nothing is written yet.
  if (pathway.step === null || episode.step === null || pathway.heldUp) return false;
  const step = episode.step.split(':', 1)[0]!;
  return step !== pathway.step && !pathway.branches.includes(step);
}
