export type {
  CloseReferralCall,
  Contact,
  DeclineReason,
  Inbox,
  InboxItem,
  Partner,
  Referral,
  ReferralAct,
  ReferralStatus,
  ReferralView,
  SendReferralCall,
  SentReferral,
} from './referral.js';
export { DECLINE_REASONS } from './referral.js';
export {
  DeclineReasonUnknown,
  ReferralChanged,
  ReferralEpisodeMissing,
  ReferralMissing,
  ReferralNotPossible,
} from './referrals.faults.js';
export { ReferralsModule } from './referrals.module.js';
export type { ReferralAnswer } from './referrals.service.js';
export { ReferralsService } from './referrals.service.js';
