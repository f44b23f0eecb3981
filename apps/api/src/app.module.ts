import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { ContactModule } from '#care/contact';
import { DetectionModule } from '#care/detection';
import { IngestModule } from '#care/ingest';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule } from '#care/population';
import { ProgrammesModule } from '#care/programmes';
import { ReferralsModule } from '#care/referrals';
import { ReportsModule } from '#care/reports';
import { TasksModule } from '#care/tasks';
import { AuditModule } from '#platform/audit';
import { ConfigModule } from '#platform/config';
import { DatabaseModule } from '#platform/database';
import { KernelModule } from '#platform/kernel';
import { OutboxModule } from '#platform/outbox';
import { TemporalModule } from '#platform/temporal';
import { AuditTrail } from './audit/audit-trail.js';
import { ChangeFeed } from './changes/change-feed.js';
import { CONTROLLERS } from './controllers.js';
import { DriftDesk } from './drift/drift-desk.js';
import { Readiness } from './health/readiness.js';
import { FaultFilter } from './http/fault.filter.js';
import { EpisodeDesk } from './episodes/episode-desk.js';
import { Log } from './http/log.js';
import { RouteBook } from './http/route-book.js';
import { IdentityApiModule } from './identity/index.js';
import { PeopleDesk } from './people/people-desk.js';
import { ProgrammePages } from './programmes/programme-view.js';
import { TemplateDesk } from './templates/template-desk.js';
import { SimulationRunner } from './simulations/simulation-runner.js';
import { TaskPages } from './tasks/task-view.js';
import { SignedTriggers } from './triggers/signed-triggers.js';
import { Welcome } from './welcome/welcome.js';

/** The front desk: HTTP in, JSON out. Every decision is made by a room. */
@Module({
  imports: [
    KernelModule,
    ConfigModule,
    DatabaseModule,
    AuditModule,
    OutboxModule,
    TemporalModule,
    IngestModule,
    PopulationModule,
    ProgrammesModule,
    DetectionModule,
    AllocationModule,
    ContactModule,
    TasksModule,
    ReferralsModule,
    OutcomesModule,
    ReportsModule,
    IdentityApiModule,
  ],
  controllers: CONTROLLERS,
  providers: [
    Log,
    RouteBook,
    FaultFilter,
    TaskPages,
    PeopleDesk,
    EpisodeDesk,
    ProgrammePages,
    TemplateDesk,
    DriftDesk,
    AuditTrail,
    SignedTriggers,
    ChangeFeed,
    SimulationRunner,
    Welcome,
    Readiness,
  ],
})
export class AppModule {}
