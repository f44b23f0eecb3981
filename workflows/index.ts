export type * from './contracts/index.js';
export { happened, PATHWAY_QUEUE, pathwayId, whereabouts } from './contracts/index.js';
