export type * from './contracts/index.js';
export {
  DETECTION_RUN,
  happened,
  PATHWAY_QUEUE,
  pathwayId,
  RECONCILE_RUN,
  repairRunId,
  whereabouts,
} from './contracts/index.js';
