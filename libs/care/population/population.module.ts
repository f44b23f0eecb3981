import { Global, Module } from '@nestjs/common';
import { RegisterDoor } from '#care/ingest';
import { PersonRepository } from './person.repository.js';
import { Places } from './places.js';
import { PopulationService } from './population.service.js';
import { Register } from './register.js';
import { RegisterRepository } from './register.repository.js';

/** Room 2: the register. Global because it is what stands behind the door of the room before it. */
@Global()
@Module({
  providers: [
    PopulationService,
    PersonRepository,
    Places,
    RegisterRepository,
    Register,
    { provide: RegisterDoor, useExisting: Register },
  ],
  exports: [PopulationService, Places, RegisterDoor],
})
export class PopulationModule {}
