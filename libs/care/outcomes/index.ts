export type { EndingCall, LostCall, Measurement } from './measurement.js';
export { OutcomeEpisodeMissing } from './outcomes.faults.js';
export { OutcomesModule } from './outcomes.module.js';
export { OutcomesService } from './outcomes.service.js';
