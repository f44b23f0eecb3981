export { EpisodeMissing, TriggerReused } from './allocation.faults.js';
export { AllocationModule } from './allocation.module.js';
export type { Enrolled, Enrolment, LetInOutcome } from './allocation.service.js';
export { AllocationService } from './allocation.service.js';
export type { Episode, JoinAt, Origin } from './episode.js';
export type { Trigger, TriggerAnswer } from './trigger.repository.js';
export type { IncomingTrigger, TriggerReply } from './triggers.service.js';
export { TriggersService } from './triggers.service.js';
