import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationService } from '#care/allocation';
import { hashOf, newToken } from '#care/contact';
import { TasksService } from '#care/tasks';
import { Settings } from '#platform/config';
import { type Ask, type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let worker: Ask;
let partner: Ask;
let otherPartner: Ask;

beforeAll(async () => {
  trial = await Trial.open();
  worker = await trial.user('link-worker');
  partner = await trial.user('partner', { organisation: 'northamptonshire-stop-smoking' });
  otherPartner = await trial.user('partner', { organisation: 'northamptonshire-housing' });
}, 60_000);
afterAll(() => trial.close());
beforeEach(async () => {
  story = await trial.story({ nhsNumber: null, family: 'Refusal' });
});

/** Everything a pathway stands on. A refusal leaves all of it exactly as it was. */
async function standing(): Promise<unknown> {
  const { client } = trial.database;
  const { episodeId } = story;
  const where = { episodeId };
  const orderBy = { id: 'asc' } as const;
  return {
    episode: await client.episode.findUnique({ where: { id: episodeId } }),
    tasks: await client.task.findMany({ where, orderBy, include: { rungs: true } }),
    referrals: await client.referral.findMany({ where, orderBy }),
    messages: await client.message.findMany({ where, orderBy }),
    measurements: await client.measurement.findMany({ where, orderBy }),
    pauses: await client.pause.findMany({ where, orderBy }),
    clocks: await client.clockSpan.findMany({ where, orderBy }),
    exit: await client.exit.findUnique({ where }),
    ending: await client.ending.findUnique({ where }),
    told: await client.outboxEntry.findMany({ where: { lane: episodeId }, orderBy: { seq: 'asc' } }),
  };
}

/** Asks for what is refused; answers the refusal once it is sure that nothing has changed. */
async function refused(
  ask: Ask,
  url: string,
  payload: object,
): Promise<{ status: number; code: string; detail: string }> {
  const before = await standing();
  const answer = await ask({ method: 'POST', url, payload });
  expect(await standing()).toEqual(before);
  const { code, detail } = answer.json();
  return { status: answer.statusCode, code, detail };
}

async function aMeasure(): Promise<string> {
  const { taskId } = await trial.app.get(TasksService).open({
    ...{ episodeId: story.episodeId, step: 'four-week-quit', key: `${story.episodeId}:9`, seq: 9 },
    ...{ at: new Date().toISOString(), kind: 'measure', title: 'Four-week check', role: 'link-worker' },
    due: { amount: 14, unit: 'days' },
    outcomes: [{ key: 'quit', label: 'Not smoking', marks: [], good: true }],
    asks: { instrument: 'russell-standard', value: { label: 'Carbon monoxide', unit: 'ppm', min: 0, max: 100 } },
  });
  return taskId;
}

describe('an answer from the wrong partner', () => {
  it.each([
    ['acceptance', { version: 0 }],
    ['decline', { reason: 'full', version: 0 }],
    ['start', { version: 0 }],
    ['outcome', { result: 'completed', version: 0 }],
  ])('is no referral of theirs: %s', async (act, payload) => {
    const answer = await refused(otherPartner, `/api/referrals/${story.referralId}/${act}`, payload);
    expect([answer.status, answer.code]).toEqual([404, 'referrals.referral_missing']);
  });
});

describe('an answer out of its turn', () => {
  it.each([
    ['start', { version: 0 }, 'referrals.not_possible', 'Accept this referral first'],
    ['outcome', { result: 'completed', version: 0 }, 'referrals.not_possible', 'Accept this referral first'],
    ['acceptance', { version: 7 }, 'referrals.referral_changed', 'Look at it again'],
  ])('is refused with what to do: %s', async (act, payload, code, mend) => {
    const answer = await refused(partner, `/api/referrals/${story.referralId}/${act}`, payload);
    expect([answer.status, answer.code, answer.detail]).toEqual([409, code, expect.stringContaining(mend)]);
  });

  it('is refused with an unknown reason', async () => {
    const answer = await refused(partner, `/api/referrals/${story.referralId}/decline`, {
      reason: 'raining',
      version: 0,
    });
    expect([answer.status, answer.code]).toEqual([400, 'request.invalid']);
  });
});

describe('a measure', () => {
  it.each([
    ['above its range', { value: 101 }, 'between 0 and 100 ppm'],
    ['below its range', { value: -1 }, 'between 0 and 100 ppm'],
    ['with a second reading nobody asked for', { value: 4, value2: 3 }, 'one reading only'],
  ])('is refused %s', async (_what, reading, mend) => {
    const url = `/api/tasks/${await aMeasure()}/completion`;
    const answer = await refused(worker, url, { outcome: 'quit', version: 0, ...reading });
    expect([answer.status, answer.code, answer.detail]).toEqual([
      ...[422, 'tasks.value_not_allowed', expect.stringContaining(mend)],
    ]);
  });
});

describe('a task', () => {
  it.each([
    ['an unknown outcome', { outcome: 'perhaps', version: 0 }, 422, 'tasks.outcome_unknown'],
    ['an outcome of the prototype', { outcome: 'constructor', version: 0 }, 422, 'tasks.outcome_unknown'],
    ['a reading it does not ask for', { outcome: 'agreed', value: 4, version: 0 }, 422, 'tasks.value_not_allowed'],
    [
      'a day it does not ask for',
      { outcome: 'agreed', until: '2027-01-04', version: 0 },
      422,
      'tasks.value_not_allowed',
    ],
    ['an older version', { outcome: 'agreed', version: 3 }, 409, 'tasks.task_changed'],
    ['more than it takes', { outcome: 'agreed', version: 0, step: 'end' }, 400, 'request.invalid'],
  ])('is not completed with %s', async (_what, payload, status, code) => {
    const answer = await refused(worker, `/api/tasks/${story.taskId}/completion`, payload);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });
});

describe('a reply to a pathway that has ended', () => {
  it('leaves it ended, and says so', async () => {
    const { client } = trial.database;
    const { episodeId, personId } = story;
    const token = newToken('answer', Buffer.from(trial.app.get(Settings).get('LINK_KEY'), 'base64'));
    const message = await client.message.create({
      data: {
        ...{
          key: token,
          episodeId,
          personId,
          programme: 'stop-smoking',
          step: 'invite',
          channel: 'email',
          fate: 'sent',
        },
        ...{ template: 'stop-smoking-invite', attempt: 1, createdAt: new Date() },
      },
    });
    const expiresAt = new Date(Date.now() + 86_400_000);
    const link = { tokenHash: hashOf(token), messageId: message.id, episodeId, personId, purpose: 'answer', expiresAt };
    await client.replyLink.create({ data: link });
    await trial.app.get(AllocationService).close({ episodeId, at: new Date() });
    const before = await standing();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await trial.anybody({ method: 'POST', url: `/r/${token}`, payload: 'answer=yes', headers });
    expect(await standing()).toEqual(before);
    expect((await trial.anybody({ url: `/r/${token}` })).statusCode).toBeLessThan(500);
  });

  it('is so for every command of the desk too', async () => {
    const { episodeId, taskId } = story;
    await trial.app.get(AllocationService).close({ episodeId, at: new Date() });
    for (const [name, payload] of [
      ['pause', { reason: 'away' }],
      ['transfer', { team: 'northamptonshire-2', reason: 'x' }],
      ['exit', { reason: 'opted-out' }],
    ] as const) {
      const answer = await refused(worker, `/api/episodes/${episodeId}/${name}`, payload);
      expect([name, answer.status]).toEqual([name, name === 'transfer' ? 422 : 409]);
    }
    await trial.database.client.task.update({ where: { id: taskId }, data: { status: 'cancelled' } });
    const answer = await refused(worker, `/api/tasks/${taskId}/completion`, { outcome: 'agreed', version: 0 });
    expect([answer.status, answer.code, answer.detail]).toEqual([
      ...[409, 'tasks.task_closed', 'This task is no longer needed.'],
    ]);
  });
});
