import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { LightMyRequestResponse as Response } from 'fastify';
import { z } from 'zod';
import { permitted, type Route, routesFor } from './routes.js';
import { Trial } from './trial.js';

let trial: Trial;
let document: OpenAPIObject;
let routes: Route[];
let ask: Awaited<ReturnType<typeof permitted>>;

beforeAll(async () => {
  trial = await Trial.open();
  routes = routesFor(await trial.story());
  document = (await trial.anybody({ url: '/api/openapi.json' })).json();
  ask = await permitted(trial);
}, 60_000);
afterAll(() => trial.close());

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}

/** What the document says of this route and status. */
function described({ name }: Route, status: number): Described | undefined {
  const [method = '', path = ''] = name.split(' ');
  const operation = (document.paths[path] as Readonly<Record<string, { responses: Record<string, Described> }>>)[
    method
  ];
  return operation?.responses[String(status)];
}

/** Reads an answer by its own description, which allows nothing that it does not name. */
function check(route: Route, answer: Response): void {
  const description = described(route, answer.statusCode);
  expect([route.name, answer.statusCode, description !== undefined]).toEqual([route.name, answer.statusCode, true]);
  const media = String(answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (answer.body === '') return;
  const content = description?.content ?? {};
  if (media === 'text/html' && answer.statusCode >= 400) return;
  expect([route.name, Object.keys(content)]).toEqual([route.name, [media]]);
  if (!media.endsWith('json')) return;
  const schemas = JSON.parse(
    JSON.stringify({ ...content[media]!.schema, $defs: document.components?.schemas }).replaceAll(
      '#/components/schemas/',
      '#/$defs/',
    ),
  );
  const outcome = z.fromJSONSchema(schemas).safeParse(answer.json());
  expect([route.name, outcome.error?.issues ?? []]).toEqual([route.name, []]);
}

describe('what the API answers', () => {
  it('is what its description says, on every route', async () => {
    for (const route of routes.filter(({ endless }) => !endless)) check(route, await ask(route));
  });

  it('is described also when refused, on every route', async () => {
    for (const route of routes.filter(({ endless, who }) => !endless && who !== 'anybody')) {
      check(route, await trial.anybody(route.request));
      check(route, await (await trial.machine(''))(route.request));
    }
  });

  it('is never kept by a cache', async () => {
    for (const route of routes.filter(({ endless }) => !endless)) {
      expect([route.name, (await ask(route)).headers['cache-control']]).toEqual([route.name, 'no-store']);
    }
  });
});
