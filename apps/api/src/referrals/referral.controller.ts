import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReferralsService } from '#care/referrals';
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
  referralStandingSchema,
  type ReferralStandingView,
  type ReferralView,
  type Versioned,
  versionedSchema,
} from './referral.schema.js';

@ApiTags('referrals')
@Needs('referral.answer')
@Controller('api/referrals')
export class ReferralController {
  constructor(private readonly referrals: ReferralsService) {}

  @Get()
  @Describe({ summary: "What one's own organisation was asked for.", answer: inboxSchema })
  inbox(@CurrentUser() user: Caller): Promise<InboxView> {
    return this.referrals.inbox({ organisation: user.organisation });
  }

  @Get(':id')
  @Describe({
    summary: 'One referral; who it is for only once accepted, and then reading it is recorded.',
    answer: referralSchema,
    refusals: ['referrals.referral_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: referralPath }) { id }: { id: string }): Promise<ReferralView> {
    return this.referrals.get({ id, organisation: user.organisation });
  }

  @Post(':id/acceptance')
  @Describe({
    summary: 'Take the person on.',
    body: true,
    answer: referralStandingSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed'],
  })
  accept(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: versionedSchema }) { version }: Versioned,
  ): Promise<ReferralStandingView> {
    return this.referrals.accept({ id, organisation: user.organisation, version });
  }

  @Post(':id/decline')
  @Describe({
    summary: 'Say no, and why; another service is asked.',
    body: true,
    answer: referralStandingSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed'],
  })
  decline(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: declineSchema }) body: Decline,
  ): Promise<ReferralStandingView> {
    return this.referrals.decline({ id, organisation: user.organisation, ...body });
  }

  @Post(':id/start')
  @Describe({
    summary: 'The work with the person has begun.',
    body: true,
    answer: referralStandingSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed'],
  })
  start(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: versionedSchema }) { version }: Versioned,
  ): Promise<ReferralStandingView> {
    return this.referrals.start({ id, organisation: user.organisation, version });
  }

  @Post(':id/outcome')
  @Describe({
    summary: 'How it went.',
    body: true,
    answer: referralStandingSchema,
    refusals: ['referrals.referral_missing', 'referrals.referral_changed'],
  })
  report(
    @CurrentUser() user: Caller,
    @Param({ schema: referralPath }) { id }: { id: string },
    @Body({ schema: referralOutcomeSchema }) body: ReferralOutcome,
  ): Promise<ReferralStandingView> {
    return this.referrals.report({ id, organisation: user.organisation, ...body });
  }
}
