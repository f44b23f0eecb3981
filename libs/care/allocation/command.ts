/** Who commands: the account, and the one team whose episodes it may touch. */
export interface Commander {
  readonly accountId: string;
  readonly teamKey: string;
}

/** Why a pathway rests, as the desks say it. */
export const PAUSE_REASONS = {
  'in-hospital': 'In hospital',
  away: 'Away for a while',
  bereaved: 'Bereaved',
  'asked-to-wait': 'Asked us to wait',
  safeguarding: 'Safeguarding',
  other: 'Something else',
} as const;
export type PauseReason = keyof typeof PAUSE_REASONS;

export function isPauseReason(text: string): text is PauseReason {
  return Object.hasOwn(PAUSE_REASONS, text);
}

/** Why somebody ends an episode by hand, as the desks say it. A death is recorded for the person, not here. */
export const EXIT_REASONS = {
  'need-met-by-us': 'We met the need',
  'need-met-by-others': 'Somebody else met the need',
  'no-longer-eligible': 'No longer fits the programme',
  'data-corrected': 'The data was wrong',
  'moved-away': 'Moved away',
  'opted-out': 'Asked us to stop',
} as const;
export type GivenExitReason = keyof typeof EXIT_REASONS;

export function isExitReason(text: string): text is GivenExitReason {
  return Object.hasOwn(EXIT_REASONS, text);
}

/** A time in which the clocks of an episode stand still. */
export interface Pause {
  readonly id: string;
  readonly episodeId: string;
  readonly reason: string;
  readonly note: string | null;
  readonly from: Date;
  /** YYYY-MM-DD: when somebody should look again. The pause lasts until it is ended. */
  readonly reviewOn: string | null;
  readonly to: Date | null;
  readonly by: string;
}

/** Whose time runs while a pathway waits. */
export type RunningClock = 'us' | 'partner' | 'person' | 'planned';
