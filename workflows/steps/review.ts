/** What a coordinator is asked to look into. */
export const REVIEW = {
  kind: 'review',
  role: 'care-coordinator',
  due: { amount: 2, unit: 'working-days' },
  escalateAfter: [],
} as const;
