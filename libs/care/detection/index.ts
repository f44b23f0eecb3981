export { PersonNotKnown } from './detection.faults.js';
export { DetectionModule } from './detection.module.js';
export type { Assessment, RunOutcome } from './detection.service.js';
export { DetectionService } from './detection.service.js';
export type { Finding } from './finding.repository.js';
export type { RecheckResult } from './recheck.js';
export { joiningWhole, RuleQuery } from './rule-query.js';
