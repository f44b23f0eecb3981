import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import fc from 'fast-check';
import { PROBLEMS } from '../src/http/problems.js';
import { permitted, type Route, routesFor } from './routes.js';
import { type Ask, type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let routes: Route[];
let worker: Ask;
let ask: Awaited<ReturnType<typeof permitted>>;

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  routes = routesFor(story).filter(({ endless }) => !endless);
  ask = await permitted(trial);
  worker = await trial.user('link-worker');
}, 60_000);
afterAll(() => trial.close());

const STACK = /\n\s+at |node_modules|\.[jt]s:\d+|Prisma|SELECT |pg_/;

/** A refusal told as it must be: a problem with a code of ours and nothing of our insides. Answers the code. */
function refusal(answer: Response): string {
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.statusCode).toBeLessThan(500);
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  expect(answer.body).not.toMatch(STACK);
  const problem = answer.json<Record<string, unknown>>();
  expect(problem).toMatchObject({
    type: `/api/problems#${String(problem.code)}`,
    title: expect.any(String),
    status: answer.statusCode,
    detail: expect.any(String),
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
  });
  expect(Object.keys(PROBLEMS)).toContain(problem.code);
  return String(problem.code);
}

const complete = (payload: InjectOptions['payload'], headers: Record<string, string> = {}): Promise<Response> =>
  worker({
    method: 'POST',
    url: `/api/tasks/${story.taskId}/completion`,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });

const deep = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a body that is wrong', () => {
  it.each([
    ['cut short', '{"outcome":', 'request.malformed'],
    ['not JSON', 'outcome=agreed', 'request.malformed'],
    ['empty', '', 'request.malformed'],
    ['bad UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'request.malformed'],
    [
      'a name that reaches for the prototype',
      '{"__proto__":{"admin":true},"outcome":"agreed","version":0}',
      'request.malformed',
    ],
    ['a name that reaches for the constructor', '{"constructor":{"prototype":{"x":1}}}', 'request.malformed'],
    ['very deep', deep(200_000), 'request.invalid'],
    ['deep within a field', `{"outcome":${deep(200_000)},"version":0}`, 'request.invalid'],
    ['larger than a megabyte', JSON.stringify({ note: 'x'.repeat(1_100_000) }), 'request.too_large'],
    ['null', 'null', 'request.invalid'],
    ['a number', '7', 'request.invalid'],
    ['a list', '[]', 'request.invalid'],
    ['without what is needed', '{}', 'request.invalid'],
    ['with a name nobody knows', '{"outcome":"agreed","version":0,"admin":true}', 'request.invalid'],
    ['with a wrong type', '{"outcome":7,"version":0}', 'request.invalid'],
    ['with a version that is no whole number', '{"outcome":"agreed","version":1.5}', 'request.invalid'],
    ['with a version beyond all bounds', '{"outcome":"agreed","version":1e300}', 'request.invalid'],
    [
      'with a note that is too long',
      JSON.stringify({ outcome: 'agreed', version: 0, note: 'x'.repeat(2001) }),
      'request.invalid',
    ],
    ['with a zero byte', '{"outcome":"agreed","version":0,"note":"a\\u0000b"}', 'request.invalid'],
    ['with half a character', '{"outcome":"agreed","version":0,"note":"\\ud800"}', 'request.invalid'],
    ['with SQL', JSON.stringify({ outcome: "agreed'; DROP TABLE task; --", version: 0 }), 'request.invalid'],
    ['with an outcome the task does not offer', '{"outcome":"maybe","version":0}', 'tasks.outcome_unknown'],
    ['with a value nobody asked for', '{"outcome":"agreed","version":0,"value":5}', 'tasks.value_not_allowed'],
    ['of a version that is gone', '{"outcome":"agreed","version":99}', 'tasks.task_changed'],
  ])('is refused when %s', async (_what, payload, code) => {
    expect(refusal(await complete(payload))).toBe(code);
  });

  it('says where and how it is wrong', async () => {
    const answer = await complete('{"outcome":7,"version":-1,"extra":1}');
    expect(answer.json().errors).toEqual(
      expect.arrayContaining([
        { path: 'outcome', message: expect.any(String) },
        { path: 'version', message: expect.any(String) },
      ]),
    );
  });

  it.each(['text/plain', 'application/xml', 'multipart/form-data; boundary=x', 'text/csv', 'nonsense', ''])(
    'is refused as %j',
    async (type) => {
      expect(['request.media_unsupported', 'request.invalid']).toContain(
        refusal(await complete('a,b\n1,2', { 'content-type': type })),
      );
    },
  );

  it('leaves the task as it was', async () => {
    const task = await trial.database.client.task.findUniqueOrThrow({ where: { id: story.taskId } });
    expect(task).toMatchObject({ status: 'open', version: 0 });
  });
});

