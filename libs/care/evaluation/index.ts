export type { Estimate, Rung, SlopeIndex } from './inequality.js';
export { absoluteGap, rateRatio, slopeIndex } from './inequality.js';
export type { Interval, Proportion } from './interval.js';
export { wilson } from './interval.js';
