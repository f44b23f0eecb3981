import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse as Response } from 'fastify';
import { Webhook } from 'standardwebhooks';
import { Trial, TRIGGER_SECRET } from './trial.js';

let trial: Trial;
let nth = 0;

beforeAll(async () => {
  trial = await Trial.open();
  await trial.story();
  await trial.database.client.person.createMany({
    data: ['9990000026', '9990000034', '9990000042'].map((nhsNumber) => ({
      given: 'Testa',
      family: 'Trigger',
      nhsNumber,
      birthDate: new Date('1975-03-01'),
      sex: 'female',
      teamKey: 'northamptonshire',
      source: 'test',
      updatedAt: new Date('2026-11-01T09:00:00Z'),
    })),
  });
}, 60_000);
afterAll(() => trial.close());

function aBody(changes: Record<string, unknown> = {}): string {
  const body = { programme: 'stop-smoking', nhsNumber: '9990000026', reason: 'Asked for help', source: 'gp-system' };
  return JSON.stringify({ ...body, ...changes });
}

/** Sends `body` signed, as any sender with the library would. */
function send(body: string, { id = `msg_${(nth += 1)}`, at = new Date(), sent = body } = {}): Promise<Response> {
  return trial.anybody({
    method: 'POST',
    url: '/api/triggers',
    payload: sent,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': new Webhook(TRIGGER_SECRET).sign(id, at, body),
    },
  });
}

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
const triggersKept = (): Promise<number> => trial.database.client.trigger.count();

describe('a signed trigger', () => {
  it('starts a pathway, and a second one joins it', async () => {
    const [first, second] = [await send(aBody()), await send(aBody())];
    expect([first.statusCode, first.json().answer]).toEqual([202, 'started']);
    expect([second.statusCode, second.json().answer]).toEqual([200, 'joined']);
    expect(second.json().episodeId).toBe(first.json().episodeId);
  });

  it('is answered as the first time when it comes again, also much later with a new signature', async () => {
    const body = aBody({ nhsNumber: '9990000034' });
    const first = await send(body, { id: 'same', at: minutesAgo(4) });
    const again = await send(body, { id: 'same' });
    expect([again.statusCode, again.json()]).toEqual([first.statusCode, first.json()]);
  });

  it('enrols once however many copies come at the same moment', async () => {
    const body = aBody({ nhsNumber: '9990000042' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(body, { id: 'burst' })));
    expect(new Set(answers.map(({ body: said }) => said)).size).toBe(1);
    const person = await trial.database.client.person.findUniqueOrThrow({ where: { nhsNumber: '9990000042' } });
    expect(await trial.database.client.episode.count({ where: { personId: person.id } })).toBe(1);
  });

  it('is refused when its id was another message’s', async () => {
    await send(aBody(), { id: 'reused' });
    const other = await send(aBody({ reason: 'Something else' }), { id: 'reused' });
    expect([other.statusCode, other.json().code]).toEqual([409, 'allocation.trigger_reused']);
  });

  it('for somebody nobody knows is kept, and shown to a coordinator', async () => {
    const answer = await send(aBody({ nhsNumber: '999 999 9999', reason: 'Is new in town' }));
    expect([answer.statusCode, answer.json().answer]).toEqual([200, 'rejected']);
    const coordinator = await trial.user('care-coordinator');
    const { items } = (await coordinator({ url: '/api/triggers' })).json();
    expect(items).toEqual([
      expect.objectContaining({ nhsNumber: '999 999 9999', reason: 'Is new in town', source: 'gp-system' }),
    ]);
  });

  it('for a programme that there is not is rejected with the reason', async () => {
    const answer = await send(aBody({ programme: 'no-such-thing' }));
    expect(answer.json()).toMatchObject({ answer: 'rejected', because: expect.stringContaining('programme') });
  });

  it('that does not fit is told where', async () => {
    const answer = await send(aBody({ nhsNumber: '12', extra: 1 }));
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'request.invalid']);
    expect(answer.json().errors).toContainEqual({ path: 'nhsNumber', message: 'must be ten digits' });
  });
});

describe('a trigger that proves nothing', () => {
  it.each([
    ['was changed on its way', () => send(aBody(), { sent: aBody({ nhsNumber: '9990000018' }) })],
    ['is six minutes old', () => send(aBody(), { at: minutesAgo(6) })],
    ['is six minutes ahead', () => send(aBody(), { at: minutesAgo(-6) })],
    ['comes from nobody we know', () => send(aBody({ source: 'elsewhere' }))],
    ['has no signature', () => trial.anybody({ method: 'POST', url: '/api/triggers', payload: JSON.parse(aBody()) })],
  ])('is refused when it %s, and leaves nothing behind', async (_what, deliver) => {
    const before = await triggersKept();
    const answer = await deliver();
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'triggers.signature_invalid']);
    expect(await triggersKept()).toBe(before);
  });
});
