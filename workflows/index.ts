export type * from './contracts/index.js';
export { DETECTION_RUN, happened, PATHWAY_QUEUE, pathwayId, whereabouts } from './contracts/index.js';