describe('an address that is wrong', () => {
  it.each([
    ['/api/nothing', 'request.not_found'],
    ['/api', 'request.not_found'],
    ['/api/tasks', 'request.not_found'],
    ['/nothing', 'request.not_found'],
    ['/../../etc/passwd', 'request.not_found'],
    ['/..%2f..%2fetc%2fpasswd', 'request.not_found'],
    ['/%zz', 'request.malformed'],
    ['/api/tasks/%00', 'request.invalid'],
    ['/api/tasks/1', 'request.invalid'],
    ["/api/tasks/' OR 1=1 --", 'request.invalid'],
    ['/api/tasks/%F0%9F%98%80', 'request.invalid'],
    ['/api/tasks/018f0000-0000-7000-8000-000000000000', 'tasks.task_missing'],
    ['/api/people/018f0000-0000-7000-8000-000000000000', 'reports.person_missing'],
    ['/api/worklist?view=everything', 'request.invalid'],
    ['/api/worklist?view=mine&view=overdue', 'request.invalid'],
    ['/api/worklist?limit=-1', 'request.invalid'],
    ['/api/worklist?limit=1e9', 'request.invalid'],
    ['/api/worklist?limit=many', 'request.invalid'],
    ['/api/worklist?cursor=%00', 'request.invalid'],
    ['/api/worklist?cursor=AAAA', 'tasks.worklist_query_wrong'],
    ['/api/worklist?programme=__proto__', 'request.invalid'],
    ['/api/people', 'request.invalid'],
    ['/api/people?query=', 'request.invalid'],
    ['/api/people?query=%00', 'request.invalid'],
    [`/api/people?query=${'x'.repeat(101)}`, 'request.invalid'],
    ['/api/people?query[a]=b', 'request.invalid'],
    ['/api/programmes/no-such-programme', 'programmes.programme_missing'],
  ])('is refused: %s', async (url, code) => {
    expect(refusal(await worker({ url }))).toBe(code);
  });

  it('is refused when it is long, and when it is too long', async () => {
    const long = (length: number) => worker({ url: `/api/tasks/${'9'.repeat(length)}` });
    expect([refusal(await long(250)), refusal(await long(5000))]).toEqual(['request.invalid', 'request.uri_too_long']);
  });

  it.each([
    ['DELETE', '/api/worklist', 'GET, HEAD'],
    ['PUT', '/api/triggers', 'GET, HEAD, POST'],
    ['PATCH', '/r/token', 'GET, HEAD, POST'],
    ['OPTIONS', '/api/session', 'GET, HEAD'],
    ['GET', '/auth/logout', 'POST'],
  ] as const)('says which methods it takes: %s %s', async (method, url, allow) => {
    const answer = await worker({ method, url });
    expect([refusal(answer), answer.headers.allow]).toEqual(['request.method_not_allowed', allow]);
  });

  it.each(["%' OR 1=1 --", 'Robert"); DROP TABLE person;--', '\\', '%', '_', '😀', 'a'.repeat(100)])(
    'finds nobody by %j, and breaks nothing',
    async (query) => {
      const answer = await worker({ url: `/api/people?query=${encodeURIComponent(query)}` });
      expect([answer.statusCode, answer.json()]).toEqual([200, { items: [], more: false }]);
    },
  );
});

describe('whatever is sent', () => {
  const anything = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc
      .record(
        {
          outcome: fc.oneof(fc.string(), fc.jsonValue()),
          version: fc.oneof(fc.integer(), fc.double(), fc.jsonValue()),
          note: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()),
          value: fc.oneof(fc.double(), fc.jsonValue()),
          reason: fc.jsonValue(),
          result: fc.jsonValue(),
          purpose: fc.oneof(fc.string(), fc.constant('all')),
          on: fc.oneof(fc.string(), fc.constantFrom('2026-02-30', '0001-01-01', '9999-12-31', '2026-11-01')),
          programme: fc.oneof(fc.string(), fc.constant('stop-smoking'), fc.jsonValue()),
          answer: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
  );

  it('never breaks a route that takes a body', async () => {
    const takers = routes.filter(({ request }) => request.method === 'POST' && request.payload !== undefined);
    for (const route of takers) {
      const { name, request } = route;
      await fc.assert(
        fc.asyncProperty(anything, fc.constantFrom('application/json', undefined), async (payload, type) => {
          const headers = { ...(request.headers ?? {}), ...(type ? { 'content-type': type } : {}) };
          const answer = await ask(route, { payload, headers });
          expect([name, payload, answer.statusCode < 500]).toEqual([name, payload, true]);
          expect(answer.body).not.toMatch(STACK);
        }),
        { numRuns: 40 },
      );
    }
  }, 120_000);

  it('never breaks a route that takes an id, a key or a query', async () => {
    const asked = routes.filter(({ request }) => request.method === 'GET');
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('__proto__', '%2e%2e', "'", '%'),
    );
    for (const route of asked) {
      const { name, request } = route;
      const path = String(request.url).split('?')[0] ?? '';
      const parts = path.split('/');
      await fc.assert(
        fc.asyncProperty(piece, piece, async (last, value) => {
          const odd = [...parts.slice(0, -1), encodeURIComponent(last.toWellFormed())].join('/');
          const query = encodeURIComponent(value.toWellFormed());
          for (const url of [
            odd,
            `${path}?query=${query}&cursor=${query}&view=${query}&limit=${query}&from=${query}&person=${query}`,
          ]) {
            const answer = await ask(route, { url });
            // The readiness of this trial is 503 in truth: it has neither Temporal nor mail.
            expect([name, url, answer.statusCode < 500 || name.endsWith('/ready')]).toEqual([name, url, true]);
            if (answer.statusCode >= 400) expect(answer.body).not.toMatch(STACK);
          }
        }),
        { numRuns: 20 },
      );
    }
  }, 120_000);
});
