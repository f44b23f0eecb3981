import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { PopulationModule } from '#care/population';
import { MailModule } from '#platform/mail';
import { ContactRepository } from './contact.repository.js';
import { ContactService } from './contact.service.js';
import { TemplateRepository } from './templates/template.repository.js';
import { TemplatesService } from './templates/templates.service.js';

/** Speaks to people, and hears their answers. */
@Module({
  imports: [AllocationModule, PopulationModule, MailModule],
  providers: [ContactService, ContactRepository, TemplatesService, TemplateRepository],
  exports: [ContactService, TemplatesService],
})
export class ContactModule {}
