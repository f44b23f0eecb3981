/** Every workflow of the bundle. */
export { detectionRun } from './detection-run.workflow.js';
export { pathway } from './pathway.workflow.js';
