import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { PopulationModule } from '#care/population';
import { MailModule } from '#platform/mail';
import { NotifyModule } from '#platform/notify';
import { ContactClaims } from './contact-claims.js';
import { ContactPolicy } from './contact-policy.service.js';
import { ContactRepository } from './contact.repository.js';
import { ContactService } from './contact.service.js';
import { Delivery } from './delivery.js';
import { ReceiptsService } from './receipts.service.js';
import { TemplateRepository } from './templates/template.repository.js';
import { TemplatesService } from './templates/templates.service.js';

/** Speaks to people, and hears their answers. */
@Module({
  imports: [AllocationModule, PopulationModule, MailModule, NotifyModule],
  providers: [
    ContactService,
    ContactClaims,
    ContactPolicy,
    ContactRepository,
    Delivery,
    ReceiptsService,
    TemplatesService,
    TemplateRepository,
  ],
  exports: [ContactService, ContactPolicy, ReceiptsService, TemplatesService],
})
export class ContactModule {}
