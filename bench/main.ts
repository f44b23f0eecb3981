import { cpus, totalmem } from 'node:os';
import { benchDetection } from './detection.bench.js';
import type { Result } from './figures.js';
import { benchPathwayStarts } from './pathway-starts.bench.js';
import { benchStart } from './start.bench.js';
import { benchTrigger } from './trigger.bench.js';
import { benchWorklist } from './worklist.bench.js';

const BENCHES: Readonly<Record<string, () => Promise<Result>>> = {
  start: benchStart,
  detection: benchDetection,
  trigger: benchTrigger,
  worklist: benchWorklist,
  'pathway-starts': benchPathwayStarts,
};

/** `npm run bench -- [name] [--json]`: measures, prints a table, and with --json one object as the last line. */
async function main(args: readonly string[]): Promise<number> {
  const asked = args.filter((word) => !word.startsWith('--'));
  const unknown = asked.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`);
    return 2;
  }
  const results: Result[] = [];
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };
  console.log(`On ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}.`);
  for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
    console.log(`\n${name}…`);
    const result = await BENCHES[name]!();
    results.push(result);
    for (const figure of result.figures) {
      console.log(
        `  ${figure.name}: ${figure.value} ${figure.unit}${figure.target ? ` (asked: ${figure.target})` : ''}`,
      );
    }
    for (const note of result.notes) console.log(`  ${note}`);
  }
  if (args.includes('--json')) console.log(JSON.stringify({ machine, results }));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
