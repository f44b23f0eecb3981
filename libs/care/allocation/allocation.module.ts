import { Module } from '@nestjs/common';
import { DetectionModule } from '#care/detection';
import { PopulationModule } from '#care/population';
import { ProgrammesModule } from '#care/programmes';
import { AllocationService } from './allocation.service.js';
import { ClockRepository } from './clock.repository.js';
import { CommandRepository } from './command.repository.js';
import { CommandsService } from './commands.service.js';
import { EpisodeRepository } from './episode.repository.js';
import { LeavingRepository } from './leaving.repository.js';
import { LeavingService } from './leaving.service.js';
import { MoveRepository } from './move.repository.js';
import { MoveService } from './move.service.js';
import { ReconcileRepository } from './reconcile.repository.js';
import { ReconcileService } from './reconcile.service.js';
import { TriggerRepository } from './trigger.repository.js';
import { TriggersService } from './triggers.service.js';

/** Room 5: the gate. Opens one episode a person and programme, from detection or from a trigger. */
@Module({
  imports: [PopulationModule, ProgrammesModule, DetectionModule],
  providers: [
    AllocationService,
    CommandsService,
    CommandRepository,
    ClockRepository,
    TriggersService,
    LeavingService,
    LeavingRepository,
    MoveService,
    ReconcileService,
    EpisodeRepository,
    TriggerRepository,
    MoveRepository,
    ReconcileRepository,
  ],
  exports: [AllocationService, CommandsService, TriggersService, LeavingService, MoveService, ReconcileService],
})
export class AllocationModule {}
