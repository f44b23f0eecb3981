import { Module } from '@nestjs/common';
import { CodeLists, shippedFolder } from './code-lists.js';
import { IngestRepository } from './ingest.repository.js';
import { IngestService } from './ingest.service.js';

/** Room 1: feeds in, checked records out. The population room, downstream, provides the RegisterDoor. */
@Module({
  providers: [
    IngestService,
    IngestRepository,
    { provide: CodeLists, useFactory: () => CodeLists.read(shippedFolder('programmes/code-lists')) },
  ],
  exports: [IngestService, CodeLists],
})
export class IngestModule {}
