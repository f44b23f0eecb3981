import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { ContactModule } from '#care/contact';
import { DetectionModule } from '#care/detection';
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
import { TemporalModule } from '#platform/temporal';
import { DetectionActivityHandlers } from './activities/detection.activities.js';
import { PathwayActivityHandlers } from './activities/pathway.activities.js';
import { ReconcileActivityHandlers } from './activities/reconcile.activities.js';
import { Health } from './health.js';
import { Log } from './log.js';
import { Metrics } from './metrics.js';
import { OutboxLanes } from './outbox-lanes.js';
import { PathwayPost } from './pathway-post.js';
import { Pathways } from './pathways.js';
import { Relay } from './relay.js';
import { Schedule } from './schedule.js';
import { WorkerHost } from './worker-host.js';

/** The engine room: moves pathways, and carries the outbox to them. */
@Module({
  imports: [
    ...[ConfigModule, KernelModule, DatabaseModule, AuditModule, OutboxModule, TemporalModule, MailModule],
    ...[PopulationModule, ProgrammesModule, DetectionModule, AllocationModule],
    ...[ContactModule, TasksModule, ReferralsModule, OutcomesModule],
  ],
  providers: [
    ...[Log, Metrics, OutboxLanes, PathwayPost, Pathways, Relay, Schedule, WorkerHost, Health],
    ...[PathwayActivityHandlers, DetectionActivityHandlers, ReconcileActivityHandlers],
  ],
})
export class WorkerModule {}
