import { cpus, totalmem } from 'node:os';
import { Copy } from './copy.js';
import { benchDetection } from './detection.bench.js';
import type { Result } from './figures.js';
import { benchMail } from './mail.bench.js';
import { runSink } from './mail/sink.js';
import { benchNextStep } from './next-step.bench.js';
import { benchPathway } from './pathway.bench.js';
import { benchPathwayStarts } from './pathway-starts.bench.js';
import { runWorker } from './pathway/worker.js';
import { benchReconcile } from './reconcile.bench.js';
import { benchStart } from './start.bench.js';
import { benchTrigger } from './trigger.bench.js';
import { benchWorklist } from './worklist.bench.js';

/** Those that need a running copy share one, in this order: the worklist comes last, for it adds 100,000 tasks. */
const BENCHES: Readonly<Record<string, (copy: Copy) => Promise<Result>>> = {
  start: benchStart,
  detection: benchDetection,
  trigger: benchTrigger,
  'pathway-starts': benchPathwayStarts,
  'next-step': benchNextStep,
  mail: benchMail,
  pathway: benchPathway,
  reconcile: benchReconcile,
  worklist: benchWorklist,
};
/** What is asked of the engine is asked as one; its ten thousand pathways at rest come after what they would slow. */
const TOGETHER: Readonly<Record<string, readonly string[]>> = { pathway: ['next-step', 'mail', 'pathway'] };
const PEOPLE = 10_000;

/** `npm run bench -- [name…] [--json]`: measures, prints a table, and with --json one object as the last line. */
async function main(args: readonly string[]): Promise<number> {
  const asked = args.filter((word) => !word.startsWith('--')).flatMap((name) => TOGETHER[name] ?? [name]);
  const unknown = asked.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`There is no bench ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`);
    return 2;
  }
  const results: Result[] = [];
  const machine = { cores: cpus().length, memoryGiB: Math.round(totalmem() / 2 ** 30), node: process.version };
  console.log(`On ${machine.cores} cores, ${machine.memoryGiB} GiB, Node ${machine.node}.`);
  const copy = await Copy.make(PEOPLE);
  try {
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      console.log(`\n${name}…`);
      if (name !== 'start') await copy.start();
      const result = await bench(copy);
      results.push(result);
      for (const figure of result.figures) {
        const target = figure.target ? ` (asked: ${figure.target})` : '';
        console.log(`  ${figure.name}: ${figure.value} ${figure.unit}${target}`);
      }
      for (const note of result.notes) console.log(`  ${note}`);
    }
  } finally {
    await copy.remove();
  }
  if (args.includes('--json')) console.log(JSON.stringify({ machine, results }));
  return 0;
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--pathway-worker') {
  const [address = '', namespace = '', taskQueue = ''] = rest;
  await runWorker(address, namespace, taskQueue);
} else if (first === '--mail-sink') await runSink();
else process.exitCode = await main(process.argv.slice(2));
