import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Ask, type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let worker: Ask;
let partner: Ask;

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  worker = await trial.user('link-worker');
  partner = await trial.user('partner', { organisation: 'northamptonshire-stop-smoking' });
}, 60_000);
afterAll(() => trial.close());

const post = (ask: Ask, url: string, payload?: object): ReturnType<Ask> => ask({ method: 'POST', url, payload });
const audited = (action: string, personId: string): Promise<number> =>
  trial.database.client.auditEntry.count({ where: { action, personId, actorKind: 'user' } });

describe('reading a person', () => {
  it.each([
    ['by their record', (): string => `/api/people/${story.personId}`, 'person.read'],
    ['by their task', (): string => `/api/tasks/${story.taskId}`, 'person.read'],
    ['by a search', (): string => '/api/people?query=marl', 'person.found'],
  ] as const)('is written down under the name of who read: %s', async (_what, url, action) => {
    const before = await audited(action, story.personId);
    expect((await worker({ url: url() })).statusCode).toBe(200);
    expect(await audited(action, story.personId)).toBe(before + 1);
  });

  it('can be seen by the privacy officer, with who and why', async () => {
    const officer = await trial.user('privacy-officer');
    const { items } = (await officer({ url: `/api/audit?person=${story.personId}&action=person.read` })).json();
    expect(items[0]).toMatchObject({
      action: 'person.read',
      personId: story.personId,
      purpose: 'direct-care',
      actor: { kind: 'user', name: 'link-worker', role: 'link-worker', organisation: 'northamptonshire-care' },
    });
  });

  it('is shown page by page, each entry once', async () => {
    const officer = await trial.user('privacy-officer');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const url: string = `/api/audit?person=${story.personId}&limit=2${cursor ? `&cursor=${cursor}` : ''}`;
      const page: { items: { seq: string }[]; nextCursor: string | null } = (await officer({ url })).json();
      seen.push(...page.items.map(({ seq }) => seq));
      cursor = page.nextCursor;
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(3);
  });
});

describe('a referral', () => {
  it('tells who it is for only while it is accepted', async () => {
    const before = await partner({ url: `/api/referrals/${story.referralId}` });
    expect(before.body).not.toMatch(/Testa|Marlowe|01604/);
    const { version } = before.json();
    const accepted = await post(partner, `/api/referrals/${story.referralId}/acceptance`, { version });
    expect(accepted.json()).toMatchObject({ status: 'accepted', contact: { name: 'Testa Marlowe' } });
  });

  it('is not moved by somebody who looked at an older version', async () => {
    const late = await post(partner, `/api/referrals/${story.referralId}/outcome`, { result: 'completed', version: 0 });
    expect([late.statusCode, late.json().code]).toEqual([409, 'referrals.referral_changed']);
  });

  it('says nothing of names in the list', async () => {
    expect((await partner({ url: '/api/referrals' })).body).not.toMatch(/Testa|Marlowe|999 ?000/);
  });
});

describe('a task', () => {
  it('is claimed, done, and says what follows', async () => {
    const claimed = await post(worker, `/api/tasks/${story.taskId}/claim`);
    expect(claimed.json()).toMatchObject({ claimedBy: { you: true }, then: null });
    const { version } = claimed.json();
    const done = await post(worker, `/api/tasks/${story.taskId}/completion`, { outcome: 'agreed', version });
    expect(done.json()).toMatchObject({
      status: 'completed',
      outcome: 'agreed',
      then: expect.stringMatching(/^Next: Refer/),
    });
  });

  it('is done once, however often it is sent', async () => {
    const again = await post(worker, `/api/tasks/${story.taskId}/completion`, { outcome: 'agreed', version: 1 });
    expect([again.statusCode, again.json().outcome]).toEqual([200, 'agreed']);
    const events = await trial.database.client.outboxEntry.count({
      where: { lane: story.episodeId, topic: 'pathway-event', body: { path: ['kind'], equals: 'task-completed' } },
    });
    expect(events).toBe(1);
  });
});

describe('what a team hears of a person', () => {
  it('ends the one pathway they do not want', async () => {
    const { personId, episodeId } = await trial.story({ nhsNumber: null, family: 'Optout' });
    expect((await post(worker, `/api/people/${personId}/opt-out`, { purpose: 'stop-smoking' })).statusCode).toBe(204);
    const left = await trial.database.client.outboxEntry.findMany({
      where: { lane: episodeId, topic: 'pathway-event' },
    });
    expect(left.map(({ body }) => body)).toContainEqual(expect.objectContaining({ kind: 'left', reason: 'opted-out' }));
  });

  it.each([
    ['opt-out', { purpose: 'all' }, 'opted-out'],
    ['death', { on: '2026-11-01' }, 'died'],
    ['move', { on: '2026-11-01' }, 'moved-away'],
  ])('ends every pathway: %s', async (act, payload, reason) => {
    const { personId } = await trial.story({ nhsNumber: null, family: 'Leaver' });
    expect((await post(worker, `/api/people/${personId}/${act}`, payload)).statusCode).toBe(204);
    const [entry] = await trial.database.client.outboxEntry.findMany({
      where: { lane: personId, topic: 'person-left' },
    });
    expect(entry?.body).toEqual({ personId, reason });
  });

  it('is refused when it cannot be', async () => {
    const answer = await post(worker, `/api/people/${story.personId}/death`, { on: '1066-10-14' });
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'population.date_impossible']);
  });
});

describe('an import', () => {
  const aCsv =
    'nhs_number,family,given,birth_date,sex\n9990000026,Import,Testa,1980-01-01,female\n12,Wrong,Testa,1980-01-01,female\n';

  it('takes rows in and sets aside what it cannot use, without showing it', async () => {
    const machine = await trial.machine('ingest:write');
    const answer = await machine({
      method: 'POST',
      url: '/api/imports?format=csv&source=test&name=people.csv',
      payload: aCsv,
      headers: { 'content-type': 'text/csv' },
    });
    const { runId, ...counts } = answer.json();
    expect([answer.statusCode, counts]).toEqual([
      200,
      expect.objectContaining({ read: 2, accepted: 1, quarantined: 1 }),
    ]);
    const aside = await machine({ url: `/api/imports/${runId}/quarantine` });
    expect(aside.json().items).toEqual([
      { line: 3, kind: 'people', reason: 'ingest.bad_nhs_number', explain: expect.any(String) },
    ]);
    expect(aside.body).not.toContain('Wrong');
  });

  it.each(['application/json', 'text/plain'])('is refused as %s', async (type) => {
    const machine = await trial.machine('ingest:write');
    const answer = await machine({
      method: 'POST',
      url: '/api/imports?format=csv&source=test',
      payload: type === 'application/json' ? '{}' : aCsv,
      headers: { 'content-type': type },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([415, 'request.media_unsupported']);
  });
});

describe('detection', () => {
  it('runs every live programme and says what it found', async () => {
    const manager = await trial.user('programme-manager');
    const { items }: { items: { programme: string }[] } = (await post(manager, '/api/detections', {})).json();
    expect(items.map(({ programme }) => programme)).toEqual([
      'blood-pressure-check',
      'housing-referral',
      'social-prescribing',
      'stop-smoking',
    ]);
  });
});
