import { Global, Module } from '@nestjs/common';
import { AllocationModule } from '#care/allocation';
import { MeasurementLedger } from '#care/tasks';
import { OutcomesRepository } from './outcomes.repository.js';
import { OutcomesService } from './outcomes.service.js';

/** Global, because it provides the ledger that the tasks room, before it in the corridor, writes to. */
@Global()
@Module({
  imports: [AllocationModule],
  providers: [OutcomesService, OutcomesRepository, { provide: MeasurementLedger, useExisting: OutcomesService }],
  exports: [OutcomesService, MeasurementLedger],
})
export class OutcomesModule {}
