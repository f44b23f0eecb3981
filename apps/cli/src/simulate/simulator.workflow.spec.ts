import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import { CodeLists, shippedFolder } from '#care/ingest';
import { readProgramme, shippedProgrammes } from '#care/programmes';
import { type Journal, resultOf, shippedAssumptions, type SimulationResult } from '#care/reports';
import { canSkipTime } from '#platform/temporal';
import { testServer, type TestServer } from '../../../../test/temporal/server.js';
import { dataConverter, workflowBundle } from '../../../../test/temporal/stage.js';
import type { Subject } from './course.js';
import { type SimulationHost, type SimulationPlan, simulate, SimulationStopped } from './simulator.js';

const MANY = 300_000;
const { facts } = CodeLists.read(shippedFolder('programmes/code-lists'));
let server: TestServer;
let host: SimulationHost;
let connection: Connection;

beforeAll(async () => {
  const workflows = await workflowBundle();
  server = await testServer();
  connection = await Connection.connect({ address: server.address });
  const client = new Client({ connection, dataConverter });
  const native = await NativeConnection.connect({ address: server.address });
  host = { client, connection: native, workflowBundle: workflows, dataConverter };
}, 120_000);
afterAll(async () => {
  await host.connection.close();
  await connection.close();
  await server.stop();
  await Runtime.instance().shutdown();
});

function scriptOf(programme: string) {
  const content = readFileSync(`${shippedProgrammes()}/${programme}.yaml`, 'utf8');
  const { definition } = readProgramme(`${programme}.yaml`, content, { facts });
  if (!definition) throw new Error(`${programme} has a mistake`);
  return definition.script;
}

function somebody(n: number): Subject {
  return {
    personId: `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    teamKey: 'northamptonshire',
    area: 'northamptonshire',
    priority: n % 3,
    underWay: false,
    quintile: (n % 5) + 1,
    sex: n % 2 ? 'female' : 'male',
    ethnicCategory: 'A',
    age: 20 + n,
  };
}

function aPlan(changes: Partial<SimulationPlan> = {}): SimulationPlan {
  const programme = changes.programme ?? 'stop-smoking';
  return {
    id: randomUUID(),
    programme,
    script: scriptOf(programme),
    seed: 7,
    weeks: 8,
    overWeeks: 1,
    startsOn: '2027-01-04',
    subjects: Array.from({ length: 20 }, (_, n) => somebody(n)),
    services: ['stop-smoking', 'blood-pressure-check', 'social-prescribing', 'housing'].map((kind) => ({
      id: kind,
      name: `Service for ${kind}`,
      kind,
      area: 'northamptonshire',
    })),
    assumptions: shippedAssumptions(),
    ...changes,
  };
}

const everywhere = { mayContact: async () => true, chooseWay: async () => null };

async function walk(plan: SimulationPlan, signal = new AbortController().signal): Promise<Journal> {
  return simulate(plan, host, everywhere, { signal });
}

function tell(plan: SimulationPlan, journal: Journal): SimulationResult {
  const { programme, weeks, overWeeks, seed, startsOn, script } = plan;
  const setting = {
    id: '',
    programme,
    version: script.version,
    live: true,
    title: 'Stop smoking',
    weeks,
    overWeeks,
    seed,
  };
  return resultOf({ ...setting, startsOn, found: 20, underWayAlready: 0 }, journal, plan.assumptions);
}

/** The first run, walked once for the tests that look at it. */
let first: Promise<SimulationResult> | undefined;
function firstResult(): Promise<SimulationResult> {
  const plan = aPlan();
  first ??= walk(plan).then((journal) => tell(plan, journal));
  return first;
}

describe('a simulation', () => {
  it(
    'accounts for everybody, every task and every referral',
    async () => {
      expect(await canSkipTime(host.client)).toBe(true);
      const result = await firstResult();
      const sum = <Week>(weeks: readonly Week[], of: (week: Week) => number): number =>
        weeks.reduce((all, week) => all + of(week), 0);
      expect(result.people).toMatchObject({ letIn: 20, notLetIn: 0 });
      const ended = sum(result.endings, ({ people }) => people);
      expect(ended).toBeGreaterThan(0);
      expect(ended + result.people.underWayAtEnd).toBe(20);
      expect(result.length.ended).toBe(ended);
      expect(result.work.map(({ role }) => role)).toContain('link-worker');
      for (const { weeks } of result.work) {
        const closed = sum(weeks, ({ done, cancelled }) => done + cancelled);
        expect(sum(weeks, ({ opened }) => opened)).toBe(closed + weeks.at(-1)!.openAtEnd);
      }
      const messages = result.messages.flatMap(({ weeks }) => weeks);
      expect(sum(messages, ({ sent }) => sent)).toBeGreaterThan(20);
    },
    MANY,
  );

  it(
    'gives the same result for the same seed, and another for another',
    async () => {
      const [again, other] = [aPlan(), aPlan({ seed: 8 })];
      expect(tell(again, await walk(again))).toEqual(await firstResult());
      expect(tell(other, await walk(other)).length).not.toEqual((await firstResult()).length);
    },
    MANY,
  );

  it.each(['blood-pressure-check', 'housing-referral', 'social-prescribing'])(
    'walks %s',
    async (programme) => {
      const plan = aPlan({ programme, subjects: Array.from({ length: 6 }, (_, n) => somebody(n)) });
      const result = tell(plan, await walk(plan));
      const ended = result.endings.reduce((all, { people }) => all + people, 0);
      expect(ended + result.people.underWayAtEnd).toBe(6);
    },
    MANY,
  );

  it(
    'leaves no open pathway behind when it is stopped',
    async () => {
      const plan = aPlan();
      const stop = new AbortController();
      const days: number[] = [];
      const stopped = simulate(plan, host, everywhere, {
        signal: stop.signal,
        onDay: async ({ day }) => {
          days.push(day);
          if (day === 5) stop.abort();
        },
      });
      await expect(stopped).rejects.toThrow(SimulationStopped);
      expect(days.at(-1)).toBe(5);
      const states = await Promise.all(
        plan.subjects.map(async (_, place) => {
          const handle = host.client.workflow.getHandle(`simulation/${plan.id}/${place + 1}`);
          return handle.describe().then(
            ({ status }) => status.name,
            () => 'NEVER STARTED',
          );
        }),
      );
      expect(states).not.toContain('RUNNING');
      expect(states).toContain('TERMINATED');
    },
    MANY,
  );
});
