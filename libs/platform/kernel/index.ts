export type { HolidayYear, Nation } from './bank-holidays.js';
export { BANK_HOLIDAYS, HOLIDAYS_SOURCE, isNation, NATIONS } from './bank-holidays.js';
export { Clock, StoppedClock } from './clock.js';
export type { Duration, DurationUnit } from './duration.js';
export { DURATION_UNITS, parseDuration, sayDuration } from './duration.js';
export type { FaultKind } from './fault.js';
export { Fault } from './fault.js';
export { isId, newId } from './ids.js';
export { KernelModule } from './kernel.module.js';
export { parseNhsNumber, sayNhsNumber } from './nhs-number.js';
export {
  after,
  afterWorkingTime,
  ageOn,
  before,
  hoursBeginOn,
  isWorkingDay,
  shiftDeadline,
  WORKING_DAY_MS,
  workingTimeBetween,
} from './working-time.js';
