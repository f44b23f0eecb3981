export type { PersonRecord, RecordedEpisode, TimelineEntry } from './person-record.js';
export type { Cell, Period, ProgrammeReport, ReportRow, Share, StageKey } from './programme-report.js';
export type { Inequality } from './report-inequality.js';
export { STAGES } from './programme-report.js';
export { PeriodWrong, PersonRecordMissing, ReportMissing } from './reports.faults.js';
export { ReportsModule } from './reports.module.js';
export { ReportsService } from './reports.service.js';
