export type { FeedFile, GroundTruth } from './feeds.js';
export { councilFeed, groundTruth, practiceFeed } from './feeds.js';
export type { Group, MadeUp, Make } from './people.js';
export { Maker } from './people.js';
