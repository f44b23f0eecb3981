export { pathway } from '../../workflows/pathway.workflow.js';
export { bare } from './bare.workflow.js';
