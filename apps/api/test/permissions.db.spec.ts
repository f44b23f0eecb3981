import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { permissionsOfRole, permissionsOfScopes, type Role, ROLE_PERMISSIONS } from '#platform/identity';
import { type Route, routesFor } from './routes.js';
import { type Ask, type Story, Trial } from './trial.js';

const SCOPES = ['ingest:write', 'report:read', 'detect:run'];
let trial: Trial;
let story: Story;
let routes: Route[];

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  routes = routesFor(story);
}, 60_000);
afterAll(() => trial.close());

/** What each route answers; one that never ends counts as let in when it begins. */
async function statuses(ask: Ask): Promise<Map<Route, number>> {
  const answers = new Map<Route, number>();
  for (const route of routes) {
    if (route.endless) continue;
    answers.set(route, (await ask(route.request)).statusCode);
  }
  return answers;
}

const refusedWith = (answers: Map<Route, number>, status: number): string[] =>
  [...answers].filter(([, given]) => given === status).map(([route]) => route.name);

const closedTo = (permissions: readonly string[]): string[] =>
  routes
    .filter(({ who, endless }) => who !== 'anybody' && !endless && !permissions.includes(who))
    .map(({ name }) => name);

describe('the table of routes', () => {
  it('names every route of the OpenAPI document once', async () => {
    const { paths } = (await trial.anybody({ url: '/api/openapi.json' })).json<{ paths: Record<string, object> }>();
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(routes.map(({ name }) => name).sort()).toEqual(documented.sort());
  });
});

describe('who may ask what', () => {
  it('lets nobody in who is not signed in, but to the open doors', async () => {
    const answers = await statuses(trial.anybody);
    // Open to whoever brings the signature or the token of their own.
    const guarded = ['post /api/triggers', 'post /api/receipts/notify', 'post /api/receipts/mail'];
    expect(refusedWith(answers, 401).filter((name) => !guarded.includes(name))).toEqual(closedTo([]));
  });

  it.each(Object.keys(ROLE_PERMISSIONS) as Role[])('opens to a %s what the policy says, and no more', async (role) => {
    const organisation = role === 'partner' ? 'northamptonshire-stop-smoking' : 'northamptonshire-care';
    const answers = await statuses(await trial.user(role, { organisation }));
    expect(refusedWith(answers, 403)).toEqual(closedTo(permissionsOfRole(role)));
    // There is no Temporal here, so that nothing can be compared.
    const away = new Set(['post /api/drift/runs']);
    const failed = [...answers].filter(
      ([{ who, name }, status]) => who !== 'anybody' && status >= 500 && !away.has(name),
    );
    expect(failed).toEqual([]);
  });

  it.each(SCOPES)('opens to a machine with %s what the policy says, and no more', async (scope) => {
    const answers = await statuses(await trial.machine(scope));
    expect(refusedWith(answers, 403)).toEqual(closedTo(permissionsOfScopes([scope])));
  });

  it('opens nothing to a machine without scopes', async () => {
    expect(refusedWith(await statuses(await trial.machine('')), 403)).toEqual(closedTo([]));
  });

  it('refuses a change without the token of the session', async () => {
    const worker = await trial.user('link-worker');
    const answer = await worker({
      method: 'POST',
      url: `/api/tasks/${story.taskId}/claim`,
      headers: { 'x-csrf-token': 'guess' },
    });
    expect([answer.statusCode, answer.json().code]).toEqual([403, 'identity.csrf_wrong']);
  });

  it('refuses a token that the provider did not sign', async () => {
    const answer = await trial.anybody({ url: '/api/imports', headers: { authorization: 'Bearer a.b.c' } });
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'identity.not_signed_in']);
  });
});

describe('what belongs to others', () => {
  it.each([
    ['a task', 'GET', () => `/api/tasks/${story.taskId}`],
    ['claiming a task', 'POST', () => `/api/tasks/${story.taskId}/claim`],
    ['a person', 'GET', () => `/api/people/${story.personId}`],
  ] as const)('is not there for another team: %s', async (_what, method, url) => {
    const stranger = await trial.user('care-coordinator', { organisation: 'walsall-care', team: 'walsall' });
    expect((await stranger({ method, url: url() })).statusCode).toBe(404);
  });

  it.each([
    ['opt-out', { purpose: 'all' }],
    ['death', { on: '2026-11-01' }],
    ['move', { on: '2026-11-01' }],
  ])('cannot be changed by another team: %s', async (act, payload) => {
    const stranger = await trial.user('care-coordinator', { organisation: 'walsall-care', team: 'walsall' });
    const answer = await stranger({ method: 'POST', url: `/api/people/${story.personId}/${act}`, payload });
    expect([answer.statusCode, answer.json().code]).toEqual([404, 'population.person_missing']);
  });

  it('is neither listed nor counted nor found for another team', async () => {
    const stranger = await trial.user('care-coordinator', { organisation: 'walsall-care', team: 'walsall' });
    expect((await stranger({ url: '/api/worklist' })).json()).toMatchObject({ total: 0, items: [] });
    expect((await stranger({ url: '/api/people?query=marlowe' })).json()).toEqual({ items: [], more: false });
    expect((await stranger({ url: '/api/people?query=9990000018' })).json()).toEqual({ items: [], more: false });
  });

  it('is not there for another partner', async () => {
    const stranger = await trial.user('partner', { organisation: 'northamptonshire-housing' });
    expect((await stranger({ url: '/api/referrals' })).json()).toMatchObject({ items: [] });
    const seen = await stranger({ url: `/api/referrals/${story.referralId}` });
    const taken = await stranger({
      method: 'POST',
      url: `/api/referrals/${story.referralId}/acceptance`,
      payload: { version: 0 },
    });
    expect([seen.statusCode, taken.statusCode]).toEqual([404, 404]);
  });
});
