import { beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { RouteBook } from './route-book.js';

describe('RouteBook', () => {
  const book = new RouteBook();

  beforeAll(async () => {
    const server = fastify();
    book.follow(server);
    server.get('/api/tasks/:id', () => '');
    server.post('/api/tasks/:id/claim', () => '');
    server.get('/api/reports/:programme.csv', () => '');
    server.get('/*', () => '');
    await server.ready();
  });

  it.each([
    ['/api/tasks/1', ['GET', 'HEAD']],
    ['/api/tasks/1?a=b', ['GET', 'HEAD']],
    ['/api/tasks/1/claim', ['POST']],
    ['/api/reports/x.csv', ['GET', 'HEAD']],
    ['/api/tasks/1/2', []],
    ['/apixtasks/1', []],
    ['/elsewhere', []],
  ])('knows what %s takes', (url, methods) => {
    expect(book.methodsAt(url)).toEqual(methods);
  });
});
