import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { ContactModule } from '#care/contact';
import { DetectionModule } from '#care/detection';
import { IngestModule } from '#care/ingest';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule } from '#care/population';
import { ProgrammesModule } from '#care/programmes';
import { ReferralsModule } from '#care/referrals';
import { TasksModule } from '#care/tasks';
import { AuditModule } from '#platform/audit';
import { ConfigModule } from '#platform/config';
import { DatabaseModule } from '#platform/database';
import { KernelModule } from '#platform/kernel';
import { MailModule } from '#platform/mail';
import { OutboxModule } from '#platform/outbox';

/** Every room, and what it stands on but the clock. */
export const ROOMS = [
  ConfigModule,
  DatabaseModule,
  AuditModule,
  OutboxModule,
  MailModule,
  IngestModule,
  PopulationModule,
  ProgrammesModule,
  DetectionModule,
  AllocationModule,
  ContactModule,
  TasksModule,
  ReferralsModule,
  OutcomesModule,
];

/** The rooms for the command line. */
@Module({ imports: [KernelModule, ...ROOMS] })
export class CliModule {}
