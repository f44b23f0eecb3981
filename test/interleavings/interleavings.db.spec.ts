import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { interleaving, type Moment } from './acts.js';
import { judge } from './judge.js';
import { Traveller } from './traveller.js';
import { World } from './world.js';

/** How many are walked: some hundred in every build, ten thousand when asked (`npm run test:interleavings`). */
const HOW_MANY = Number(process.env['FAIRWAY_INTERLEAVINGS'] ?? 150);
const SEED = Number(process.env['FAIRWAY_SEED'] ?? 20_261_122);
/** Only this one of the seed's interleavings, to look into what was found. */
const PLACE = process.env['FAIRWAY_PLACE'];
const AT_ONCE = 24;
/** Who is first of those that start together is up to the machine, so that one place is walked often enough to meet it. */
const TRIES = 48;
const JUDGED_AT_ONCE = 20;
const A_MINUTE = 60_000;

jest.setTimeout(2 * A_MINUTE + HOW_MANY * 1000);

let world: World;

beforeAll(async () => {
  world = await World.open();
});
afterAll(async () => world?.close());

interface Found {
  readonly place: number;
  readonly wrong: readonly string[];
  readonly moments: readonly Moment[];
}

interface Walked {
  readonly place: number;
  readonly moments: readonly Moment[];
  readonly traveller: Traveller;
}

function walks(numRuns: number): readonly (readonly Moment[])[] {
  return fc.sample(interleaving, { numRuns, seed: SEED });
}

function again(place: number): [number, readonly Moment[]][] {
  const moments = walks(place + 1)[place];
  if (!moments) throw new Error(`FAIRWAY_PLACE is no place of a seed: ${place}`);
  return Array.from({ length: TRIES }, () => [place, moments]);
}

describe('a pathway', () => {
  it('keeps its promises whatever happens to it, in whatever order', async () => {
    const left = PLACE === undefined ? [...walks(HOW_MANY).entries()] : again(Number(PLACE));
    const found: Found[] = [];
    const tally = { walked: 0, accepted: 0, refused: 0, ended: 0 };
    const unjudged: Walked[] = [];
    const judgeAll = async (): Promise<void> => {
      const batch = unjudged.splice(0);
      const judged = await judge(
        world,
        batch.map(({ traveller }) => traveller),
      );
      for (const { place, moments, traveller } of batch) {
        const { ended, wrong } = judged.get(traveller.episodeId)!;
        if (wrong.length > 0) found.push({ place, wrong: [traveller.episodeId, ...wrong], moments });
        tally.accepted += traveller.accepted.length;
        tally.refused += traveller.refused.length;
        tally.ended += ended ? 1 : 0;
      }
    };
    const walkOn = async (): Promise<void> => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [place, moments] = next;
        try {
          unjudged.push({ place, moments, traveller: await Traveller.walk(world, moments) });
        } catch (problem) {
          found.push({ place, wrong: [String(problem)], moments });
        }
        if (unjudged.length >= JUDGED_AT_ONCE) await judgeAll();
        tally.walked += 1;
        if (tally.walked % 500 === 0) process.stderr.write(`${tally.walked} of ${HOW_MANY} interleavings walked\n`);
        // Enough to learn from.
        if (found.length >= 5) return;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, walkOn));
    await judgeAll();
    const said = found.map((one) => JSON.stringify({ seed: SEED, ...one }));
    expect(said).toEqual([]);
    process.stderr.write(`Interleavings, seed ${SEED}: ${JSON.stringify(tally)}\n`);
    // Else the acts would have met nothing to act on.
    if (PLACE !== undefined) return;
    expect(tally.walked).toBe(HOW_MANY);
    expect(Math.min(tally.accepted, tally.refused, tally.ended)).toBeGreaterThan(HOW_MANY / 5);
  });
});
