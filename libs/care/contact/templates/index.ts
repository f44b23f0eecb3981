import { bloodPressureCheckInvite } from './blood-pressure-check-invite.js';
import { housingReferralInvite } from './housing-referral-invite.js';
import { socialPrescribingInvite } from './social-prescribing-invite.js';
import { stopSmokingInvite } from './stop-smoking-invite.js';
import type { MessageTemplate } from './template.js';

const ALL = [stopSmokingInvite, bloodPressureCheckInvite, socialPrescribingInvite, housingReferralInvite];

/** The names a programme may use. */
export const TEMPLATES: readonly string[] = ALL.map(({ name }) => name);

export function findTemplate(name: string): MessageTemplate | null {
  return ALL.find((template) => template.name === name) ?? null;
}
