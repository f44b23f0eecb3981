import type { Copy } from './copy.js';
import { percentile, type Result, round } from './figures.js';

const ROUNDS = 5;

/** A cold first start (with seed), then warm starts with the data kept. */
export async function benchStart(copy: Copy): Promise<Result> {
  const first = await copy.start();
  await copy.stop();
  const warm: number[] = [];
  for (let n = 0; n < ROUNDS; n += 1) {
    warm.push(await copy.start());
    await copy.stop();
  }
  return {
    bench: 'start',
    figures: [
      { name: 'first start, packages and Temporal at hand, 10,000 people', value: round(first), unit: 's' },
      { name: 'warm start, median', value: round(percentile(warm, 0.5)), unit: 's', target: '< 15 s' },
      { name: 'warm start, slowest', value: round(Math.max(...warm)), unit: 's', target: '< 15 s' },
    ],
    notes: [`${ROUNDS} warm starts, from the command to running.json.`],
  };
}
