import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { DetectionService } from '#care/detection';
import { type Contact, PopulationService } from '#care/population';
import type { Rule } from '#care/programmes';
import {
  type Assumptions,
  readAssumptions,
  ReportsModule,
  shippedAssumptions,
  type Simulation,
  type SimulationBrief,
  type SimulationResult,
  SimulationsService,
  type SimulationWish,
} from '#care/reports';
import { Audit } from '#platform/audit';
import { Settings } from '#platform/config';
import { Fault, KernelModule } from '#platform/kernel';
import { canSkipTime, Temporal, TemporalModule } from '#platform/temporal';
import { ROOMS } from '../cli.module.js';
import { type Command, CommandMisused, withRooms } from '../command.js';
import type { Surroundings } from './effects.js';
import { simulate, SimulationStopped } from './simulator.js';

const BUNDLE = fileURLToPath(new URL('../../../../workflow-bundle.js', import.meta.url));

@Module({ imports: [KernelModule, ...ROOMS, ReportsModule, TemporalModule] })
class SimulateModule {}

const USAGE = `fairway simulate <programme> --weeks <1 to 52>
  --people <number>       walk so many of the people found, drawn by the seed; everybody when absent
  --version <number>      a version that is not live; the live one when absent
  --over <weeks>          let them in over so many weeks
  --seed <number>         another seed, another course of chance; 1 when absent
  --assumptions <file>    in place of programmes/simulation/assumptions.yaml
  --json                  the whole result as JSON (docs/simulation.md)`;

/** Walks a programme's real pathway over the register with skipped time, and tells what work would come of it. */
export const simulateCommand: Command = {
  summary: 'foresee the work of a programme: <programme> --weeks N [--people M] [--version V] [--json]',
  async run(args) {
    const { wish, runId, assumptions, json } = read(args);
    Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
    const stopping = new AbortController();
    const stop = (): void => stopping.abort();
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
    return withRooms(SimulateModule, (rooms) =>
      Audit.as({ kind: 'system', id: 'command-line' }, async () => {
        const simulations = rooms.get(SimulationsService);
        if (wish) await checkServer(rooms);
        const run = wish ? await simulations.ask(wish, assumptions) : await simulations.get(runId ?? '');
        const result = await walk(rooms, run, { assumptions, stopping, talk: !json && !runId });
        if (result && !runId) tell(result, json);
        return result ? 0 : 1;
      }),
    );
  },
};

interface Read {
  readonly wish: SimulationWish | null;
  /** A run that was asked for elsewhere. */
  readonly runId: string | undefined;
  readonly assumptions: Assumptions;
  readonly json: boolean;
}

/** Throws CommandMisused. */
function read(args: readonly string[]): Read {
  const text = { type: 'string' } as const;
  let given;
  try {
    given = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        weeks: text,
        people: text,
        version: text,
        over: text,
        seed: text,
        run: text,
        assumptions: text,
        json: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new CommandMisused(`${(error as Error).message}\n\n${USAGE}`);
  }
  const { values, positionals } = given;
  const number = (name: 'weeks' | 'people' | 'version' | 'over' | 'seed'): number | undefined => {
    const value = values[name];
    if (value === undefined) return undefined;
    if (!/^\d{1,10}$/.test(value)) throw new CommandMisused(`--${name} is "${value}", which is not a whole number.`);
    return Number(value);
  };
  let assumptions: Assumptions;
  try {
    assumptions = values.assumptions ? readAssumptions(readFileSync(values.assumptions, 'utf8')) : shippedAssumptions();
  } catch (error) {
    throw new CommandMisused((error as Error).message);
  }
  const common = { assumptions, json: values.json };
  if (values.run) return { ...common, wish: null, runId: values.run };
  const [programme, ...more] = positionals;
  const weeks = number('weeks');
  if (!programme || more.length > 0 || weeks === undefined) throw new CommandMisused(USAGE);
  const [people, version, overWeeks, seed] = [number('people'), number('version'), number('over'), number('seed')];
  const wish = {
    programme,
    weeks,
    ...(people !== undefined && { people }),
    ...(version !== undefined && { version }),
    ...(overWeeks !== undefined && { overWeeks }),
    ...(seed !== undefined && { seed }),
  };
  return { ...common, wish, runId: undefined };
}

