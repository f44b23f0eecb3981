import type { DeclineReason, ReferralRow } from '../api/views';
import type { TagTone } from '../parts/tag';

export function toneOf(status: ReferralRow['status']): TagTone {
  switch (status) {
    case 'sent':
      return 'blue';
    case 'accepted':
    case 'started':
      return 'amber';
    case 'completed':
      return 'green';
    default:
      return 'grey';
  }
}

export const DECLINE_REASONS: readonly (readonly [DeclineReason, string])[] = [
  ['full', 'We are full'],
  ['not-right-for-us', 'Not right for us'],
  ['not-enough-information', 'Not enough information'],
  ['already-with-us', 'Already with us'],
];
