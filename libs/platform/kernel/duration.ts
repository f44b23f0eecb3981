/** A length of time as a programme writes it: `5 working days`, `2 weeks`. */
export interface Duration {
  readonly amount: number;
  readonly unit: DurationUnit;
}

export const DURATION_UNITS = ['seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'working-days'] as const;
export type DurationUnit = (typeof DURATION_UNITS)[number];

const PATTERN = /^(\d{1,4}) (second|minute|hour|day|week|month|working day)s?$/;

/** Reads `7 days`, `1 week`, `5 working days`; null when the text is not a duration. */
export function parseDuration(text: string): Duration | null {
  const match = PATTERN.exec(text.trim());
  if (!match) return null;
  const unit = match[2] === 'working day' ? 'working-days' : (`${match[2]}s` as DurationUnit);
  return { amount: Number(match[1]), unit };
}

export function sayDuration({ amount, unit }: Duration): string {
  const word = unit === 'working-days' ? 'working day' : unit.slice(0, -1);
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}
