import type { InjectOptions } from 'fastify';
import type { Permission, Role } from '#platform/identity';
import type { Ask, Story, Trial } from './trial.js';

/** One route with a request that is right, and who may make it. */
export interface Route {
  /** As the OpenAPI document names it. */
  readonly name: string;
  readonly who: Permission | 'anybody';
  readonly request: InjectOptions;
  /** True when the answer does not end by itself. */
  readonly endless?: boolean;
}

const json = (payload: object) => ({ payload });

/** Every route of the API, in an order in which one after the other can be asked. */
export function routesFor({ taskId, personId, referralId, episodeId, templateVersionId }: Story): Route[] {
  const nobody = '018f0000-0000-7000-8000-000000000000';
  return [
    get('/api/health/live', 'anybody'),
    get('/api/health/ready', 'anybody'),
    get('/metrics', 'anybody'),
    get('/api/session', 'anybody'),
    get('/api/welcome', 'anybody'),
    get('/r/{token}', 'anybody', '/r/unknown'),
    post('/r/{token}', 'anybody', '/r/unknown', {
      payload: 'answer=yes',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
    post('/api/triggers', 'anybody', undefined, json({})),
    post('/api/receipts/notify', 'anybody', undefined, json({})),
    post('/api/receipts/mail', 'anybody', undefined, { payload: 'x', headers: { 'content-type': 'message/rfc822' } }),
    get('/api/worklist', 'worklist:read'),
    get('/api/tasks/{id}', 'tasks:work', `/api/tasks/${taskId}`),
    post('/api/tasks/{id}/claim', 'tasks:work', `/api/tasks/${taskId}/claim`),
    post('/api/tasks/{id}/release', 'tasks:work', `/api/tasks/${taskId}/release`),
    post(
      '/api/tasks/{id}/completion',
      'tasks:work',
      `/api/tasks/${taskId}/completion`,
      json({ outcome: 'agreed', version: 0 }),
    ),
    post(
      '/api/tasks/{id}/snooze',
      'tasks:work',
      `/api/tasks/${nobody}/snooze`,
      json({ until: '2026-12-01', because: 'Away', version: 0 }),
    ),
    post(
      '/api/tasks/{id}/rungs/{rung}/cancel',
      'tasks:work',
      `/api/tasks/${nobody}/rungs/0/cancel`,
      json({ because: 'Agreed' }),
    ),
    get('/api/episodes/choices', 'episodes:change'),
    post('/api/episodes/{id}/pause', 'episodes:change', `/api/episodes/${nobody}/pause`, json({ reason: 'away' })),
    post(
      '/api/episodes/{id}/resume',
      'episodes:change',
      `/api/episodes/${episodeId}/resume`,
      json({ pauseId: nobody }),
    ),
    post(
      '/api/episodes/{id}/transfer',
      'episodes:change',
      `/api/episodes/${nobody}/transfer`,
      json({ team: 'walsall', reason: 'Moved' }),
    ),
    post('/api/episodes/{id}/exit', 'episodes:change', `/api/episodes/${nobody}/exit`, json({ reason: 'opted-out' })),
    get('/api/people', 'people:read', '/api/people?query=marlowe'),
    get('/api/people/{id}', 'people:read', `/api/people/${personId}`),
    post('/api/people/{id}/opt-out', 'people:change', `/api/people/${nobody}/opt-out`, json({ purpose: 'all' })),
    post('/api/people/{id}/death', 'people:change', `/api/people/${nobody}/death`, json({ on: '2026-11-01' })),
    post('/api/people/{id}/move', 'people:change', `/api/people/${nobody}/move`, json({ on: '2026-11-01' })),
    get('/api/referrals', 'referrals:answer'),
    get('/api/referrals/{id}', 'referrals:answer', `/api/referrals/${referralId}`),
    post(
      '/api/referrals/{id}/decline',
      'referrals:answer',
      `/api/referrals/${nobody}/decline`,
      json({ reason: 'full', version: 0 }),
    ),
    post('/api/referrals/{id}/start', 'referrals:answer', `/api/referrals/${nobody}/start`, json({ version: 0 })),
    post(
      '/api/referrals/{id}/outcome',
      'referrals:answer',
      `/api/referrals/${nobody}/outcome`,
      json({ result: 'completed', version: 0 }),
    ),
    post(
      '/api/referrals/{id}/acceptance',
      'referrals:answer',
      `/api/referrals/${referralId}/acceptance`,
      json({ version: 0 }),
    ),
    get('/api/programmes', 'programmes:read'),
    get('/api/programmes/{key}', 'programmes:read', '/api/programmes/stop-smoking'),
    get('/api/templates', 'templates:read'),
    get('/api/templates/{template}', 'templates:read', '/api/templates/stop-smoking-invite'),
    get('/api/template-versions/{id}', 'templates:read', `/api/template-versions/${templateVersionId}`),
    get(
      '/api/template-versions/{id}/preview',
      'templates:read',
      `/api/template-versions/${templateVersionId}/preview?channel=letter&format=braille`,
    ),
    get('/api/template-versions/{id}/page', 'templates:read', `/api/template-versions/${templateVersionId}/page`),
    get('/api/template-versions/{id}/email', 'templates:read', `/api/template-versions/${templateVersionId}/email`),
    post(
      '/api/template-versions/{id}/withdrawal',
      'templates:approve',
      `/api/template-versions/${templateVersionId}/withdrawal`,
    ),
    post(
      '/api/template-versions/{id}/approval',
      'templates:approve',
      `/api/template-versions/${templateVersionId}/approval`,
    ),
    get('/api/moves', 'programmes:move', '/api/moves?programme=stop-smoking'),
    post(
      '/api/moves/preview',
      'programmes:move',
      undefined,
      json({ programme: 'stop-smoking', fromVersion: 1, toVersion: 99 }),
    ),
    post(
      '/api/moves',
      'programmes:move',
      undefined,
      json({ programme: 'stop-smoking', fromVersion: 1, toVersion: 99, id: nobody, reason: 'Fewer waits', limit: 10 }),
    ),
    get('/api/moves/{id}', 'programmes:move', `/api/moves/${nobody}`),
    post('/api/moves/{id}/undo', 'programmes:move', `/api/moves/${nobody}/undo`),
    get('/api/drift', 'drift:read'),
    post('/api/drift/runs', 'drift:read'),
    post(
      '/api/drift/{id}/repair',
      'drift:repair',
      `/api/drift/${nobody}/repair`,
      json({ repair: 'start', reason: 'Gone' }),
    ),
    get('/api/reports/{programme}', 'reports:read', '/api/reports/stop-smoking'),
    get('/api/reports/{programme}.csv', 'reports:read', '/api/reports/stop-smoking.csv'),
    get('/api/simulations', 'simulations:read'),
    get('/api/simulations/choices', 'simulations:run'),
    post('/api/simulations', 'simulations:run', undefined, json({ programme: 'stop-smoking', weeks: 12 })),
    get('/api/simulations/{id}', 'simulations:read', `/api/simulations/${nobody}`),
    post('/api/simulations/{id}/stop', 'simulations:run', `/api/simulations/${nobody}/stop`),
    get('/api/audit', 'audit:read'),
    get('/api/triggers', 'triggers:read'),
    get('/api/imports', 'imports:read'),
    get('/api/imports/{id}/quarantine', 'imports:read', `/api/imports/${nobody}/quarantine`),
    post('/api/imports', 'imports:write', '/api/imports?format=csv&source=test', {
      payload: 'nhs_number,family,given,birth_date,sex\n',
      headers: { 'content-type': 'text/csv' },
    }),
    post('/api/detections', 'detections:run', undefined, json({ programme: 'stop-smoking' })),
    { ...get('/api/changes', 'changes:read'), endless: true },
    // Last: it ends the session.
    post('/auth/logout', 'anybody'),
  ];
}

const get = (path: string, who: Route['who'], url = path): Route => ({
  name: `get ${path}`,
  who,
  request: { method: 'GET', url },
});

const post = (path: string, who: Route['who'], url = path, rest: InjectOptions = {}): Route => ({
  name: `post ${path}`,
  who,
  request: { method: 'POST', url, ...rest },
});

const ROLES: Readonly<Record<Exclude<Permission, 'imports:write'>, Role>> = {
  'worklist:read': 'link-worker',
  'tasks:work': 'link-worker',
  'people:read': 'link-worker',
  'people:change': 'link-worker',
  'episodes:change': 'link-worker',
  'referrals:answer': 'partner',
  'programmes:read': 'clinical-lead',
  'programmes:move': 'programme-manager',
  'drift:read': 'care-coordinator',
  'drift:repair': 'care-coordinator',
  'templates:read': 'programme-manager',
  'templates:approve': 'clinical-lead',
  'simulations:read': 'clinical-lead',
  'simulations:run': 'programme-manager',
  'reports:read': 'programme-manager',
  'audit:read': 'privacy-officer',
  'triggers:read': 'care-coordinator',
  'imports:read': 'care-coordinator',
  'detections:run': 'programme-manager',
  'changes:read': 'link-worker',
};

/** Asks each route as somebody who may. */
export async function permitted(trial: Trial): Promise<(route: Route, changes?: InjectOptions) => ReturnType<Ask>> {
  const askers = new Map<Route['who'], Ask>([
    ['anybody', trial.anybody],
    ['imports:write', await trial.machine('ingest:write')],
  ]);
  for (const [permission, role] of Object.entries(ROLES) as [Permission, Role][]) {
    const organisation = role === 'partner' ? 'northamptonshire-stop-smoking' : 'northamptonshire-care';
    askers.set(permission, await trial.user(role, { organisation }));
  }
  return ({ who, request }, changes = {}) => {
    const ask = askers.get(who);
    if (!ask) throw new Error(`nobody may ${who}`);
    return ask({ ...request, ...changes });
  };
}
