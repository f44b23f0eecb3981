import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { PopulationModule } from '#care/population';
import { ReferralsRepository } from './referrals.repository.js';
import { ReferralsService } from './referrals.service.js';

/** Asks partner organisations to take a person on, and hears what came of it. */
@Module({
  imports: [AllocationModule, PopulationModule],
  providers: [ReferralsService, ReferralsRepository],
  exports: [ReferralsService],
})
export class ReferralsModule {}
