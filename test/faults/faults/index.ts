import type { Fault } from '../fault.js';
import { clocks } from './clocks.js';
import { database } from './database.js';
import { everythingKilled, killedBeforeCommit, kills } from './kills.js';
import { lines } from './lines.js';
import { mail } from './mail.js';
import { people } from './people.js';
import { work } from './work.js';

/** Every fault of the long form, in the order of the table. */
export const FAULTS: readonly Fault[] = [...kills, ...lines, ...database, ...mail, ...clocks, ...people, ...work];

/** A few that touch every part, for every `npm test`. */
export const SHORT: readonly Fault[] = [everythingKilled, killedBeforeCommit];
