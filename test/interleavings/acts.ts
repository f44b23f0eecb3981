import fc from 'fast-check';

/** One thing that somebody does to an episode, or that happens to it. Places are chosen among what there is by then. */
export type Act =
  | { readonly act: 'days-pass'; readonly days: number }
  | { readonly act: 'reply'; readonly answer: 'yes' | 'not-now' | 'later' | 'sorted' | 'stop'; readonly mail: number }
  | { readonly act: 'complete'; readonly outcome: number; readonly twice: boolean }
  | { readonly act: 'complete-wrongly'; readonly how: 'outcome' | 'value' | 'other-team' | 'old-version' }
  | { readonly act: 'claim' }
  | { readonly act: 'snooze'; readonly days: number }
  | { readonly act: 'cancel-rung' }
  | { readonly act: 'partner'; readonly answer: 'accept' | 'decline' | 'start' | 'completed' | 'not-completed' }
  | { readonly act: 'wrong-partner' }
  | { readonly act: 'pause' }
  | { readonly act: 'resume' }
  | { readonly act: 'transfer' }
  | { readonly act: 'exit'; readonly reason: 'need-met-by-others' | 'no-longer-eligible' | 'data-corrected' }
  | { readonly act: 'death' }
  | { readonly act: 'opt-out'; readonly everything: boolean }
  /** An event that was delivered comes once more. */
  | { readonly act: 'echo'; readonly event: number }
  /** An event about something that never was. */
  | { readonly act: 'stray'; readonly kind: 'task-completed' | 'referral-answered' | 'replied' | 'resumed' };

/** Acts that start together, and whether everything may come to rest before the next. */
export interface Moment {
  readonly acts: readonly Act[];
  readonly rest: boolean;
}

const place = fc.nat(5);

/** Heavier: what a pathway lives on. Lighter: what ends it, so that most interleavings get somewhere first. */
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('days-pass' as const), days: fc.integer({ min: 1, max: 40 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('reply' as const),
      answer: fc.constantFrom('yes', 'yes', 'yes', 'not-now', 'later', 'sorted', 'stop'),
      mail: place,
    }),
  },
  {
    weight: 7,
    arbitrary: fc.record({ act: fc.constant('complete' as const), outcome: place, twice: fc.boolean() }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('complete-wrongly' as const),
      how: fc.constantFrom('outcome', 'value', 'other-team', 'old-version'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'claim' } as const) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('snooze' as const), days: fc.integer({ min: 1, max: 20 }) }) },
  { weight: 1, arbitrary: fc.constant({ act: 'cancel-rung' } as const) },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant('partner' as const),
      answer: fc.constantFrom('accept', 'accept', 'decline', 'start', 'completed', 'not-completed'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'wrong-partner' } as const) },
  { weight: 2, arbitrary: fc.constant({ act: 'pause' } as const) },
  { weight: 2, arbitrary: fc.constant({ act: 'resume' } as const) },
  { weight: 1, arbitrary: fc.constant({ act: 'transfer' } as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('exit' as const),
      reason: fc.constantFrom('need-met-by-others', 'no-longer-eligible', 'data-corrected'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: 'death' } as const) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('opt-out' as const), everything: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('echo' as const), event: place }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant('stray' as const),
      kind: fc.constantFrom('task-completed', 'referral-answered', 'replied', 'resumed'),
    }),
  },
);

/** What happens to one person, from the first message on. */
export const interleaving: fc.Arbitrary<readonly Moment[]> = fc.array(
  fc.record({ acts: fc.array(act, { minLength: 1, maxLength: 3 }), rest: fc.boolean() }),
  { minLength: 2, maxLength: 6 },
);
