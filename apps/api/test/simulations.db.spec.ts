import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Journal, shippedAssumptions, SimulationsService } from '#care/reports';
import { SimulationRunner } from '../src/simulations/simulation-runner.js';
import { type Ask, Trial } from './trial.js';

let trial: Trial;
let manager: Ask;
let lead: Ask;
let simulations: SimulationsService;
let started: string[];

beforeAll(async () => {
  trial = await Trial.open();
  const { personId } = await trial.story();
  await trial.database.client.fact.create({
    data: {
      personId,
      kind: 'smoking-status',
      code: 'current-smoker',
      effectiveAt: new Date('2026-11-01T10:00:00Z'),
      recordedAt: new Date('2026-11-01T10:00:00Z'),
      source: 'test',
      sourceId: 'smokes',
    },
  });
  manager = await trial.user('programme-manager');
  lead = await trial.user('clinical-lead');
  simulations = trial.app.get(SimulationsService);
  // The walk itself is proven on a real server elsewhere; here nothing is started but noted.
  started = [];
  jest.spyOn(trial.app.get(SimulationRunner), 'start').mockImplementation(async (id) => {
    started.push(id);
  });
}, 60_000);
afterAll(() => trial.close());

const begin = (ask: Ask, payload: object): ReturnType<Ask> =>
  ask({ method: 'POST', url: '/api/simulations', payload: { programme: 'stop-smoking', weeks: 2, ...payload } });
const stop = (ask: Ask, id: string): ReturnType<Ask> => ask({ method: 'POST', url: `/api/simulations/${id}/stop` });
const DAY = 86_400_000;

/** One person let in on the first day, who ends well on the third. */
function aJournal(startsOn: string): Journal {
  const start = Date.parse(`${startsOn}T00:00:00Z`);
  return {
    weekStarts: [start, start + 7 * DAY, start + 14 * DAY],
    people: [{ quintile: 1, sex: 'female', ethnicCategory: 'A', age: 34 }],
    happenings: [
      { kind: 'let-in', at: start, person: 0 },
      { kind: 'ended', at: start + 2 * DAY, person: 0, ending: 'quit', exit: false, good: true },
    ],
    staff: {},
    services: [],
    endings: [{ key: 'quit', title: 'Stopped', good: true }],
  };
}

describe('a simulation asked for at the desk', () => {
  it('is begun, tells how far it is, and keeps what came of it', async () => {
    const asked = await begin(manager, { seed: 5 });
    expect([asked.statusCode, asked.json()]).toEqual([
      202,
      expect.objectContaining({ status: 'running', people: 1, weeks: 2, seed: 5, mine: true }),
    ]);
    const { id } = asked.json();
    expect(started).toEqual([id]);
    expect(await simulations.beat(id, { days: 3, ended: 1 })).toBe(true);
    expect((await lead({ url: `/api/simulations/${id}` })).json()).toMatchObject({
      simulation: { days: 3, daysInAll: 14, ended: 1, mine: false },
      result: null,
    });
    const brief = await simulations.brief(id);
    expect(brief.people).toHaveLength(1);
    expect(brief.setting).toMatchObject({ found: 1, underWayAlready: 1, live: true });
    await simulations.finish(id, brief, aJournal(brief.setting.startsOn), shippedAssumptions());
    const { simulation, result } = (await lead({ url: `/api/simulations/${id}` })).json();
    expect(simulation).toMatchObject({ status: 'finished' });
    expect(result).toMatchObject({
      format: 'fairway-simulation/1',
      people: { letIn: 1, underWayAtEnd: 0 },
      endings: [{ key: 'quit', people: 1 }],
      length: { median: 2 },
    });
    expect(result.assumptions.version).toBe(1);
    expect(JSON.stringify(result)).not.toMatch(/Marlowe|999 ?000/);
  });

  it('waits for the one that is running, which can be stopped', async () => {
    const { id } = (await begin(manager, {})).json();
    const second = await begin(manager, {});
    expect([second.statusCode, second.json().code]).toEqual([409, 'simulations.running']);
    expect((await stop(lead, id)).statusCode).toBe(403);
    expect((await stop(manager, id)).json()).toMatchObject({ status: 'stopping' });
    expect(await simulations.beat(id, { days: 1, ended: 0 })).toBe(false);
    await simulations.giveUp(id, 'stopped', null);
    const again = await stop(manager, id);
    expect([again.statusCode, again.json().code]).toEqual([409, 'simulations.over']);
    expect((await begin(manager, {})).statusCode).toBe(202);
  });

  it('is given up when its program has said nothing for long', async () => {
    const [{ id }] = (await manager({ url: '/api/simulations' })).json().items;
    await trial.database.client.simulation.update({ where: { id }, data: { beatAt: new Date(Date.now() - 600_000) } });
    const [run] = (await manager({ url: '/api/simulations' })).json().items;
    expect(run).toMatchObject({ id, status: 'failed', because: 'The program that walked it ended.' });
  });

  it('is written down under the name of who asked', async () => {
    const acts = await trial.database.client.auditEntry.findMany({ where: { action: 'simulation.started' } });
    expect(acts.map(({ role }) => role)).toEqual(['programme-manager', 'programme-manager', 'programme-manager']);
  });

  it.each([
    [{ programme: 'stop-smokin' }, 404, 'simulations.programme_missing', 'Did you mean stop-smoking?'],
    [{ version: 99 }, 404, 'simulations.version_missing', 'it has '],
    [{ overWeeks: 3 }, 422, 'simulations.out_of_range', 'from 1 to 2'],
    [{ programme: 'housing-referral' }, 409, 'simulations.nobody_found', 'Nobody on the register'],
  ])('is refused with the mend: %j', async (wish, status, code, words) => {
    const answer = await begin(manager, wish);
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.json().detail).toContain(words);
  });

  it('is refused for weeks that are no weeks', async () => {
    const answer = await begin(manager, { weeks: 53 });
    expect([answer.statusCode, answer.json().errors[0].path]).toEqual([400, 'weeks']);
  });
});
