import { setTimeout as pause } from 'node:timers/promises';

/** Asks again and again until there is something. Throws what was waited for when `seconds` have passed. */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | null | undefined | false>,
  seconds = 60,
  every = 100,
): Promise<Found> {
  let problem: unknown;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(every)) {
    try {
      const found = await look();
      if (found) return found;
      problem = undefined;
    } catch (error) {
      problem = error;
    }
  }
  throw new Error(`Not within ${seconds} s: ${what}${problem ? ` (${String(problem)})` : ''}`);
}
