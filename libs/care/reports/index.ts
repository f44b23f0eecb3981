export type { ClockTime } from './clocks.js';
export { cancelledText, EXIT_TITLES } from './ending-words.js';
export type {
  EpisodeCommand,
  OpenTaskShown,
  PausedNow,
  PersonRecord,
  RecordedEpisode,
  RungShown,
} from './person-record.js';
export type { TimelineEntry } from './timeline.js';
export type { Cell, Period, ProgrammeReport, ReportRow, Share, StageKey } from './programme-report.js';
export type { Inequality } from './report-inequality.js';
export type { ClockRow, EndingRow, SingleCount } from './report-work.js';
export { STAGES } from './programme-report.js';
export { PeriodWrong, PersonRecordMissing, ReportMissing } from './reports.faults.js';
export { ReportsModule } from './reports.module.js';
export { ReportsService } from './reports.service.js';
export type { Assumptions, Fifth } from './simulation-assumptions.js';
export { named, readAssumptions, shippedAssumptions } from './simulation-assumptions.js';
export type { Happening, Journal, ReferralStatus, SimulatedService, WalkedPerson } from './simulation-journal.js';
export type { SimulationResult, SimulationSetting } from './simulation-result.js';
export { resultOf, SIMULATION_FORMAT } from './simulation-result.js';
export type { SimulatedPerson, Simulation, SimulationStatus, SimulationWish } from './simulation.js';
export {
  NobodyToSimulate,
  SimulationMissing,
  SimulationOutOfRange,
  SimulationOver,
  SimulationProgrammeMissing,
  SimulationRunning,
  SimulationVersionMissing,
} from './simulation.faults.js';
export type { SimulationBrief } from './simulations.service.js';
export { SimulationsService } from './simulations.service.js';
