export { pathway } from '../../workflows/pathway.workflow.js';
export { bare, bareStep } from './bare.workflow.js';
