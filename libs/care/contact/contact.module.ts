import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { PopulationModule } from '#care/population';
import { MailModule } from '#platform/mail';
import { ContactRepository } from './contact.repository.js';
import { ContactService } from './contact.service.js';

/** Speaks to people, and hears their answers. */
@Module({
  imports: [AllocationModule, PopulationModule, MailModule],
  providers: [ContactService, ContactRepository],
  exports: [ContactService],
})
export class ContactModule {}
