import { Module } from '@nestjs/common';
import { ProgrammesModule } from '#care/programmes';
import { PersonRecordRepository } from './person-record.repository.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';
import { SimulationRepository } from './simulation.repository.js';
import { SimulationsService } from './simulations.service.js';

/** The viewing room: what was achieved, one person's story, and forecasts. Changes nothing about people. */
@Module({
  imports: [ProgrammesModule],
  providers: [ReportsService, ReportsRepository, PersonRecordRepository, SimulationsService, SimulationRepository],
  exports: [ReportsService, SimulationsService],
})
export class ReportsModule {}
