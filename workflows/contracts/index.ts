export type * from './pathway.js';
export { happened, PATHWAY_QUEUE, pathwayId, whereabouts } from './pathway.js';
