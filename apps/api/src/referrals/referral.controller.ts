import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Partner, ReferralsService } from '#care/referrals';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import {
  type Decline,
  declineSchema,
  inboxSchema,
  type InboxView,
  type ReferralOutcome,
  referralOutcomeSchema,
  referralPath,
  referralSchema,
  type ReferralView,
  type Versioned,
  versionedSchema,
} from './referral.schema.js';

@ApiTags('referrals')
@Needs('referrals:answer')
@Controller('api/referrals')
export class ReferralController {
  constructor(private readonly referrals: ReferralsService) {}

  @Get()
  @Describe({ summary: "What one's own organisation was asked for.", answer: inboxSchema })
  inbox(@CurrentUser() user: Caller): Promise<InboxView> {
    return this.referrals.inbox(user);
  }

  @Get(':id')
  @Describe({
    summary: 'One referral; who it is for only once accepted, and then reading it is recorded.',
    answer: referralSchema,
    refusals: ['referrals.referral_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: referralPath }) { id }: { id: string }): Promise<ReferralView> {
    return this.referrals.get(id, partnerOf(user));
  }

  @Post(':id/acceptance')
  @Describe({
    summary: 'Take the person on.',
    body: true,
    answer: referralSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed', 'referrals.not_possible'],
  })
  accept(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: versionedSchema }) { version }: Versioned,
  ): Promise<ReferralView> {
    return this.referrals.accept({ id, partner: partnerOf(user), version });
  }

  @Post(':id/decline')
  @Describe({
    summary: 'Say no, and why; another service is asked.',
    body: true,
    answer: referralSchema,
    refusals: [
      'referrals.referral_missing',
      'referrals.referral_changed',
      'referrals.not_possible',
      'referrals.decline_reason_unknown',
    ],
  })
  decline(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: declineSchema }) body: Decline,
  ): Promise<ReferralView> {
    return this.referrals.decline({ id, partner: partnerOf(user), ...body });
  }

  @Post(':id/start')
  @Describe({
    summary: 'The work with the person has begun.',
    body: true,
    answer: referralSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed', 'referrals.not_possible'],
  })
  start(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: versionedSchema }) { version }: Versioned,
  ): Promise<ReferralView> {
    return this.referrals.start({ id, partner: partnerOf(user), version });
  }

  @Post(':id/outcome')
  @Describe({
    summary: 'How it went.',
    body: true,
    answer: referralSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed', 'referrals.not_possible'],
  })
  report(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: referralOutcomeSchema }) body: ReferralOutcome,
  ): Promise<ReferralView> {
    return this.referrals.report({ id, partner: partnerOf(user), ...body });
  }
}

const partnerOf = ({ id, organisation }: Caller): Partner => ({ accountId: id, organisation });
