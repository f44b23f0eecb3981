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

export const clocks: readonly Fault[] = [jumps];
