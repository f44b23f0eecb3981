import { Fault } from '#platform/kernel';

/** No such referral, or it is another organisation's: the two look the same from outside. */
export class ReferralMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'referrals.referral_missing';
  constructor(referralId: string) {
    super('There is no such referral to you.', { referralId });
  }
}

/** The referral moved on since the service looked at it. */
export class ReferralChanged extends Fault {
  readonly kind = 'conflict';
  readonly code = 'referrals.referral_changed';
  constructor(referralId: string) {
    super('This referral has changed since you opened it. Look at it again.', { referralId });
  }
}

export class ReferralNotPossible extends Fault {
  readonly kind = 'conflict';
  readonly code = 'referrals.not_possible';
  constructor(referralId: string, status: string) {
    super(BECAUSE[status] ?? 'This cannot be done with this referral now.', { referralId, status });
  }
}

const BECAUSE: Readonly<Record<string, string>> = {
  sent: 'Accept this referral first.',
  expired: 'The time to answer has passed, and another service has been asked.',
  withdrawn: 'This referral has been withdrawn.',
  declined: 'You have declined this referral.',
  completed: 'You have already told us how this went.',
  'not-completed': 'You have already told us how this went.',
};

export class DeclineReasonUnknown extends Fault {
  readonly kind = 'invalid';
  readonly code = 'referrals.decline_reason_unknown';
  constructor(referralId: string) {
    super('Choose one of the reasons.', { referralId });
  }
}

export class ReferralEpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'referrals.episode_missing';
  constructor(episodeId: string) {
    super('There is no such episode.', { episodeId });
  }
}
