import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ReconcileService } from '#care/allocation';
import { type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let episodeId: string;

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  const { client } = trial.database;
  ({ id: episodeId } = await client.episode.findFirstOrThrow({ where: { personId: story.personId } }));
});
afterAll(() => trial.close());

/** What a run would have seen: the story's episode, and one of another team. */
async function seen(): Promise<{ mine: string; theirs: string; held: string }> {
  const { client } = trial.database;
  await client.drift.deleteMany();
  const entry = await client.outboxEntry.create({
    data: { topic: 'pathway-event', lane: episodeId, body: {}, fate: 'held', attempts: 8 },
  });
  const other = (
    await client.person.create({
      data: {
        given: 'Otto',
        family: 'Elsewhere',
        birthDate: new Date('1990-01-01'),
        sex: 'male',
        teamKey: 'walsall',
        source: 'test',
        updatedAt: new Date(),
      },
    })
  ).id;
  await trial.app.get(ReconcileService).see(
    [
      { kind: 'no-pathway', subject: episodeId, episodeId, detail: { closedAt: null } },
      { kind: 'entry-held', subject: entry.id, episodeId, detail: { topic: 'pathway-event' } },
      { kind: 'entry-held', subject: randomUUID(), episodeId: null, detail: { topic: 'person-left', personId: other } },
    ],
    new Date(),
  );
  const drifts = await client.drift.findMany();
  const idOf = (subject: string): string => drifts.find((one) => one.subject === subject)!.id;
  const theirs = drifts.find(({ episodeId: of }) => of === null)!.id;
  return { mine: idOf(episodeId), theirs, held: idOf(entry.id) };
}

describe('what differs', () => {
  it('is shown to a coordinator for the people of their team, with the way to each, and no name', async () => {
    const { mine, held } = await seen();
    const ask = await trial.user('care-coordinator');
    const answer = await ask({ method: 'GET', url: '/api/drift' });
    expect(answer.statusCode).toBe(200);
    const { items, counts, running } = answer.json<{ items: { id: string }[]; counts: unknown[]; running: boolean }>();
    expect(items.map(({ id }) => id).sort()).toEqual([mine, held].sort());
    expect(items[0]).toMatchObject({ personId: story.personId, programme: 'stop-smoking', asked: null });
    expect(counts).toHaveLength(3);
    expect(running).toBe(false);
    expect(answer.body).not.toContain('Marlowe');
  });

  it('is counted for a programme manager, without anything that leads to a person', async () => {
    await seen();
    const ask = await trial.user('programme-manager', { organisation: 'northamptonshire-care' });
    const answer = await ask({ method: 'GET', url: '/api/drift' });
    expect(answer.json()).toMatchObject({
      items: null,
      repaired: [],
      counts: expect.arrayContaining([
        expect.objectContaining({ kind: 'no-pathway', programme: 'stop-smoking', count: 1 }),
      ]),
    });
    expect(answer.body).not.toContain(story.personId);
    expect(answer.body).not.toContain(episodeId);
  });
});

describe('a repair', () => {
  const repair = (id: string, body: object) => async (role: 'care-coordinator' | 'programme-manager' | 'link-worker') =>
    (await trial.user(role))({ method: 'POST', url: `/api/drift/${id}/repair`, payload: body });

  it('is for a coordinator of the team, with a reason and one that suits', async () => {
    const { mine, theirs, held } = await seen();
    const release = { repair: 'release', reason: 'The network is mended' };
    expect((await repair(held, release)('programme-manager')).statusCode).toBe(403);
    expect((await repair(held, release)('link-worker')).statusCode).toBe(403);
    expect((await repair(theirs, release)('care-coordinator')).statusCode).toBe(404);
    expect((await repair(held, { repair: 'release' })('care-coordinator')).statusCode).toBe(400);
    expect((await repair(held, { repair: 'explode', reason: 'x' })('care-coordinator')).statusCode).toBe(400);
    expect((await repair(mine, release)('care-coordinator')).json()).toMatchObject({
      code: 'allocation.repair_unsuitable',
    });
  });

  it('releases a held message, once, and says who and why', async () => {
    const { held } = await seen();
    const release = { repair: 'release', reason: 'The network is mended' };
    expect((await repair(held, release)('care-coordinator')).json()).toEqual({ done: 'repaired' });
    const { client } = trial.database;
    const { subject } = await client.drift.findUniqueOrThrow({ where: { id: held } });
    expect(await client.outboxEntry.findUniqueOrThrow({ where: { id: subject } })).toMatchObject({
      fate: null,
      attempts: 0,
    });
    expect((await repair(held, release)('care-coordinator')).json()).toMatchObject({ code: 'allocation.drift_gone' });
    const listed = await (await trial.user('care-coordinator'))({ method: 'GET', url: '/api/drift' });
    expect(listed.json()).toMatchObject({ repaired: [{ id: held, reason: 'The network is mended' }] });
    expect(await client.auditEntry.count({ where: { action: 'drift.repaired', subjectId: held } })).toBe(1);
  });

  it('says that nothing can be done while the pathways are away, and keeps what was asked for in sight', async () => {
    const { mine } = await seen();
    const answer = await repair(mine, { repair: 'start', reason: 'It is gone' })('care-coordinator');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'server.unavailable' });
    const listed = await (await trial.user('care-coordinator'))({ method: 'GET', url: '/api/drift' });
    expect(listed.json()).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id: mine, asked: 'start' })]),
    });
    expect((await (await trial.user('care-coordinator'))({ method: 'POST', url: '/api/drift/runs' })).statusCode).toBe(
      503,
    );
  });
});
