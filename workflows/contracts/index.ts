export type * from './detection.js';
export { DETECTION_RUN } from './detection.js';
export type * from './pathway.js';
export { happened, PATHWAY_QUEUE, pathwayId, whereabouts } from './pathway.js';
export type * from './reconcile.js';
export { RECONCILE_RUN, repairRunId } from './reconcile.js';
