import { Module } from '@nestjs/common';
import { ProgrammesModule } from '#care/programmes';
import { DetectionService } from './detection.service.js';
import { FindingRepository } from './finding.repository.js';

/** Room 4: the lookout. Evaluates programmes for everybody or for one person, and says why. */
@Module({
  imports: [ProgrammesModule],
  providers: [DetectionService, FindingRepository],
  exports: [DetectionService],
})
export class DetectionModule {}
