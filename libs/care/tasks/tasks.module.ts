import { Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { TasksRepository } from './tasks.repository.js';
import { TasksService } from './tasks.service.js';
import { WorklistRepository } from './worklist.repository.js';

/** What a person must do, by when. Needs OutcomesModule somewhere in the program, for MeasurementLedger. */
@Module({
  imports: [AllocationModule],
  providers: [TasksService, TasksRepository, WorklistRepository],
  exports: [TasksService],
})
export class TasksModule {}
