import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const jumps: Fault = {
  name: 'clock-jumps',
  does: 'The clocks of the API and the worker jump three hours ahead, then to an hour behind, then right again, while those of Postgres and Temporal do not.',
  passes: 'People are logged out and log in again; nothing else changes.',
  stage: { clock: true },
  strike: async ({ stage, roll }) => {
    for (const offset of [3 * HOUR + roll() * HOUR, -HOUR - roll() * 10 * MINUTE, 0]) {
      await stage.setClock(Math.round(offset));
      await pause(3500);
    }
  },
};

/** `instant` is when the clocks of Great Britain change: at 01:00 UTC, both in spring and in autumn. */
function night(name: string, instant: string, does: string): Fault {
  return {
    name,
    does: `${does} The clocks of the API and the worker pass through it, in the time zone of London, while those of Postgres and Temporal keep the true time.`,
    stage: { clock: true, timeZone: 'Europe/London' },
    strike: async ({ stage }) => {
      await stage.setClock(Date.parse(instant) - 4000 - Date.now());
      await pause(9000);
      await stage.setClock(0);
    },
  };
}

export const clocks: readonly Fault[] = [
  jumps,
  night('spring-night', '2027-03-28T01:00:00Z', 'The night in which an hour is missing.'),
  night('autumn-night', '2027-10-31T01:00:00Z', 'The night in which an hour comes twice.'),
];
