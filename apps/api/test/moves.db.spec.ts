import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InjectOptions } from 'fastify';
import { type Ask, type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let manager: Ask;
/** The version the story's pathway walks, and the one after it. */
let from: number;
let to: number;

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  manager = await trial.user('programme-manager');
  const { client } = trial.database;
  const episode = await client.episode.findFirstOrThrow({ where: { personId: story.personId } });
  const version = await client.programmeVersion.findUniqueOrThrow({ where: { id: episode.programmeVersionId } });
  await client.episode.update({ where: { id: episode.id }, data: { step: 'call' } });
  from = version.version;
  to = from + 1;
  const definition = version.definition as { script: { steps: { id: string }[] } };
  const steps = definition.script.steps.filter(({ id }) => id !== 'find-help');
  await client.programmeVersion.updateMany({ where: { programme: 'stop-smoking' }, data: { live: false } });
  await client.programmeVersion.create({
    data: {
      programme: 'stop-smoking',
      version: to,
      title: version.title,
      hash: 'next',
      loadedAt: new Date(),
      definition: { ...definition, version: to, script: { ...definition.script, version: to, steps } },
    },
  });
});
afterAll(() => trial.close());

const post = (url: string, payload?: object): InjectOptions => ({ method: 'POST', url, ...(payload && { payload }) });
const question = () => ({ programme: 'stop-smoking', fromVersion: from, toVersion: to });
const order = () => ({ ...question(), id: randomUUID(), reason: 'Nobody used the last step', limit: 50 });

describe('moving live pathways', () => {
  it('begins with the versions and how many walk each', async () => {
    const answer = await manager({ method: 'GET', url: '/api/moves?programme=stop-smoking' });
    expect(answer.json()).toMatchObject({
      largestBatch: 500,
      versions: [
        { version: to, live: true, open: 0 },
        { version: from, live: false, open: 1 },
      ],
      batches: [],
    });
  });

  it('shows what would happen, with nothing that leads to a person', async () => {
    const answer = await manager(post('/api/moves/preview', question()));
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({ canMove: 1, work: { task: { kept: 1, ended: 0 } } });
    for (const secret of [story.personId, 'Marlowe', '9990000018']) expect(answer.body).not.toContain(secret);
    const byHand = await manager(post('/api/moves/preview', { ...question(), mapping: { call: 'refer' } }));
    expect(byHand.json()).toMatchObject({ work: { task: { kept: 0, ended: 1 } }, mapping: { call: 'refer' } });
  });

  it('refuses what cannot be, each by its name', async () => {
    const code = async (body: object): Promise<string> =>
      (await manager(post('/api/moves/preview', { ...question(), ...body }))).json<{ code: string }>().code;
    expect(await code({ mapping: { call: 'nowhere' } })).toBe('allocation.move_mapping_wrong');
    expect(await code({ toVersion: 77 })).toBe('allocation.move_version_missing');
    expect(await code({ programme: 'unheard-of' })).toBe('programmes.programme_missing');
    expect(await code({ toVersion: from })).toBe('allocation.move_of_nobody');
    expect(await code({ toVersion: -1 })).toBe('request.invalid');
    expect(await code({ mapping: { call: 7 } })).toBe('request.invalid');
  });

  it('is for a programme manager alone', async () => {
    for (const role of ['care-coordinator', 'link-worker', 'clinical-lead', 'privacy-officer'] as const) {
      expect((await (await trial.user(role))(post('/api/moves', order()))).statusCode).toBe(403);
    }
  });

  it('starts one batch for an order sent twice, refuses another meanwhile, and cannot be undone before it is there', async () => {
    const once = order();
    const [first, again] = [await manager(post('/api/moves', once)), await manager(post('/api/moves', once))];
    expect(first.statusCode).toBe(202);
    expect(again.json()).toEqual(first.json());
    expect(first.json()).toMatchObject({ id: once.id, status: 'moving', mine: true, canUndo: false });
    expect((await manager(post('/api/moves', order()))).json()).toMatchObject({ code: 'allocation.move_under_way' });
    expect((await manager(post(`/api/moves/${once.id}/undo`))).json()).toMatchObject({
      code: 'allocation.move_under_way',
    });
    const { client } = trial.database;
    expect(await client.outboxEntry.count({ where: { body: { path: ['batchId'], equals: once.id } } })).toBe(1);
    expect((await manager({ method: 'GET', url: `/api/moves/${once.id}` })).json()).toMatchObject({
      moves: [{ status: 'asked', count: 1 }],
    });
    expect((await manager({ method: 'GET', url: `/api/moves/${randomUUID()}` })).statusCode).toBe(404);
  });
});
