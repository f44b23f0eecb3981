/** Every workflow of the bundle. */
export { detectionRun } from './detection-run.workflow.js';
export { pathway } from './pathway.workflow.js';
export { reconcileRun, repairRun } from './reconcile-run.workflow.js';
