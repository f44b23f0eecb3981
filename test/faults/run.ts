import { CHECKS } from './checks.js';
import { dice } from './dice.js';
import { gather } from './evidence.js';
import type { Fault, Scene } from './fault.js';
import { Ledger } from './ledger.js';
import { Load, type LoadOptions } from './load.js';
import { Stage, type Template } from './stage.js';
import { lies, silences, Watch } from './watch.js';

/** How long the product may take until it does its work again, in seconds (issue 4, "Proof"). */
const LONGEST_RECOVERY = 30;
/** How long every pathway of a run may take to come to its end, in seconds. */
const LONGEST_END = 100;
const USUAL: LoadOptions = { people: 30, aSecond: 8, desks: 3 };

/** How one run of a fault went. */
export interface Outcome {
  readonly fault: string;
  readonly seed: number;
  /** Why it was not run; null when it was. */
  readonly skipped: string | null;
  /** What each check found wrong. */
  readonly checks: Readonly<Record<string, readonly string[]>>;
  /** Longest time from a fault to work as usual, in seconds. */
  readonly recovery: number | null;
  readonly acknowledged: number;
  /** The whole run, in seconds. */
  readonly took: number;
}

/** Runs one fault once, on a stage of its own. */
export async function perform(
  template: Template,
  fault: Fault,
  seed: number,
  load: Partial<LoadOptions> = {},
): Promise<Outcome> {
  const began = Date.now();
  const skipped = (await fault.cannot?.()) ?? null;
  if (skipped) return { fault: fault.name, seed, skipped, checks: {}, recovery: null, acknowledged: 0, took: 0 };
  const stage = await Stage.open(template, fault.stage);
  const roll = dice(seed);
  const ledger = new Ledger();
  const scene: Omit<Scene, 'recovers'> = {
    stage,
    ledger,
    roll,
    load: new Load(stage, ledger, roll, { ...USUAL, ...load, ...fault.load }),
    watch: new Watch(stage),
  };
  const recoveries: number[] = [];
  const troubles: string[] = [];
  const recovers = async (since: number = Date.now()): Promise<void> => {
    await stage.untilReady();
    await scene.load.prove(fault.proof ?? 'task');
    recoveries.push((Date.now() - since) / 1000);
  };
  try {
    scene.watch.begin();
    await scene.load.begin();
    await scene.load.reaches(0.15);
    const whole: Scene = { ...scene, recovers };
    await fault
      .strike(whole)
      .then(() => recovers())
      .catch((reason: unknown) => troubles.push(String(reason)));
    const calmFrom = Date.now();
    await scene.load.finish(LONGEST_END);
    scene.watch.calm.push({ from: calmFrom, to: Date.now() });
    await scene.watch.end();
    const evidence = await gather(stage);
    const checks: Record<string, readonly string[]> = {};
    for (const { name, find } of CHECKS) checks[name] = find(ledger, evidence);
    const ended = stage.probes.flatMap(({ name, program }) => program.ended.map(() => `${name} ended by itself`));
    checks['alive'] = [...silences(scene.watch.samples), ...ended];
    checks['honest'] = lies(scene.watch.samples, stage.outages, scene.watch.calm);
    const recovery = recoveries.length > 0 ? Math.max(...recoveries) : null;
    checks['recovery'] =
      recovery !== null && recovery <= LONGEST_RECOVERY
        ? []
        : [`took ${recovery?.toFixed(1) ?? 'no end of'} s to recover`];
    checks['of its own'] = [...troubles, ...scene.load.complaints, ...((await fault.judge?.(whole, evidence)) ?? [])];
    if (Object.values(checks).some((found) => found.length > 0)) tellLogs(stage);
    return {
      fault: fault.name,
      seed,
      skipped: null,
      checks,
      recovery,
      acknowledged: ledger.all().length,
      took: (Date.now() - began) / 1000,
    };
  } finally {
    await stage.close();
  }
}

/** The last that each process said, for whoever looks into a failure. */
function tellLogs(stage: Stage): void {
  if (!process.env['FAULTS_LOGS']) return;
  for (const { name, said } of [stage.api, ...stage.workers, stage.postgres, stage.temporal]) {
    process.stdout.write(`\n--- ${name}\n${said.slice(-4000)}\n`);
  }
}