/** Throws CommandMisused when there is no server, or one that cannot skip time. */
async function checkServer(rooms: INestApplicationContext): Promise<void> {
  const address = rooms.get(Settings).get('TEMPORAL_ADDRESS');
  const temporal = rooms.get(Temporal);
  try {
    await temporal.ping();
  } catch {
    throw new CommandMisused(
      `No Temporal server answers at ${address}. Start one with \`npm start\`, or name yours in TEMPORAL_ADDRESS.`,
    );
  }
  if (await canSkipTime(temporal.client)) return;
  throw new CommandMisused(
    `The Temporal server at ${address} cannot skip time, which a simulation needs. That of \`npm start\` can; one of your ` +
      'own, 1.32.0 or later, can when it is started with\n  temporal server start-dev --port 7233 ' +
      '--dynamic-config-value frontend.WorkflowTimeSkippingEnabled=true ' +
      '--dynamic-config-value system.workflowTimeSkippingEnabled=true\nName it in TEMPORAL_ADDRESS.',
  );
}

/** Null when it was stopped. Whatever happens, the run says how it ended. */
async function walk(
  rooms: INestApplicationContext,
  run: Simulation,
  { assumptions, stopping, talk }: { assumptions: Assumptions; stopping: AbortController; talk: boolean },
): Promise<SimulationResult | null> {
  const simulations = rooms.get(SimulationsService);
  const began = performance.now();
  try {
    await checkServer(rooms);
    const brief = await simulations.brief(run.id);
    if (talk) console.log(`${brief.people.length} people, ${run.weeks} weeks from ${run.startsOn}`);
    const journal = await simulateOn(rooms, run, brief, {
      assumptions,
      signal: stopping.signal,
      onDay: async (progress) => {
        if (!(await simulations.beat(run.id, { days: progress.day, ended: progress.ended }))) stopping.abort();
        if (talk && progress.day % 7 === 0) {
          const seconds = Math.round((performance.now() - began) / 1000);
          console.log(`week ${progress.day / 7} of ${run.weeks}: ${progress.ended} pathways ended, ${seconds} s`);
        }
      },
    });
    const result = await simulations.finish(run.id, brief, journal, assumptions);
    const seconds = (performance.now() - began) / 1000;
    const speed = (brief.people.length / seconds).toFixed(1);
    if (talk) console.log(`Walked ${brief.people.length} people in ${seconds.toFixed(1)} s, ${speed} a second.\n`);
    return result;
  } catch (error) {
    const stopped = error instanceof SimulationStopped;
    const told = error instanceof Fault || error instanceof CommandMisused;
    const because = told ? error.message : 'Something went wrong while it was walked.';
    await simulations.giveUp(run.id, stopped ? 'stopped' : 'failed', stopped ? null : because);
    if (!stopped) throw error;
    if (talk) console.error(error.message);
    return null;
  }
}

async function simulateOn(
  rooms: INestApplicationContext,
  run: Simulation,
  { programme, people, services, setting }: SimulationBrief,
  { assumptions, ...watch }: { assumptions: Assumptions } & Parameters<typeof simulate>[3],
) {
  const temporal = rooms.get(Temporal);
  const connection = await NativeConnection.connect(temporal.connectionOptions);
  try {
    return await simulate(
      {
        id: run.id,
        programme: run.programme,
        script: programme.script,
        seed: setting.seed,
        weeks: setting.weeks,
        overWeeks: setting.overWeeks,
        startsOn: setting.startsOn,
        subjects: people,
        services,
        assumptions,
      },
      {
        client: temporal.client,
        connection,
        workflowBundle: { codePath: BUNDLE },
        dataConverter: temporal.dataConverter,
      },
      surroundingsOf(rooms, run),
      watch,
    );
  } finally {
    await connection.close();
  }
}

/** What the register says of a person stays the same while they are walked. */
function surroundingsOf(rooms: INestApplicationContext, { programme, startedAt }: Simulation): Surroundings {
  const population = rooms.get(PopulationService);
  const detection = rooms.get(DetectionService);
  const known = new Map<string, Promise<boolean>>();
  return {
    mayContact: (personId, channel) => {
      const key = `${personId}/${channel}`;
      const contact: Contact = { channel: channel as Contact['channel'], purpose: programme, at: startedAt };
      const answer = known.get(key) ?? population.mayContact(personId, contact).then(({ allowed }) => allowed);
      known.set(key, answer);
      return answer;
    },
    chooseWay: (personId, ways, at) => detection.chooseWay(personId, ways as readonly Rule[], at),
  };
}

function tell(result: SimulationResult, json: boolean): void {
  if (json) {
    console.log(JSON.stringify(result, null, 2));
    return;
  }
  console.log(result.provenance);
  for (const sentence of result.summary) console.log(`- ${sentence}`);
  console.log('\nThe whole result with its charts is on the desk under Simulations; --json prints it.');
}
