import { describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { throttle } from './throttle.js';

const TOO_MANY = 'request.too_many';

async function aServer(now: () => number): Promise<FastifyInstance> {
  const server = fastify();
  throttle(server, now);
  server.setErrorHandler((error, _request, reply) => reply.status(429).send((error as { code?: string }).code));
  server.get('/r/:token', () => 'page');
  server.get('/api/worklist', () => 'work');
  await server.ready();
  return server;
}

const ask = async (server: FastifyInstance, url: string, times: number): Promise<string[]> => {
  const answers: string[] = [];
  for (let time = 0; time < times; time += 1) answers.push((await server.inject({ url })).body);
  return answers;
};

describe('throttle', () => {
  it('stops who tries one link after the other, until the minute is over', async () => {
    let now = 0;
    const server = await aServer(() => now);
    expect((await ask(server, '/r/guess', 601)).filter((answer) => answer === TOO_MANY)).toHaveLength(1);
    now = 60_000;
    expect(await ask(server, '/r/guess', 1)).toEqual(['page']);
  });

  it('leaves the desks alone', async () => {
    const server = await aServer(() => 0);
    expect(await ask(server, '/api/worklist', 700)).not.toContain(TOO_MANY);
  });
});
