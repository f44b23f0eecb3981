import { Module } from '@nestjs/common';
import { IngestModule } from '#care/ingest';
import { ProgrammeRepository } from './programme.repository.js';
import { ProgrammesService } from './programmes.service.js';

/** Room 3: the playbook. Programmes are data: read, checked, tried on example people, and pinned by version. */
@Module({
  imports: [IngestModule],
  providers: [ProgrammeRepository, ProgrammesService],
  exports: [ProgrammesService],
})
export class ProgrammesModule {}
