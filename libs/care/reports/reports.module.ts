import { Module } from '@nestjs/common';
import { PersonRecordRepository } from './person-record.repository.js';
import { ReportsRepository } from './reports.repository.js';
import { ReportsService } from './reports.service.js';

/** The viewing room: what was achieved, and one person's story. Changes nothing. */
@Module({
  providers: [ReportsService, ReportsRepository, PersonRecordRepository],
  exports: [ReportsService],
})
export class ReportsModule {}
