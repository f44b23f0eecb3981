export const SERVICES = ['stop-smoking', 'blood-pressure-check', 'social-prescribing', 'housing'] as const;
export const TASK_ROLES = ['link-worker', 'care-coordinator', 'clinical-lead'] as const;
/** Whom a late task is raised to: `owner` reminds whoever has it, `manager` is the programme manager. */
export const RAISED_TO = ['owner', ...TASK_ROLES, 'manager'] as const;
export const CHANNELS = ['email', 'sms', 'letter', 'phone'] as const;
/** Numbered as ISO 8601 does: Monday is 1. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/**
 * Follow-up measures whose wording we may ship. `value` bounds the figure recorded with one; what no instrument can
 * show is a slip of the file. Breath carbon monoxide meters show 0 to 500 ppm at most (unverified).
 */
export const INSTRUMENTS = {
  'russell-standard-4-week': { value: { unit: 'ppm', min: 0, max: 500 } },
  'russell-standard-12-week': { value: { unit: 'ppm', min: 0, max: 500 } },
  'blood-pressure-reading': { value: { unit: 'mmHg', min: 30, max: 300 } },
  'ons4-satisfaction': { value: { unit: 'out of 10', min: 0, max: 10 } },
  'housing-outcome': { value: null },
} as const satisfies Readonly<
  Record<string, { readonly value: { readonly unit: string; readonly min: number; readonly max: number } | null }>
>;
export const AREAS = {
  smoking: 'Core20PLUS5: smoking',
  hypertension: 'Core20PLUS5: hypertension case-finding',
  'social-needs': 'Wider determinants: loneliness and social needs',
  housing: 'Wider determinants: housing',
} as const;
export const PURPOSES = ['direct-care'] as const;

/** Why an episode may end from outside its pathway. Versions loaded long ago know only `need-met`. */
export const EXITS = [
  'died',
  'moved-away',
  'opted-out',
  'need-met',
  'need-met-by-us',
  'need-met-by-others',
  'no-longer-eligible',
  'data-corrected',
] as const;

/** The known word nearest to `word`, when it is near enough to be what was meant. */
export function nearest(word: string, known: readonly string[]): string | null {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(word.toLowerCase(), candidate) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(2, Math.floor(best.candidate.length / 3)) ? best.candidate : null;
}

function editDistance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, change));
    }
    row = next;
  }
  return row[other.length]!;
}
