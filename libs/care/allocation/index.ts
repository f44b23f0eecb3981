export {
  AlreadyPaused,
  EpisodeClosed,
  EpisodeMissing,
  NoteMissing,
  NotPaused,
  ReasonUnknown,
  ReviewDateWrong,
  TeamUnknown,
  TriggerReused,
} from './allocation.faults.js';
export { AllocationModule } from './allocation.module.js';
export type { Enrolled, Enrolment, LetInOutcome } from './allocation.service.js';
export { AllocationService } from './allocation.service.js';
export type { Commander, GivenExitReason, Pause, PauseReason, RunningClock } from './command.js';
export { EXIT_REASONS, PAUSE_REASONS } from './command.js';
export { CommandsService } from './commands.service.js';
export type { Episode, JoinAt, Origin } from './episode.js';
export type { LeavingReason, LetGoOutcome } from './leaving.service.js';
export { LeavingService } from './leaving.service.js';
export type { MovePlan, StaysBecause, StaysPlan, StepMapping, StepPlan, WorkFates } from './move.js';
export { startingStep } from './move.js';
export type { BatchStatus, MoveCount, MoveStatus, VersionInUse } from './move.repository.js';
export type { MovedCall, MoveOrder, MovePreview, MoveQuestion, MoveReport } from './move.service.js';
export { LARGEST_BATCH, MoveService } from './move.service.js';
export type { DriftKind, PathwayStanding, Repair, Seen, TwoSides } from './reconcile.js';
export { DRIFT_KINDS, judgeOpenEpisode, REPAIRS, REPAIRS_OF, sidesDiffer, STUCK_AFTER } from './reconcile.js';
export type { Asked, Drift, ReconcileRun, Resumption, StandingEntry } from './reconcile.repository.js';
export type { DriftCounts, DriftList, RepairOrder } from './reconcile.service.js';
export { ReconcileService } from './reconcile.service.js';
export type { Trigger, TriggerAnswer } from './trigger.repository.js';
export type { IncomingTrigger, TriggerReply } from './triggers.service.js';
export { TriggersService } from './triggers.service.js';
