export type { Rung, Shift } from './ladder.js';
export { OWNER } from './ladder.js';
export type { Measured } from './measurement-ledger.js';
export { MeasurementLedger } from './measurement-ledger.js';
export type {
  AskedValue,
  Asks,
  Completion,
  OpenedTask,
  OpenTaskCall,
  PathwayCall,
  Task,
  TaskKind,
  TaskOutcome,
  Worker,
} from './task.js';
export {
  DayWrong,
  NoteTooLong,
  OutcomeUnknown,
  RungClimbed,
  RungMissing,
  TaskAlreadyClaimed,
  TaskChanged,
  TaskClosed,
  TaskEpisodeMissing,
  TaskMissing,
  TaskPaused,
  ValueNotAllowed,
  WorklistQueryWrong,
} from './tasks.faults.js';
export { LATER, tidyNote } from './task.js';
export { TasksModule } from './tasks.module.js';
export { TasksService } from './tasks.service.js';
export type { Worklist, WorklistCounts, WorklistItem, WorklistQuery, WorklistView } from './worklist.js';
export { personLabel, personNumber, WORKLIST_VIEWS } from './worklist.js';
export { worklistSql } from './worklist.repository.js';
