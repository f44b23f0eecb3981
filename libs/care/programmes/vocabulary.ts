export const SERVICES = ['stop-smoking', 'blood-pressure-check', 'social-prescribing', 'housing'] as const;
export const TASK_ROLES = ['link-worker', 'care-coordinator', 'clinical-lead'] as const;
export const CHANNELS = ['email', 'sms', 'letter', 'phone'] as const;
/** Follow-up measures whose wording we may ship. */
export const INSTRUMENTS = [
  'russell-standard-4-week',
  'blood-pressure-reading',
  'ons4-satisfaction',
  'housing-outcome',
] as const;
export const AREAS = {
  smoking: 'Core20PLUS5: smoking',
  hypertension: 'Core20PLUS5: hypertension case-finding',
  'social-needs': 'Wider determinants: loneliness and social needs',
  housing: 'Wider determinants: housing',
} as const;
export const PURPOSES = ['direct-care'] as const;

/** Why an episode may end from outside its pathway. */
export const EXITS = ['died', 'moved-away', 'opted-out', 'need-met'] as const;

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
