export type { Addressee, Contact, ContactAnswer, ContactRefusal, Fact, Permission, Person, Proxy } from './person.js';
export { addresseeOf, age } from './person.js';
export type { Area, Geography, Practice } from './places.js';
export { Places, readGeography } from './places.js';
export { DateImpossible, PersonMissing } from './population.faults.js';
export { PopulationModule } from './population.module.js';
export type { LeftReason } from './population.service.js';
export { PopulationService } from './population.service.js';
