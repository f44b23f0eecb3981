import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Param } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { Fault, type FaultKind } from '#platform/kernel';
import { FaultFilter } from './fault.filter.js';
import type { Log } from './log.js';
import { RouteBook } from './route-book.js';
import { openDoor } from './server.js';

class Refused extends Fault {
  readonly code = 'test.refused';
  constructor(readonly kind: FaultKind) {
    super('This was refused.', { taskId: 'task-1' });
  }
}

@Controller()
class Breaking {
  @Get('fault/:kind')
  refuse(@Param('kind') kind: FaultKind): never {
    throw new Refused(kind);
  }

  @Get('bug')
  fail(): never {
    throw new TypeError('cannot read Mabel Marlowe of 12 Avenue Road');
  }

  @Get('cut')
  cut(): never {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  }

  @Get('odd')
  odd(): never {
    throw 'a text';
  }
}

let app: NestFastifyApplication;
let logged = '';

beforeAll(async () => {
  const lines = pino(new Writable({ write: (line, _encoding, done) => ((logged += String(line)), done()) }));
  const module = await Test.createTestingModule({ controllers: [Breaking] }).compile();
  app = module.createNestApplication<NestFastifyApplication>(openDoor(), { logger: false });
  app.useGlobalFilters(new FaultFilter({ for: () => lines } as unknown as Log, new RouteBook()));
  await app.init();
}, 30_000);
afterAll(() => app.close());

describe('FaultFilter', () => {
  it.each([
    ['invalid', 422],
    ['unauthenticated', 401],
    ['refused', 403],
    ['missing', 404],
    ['conflict', 409],
    ['gone', 410],
    ['unavailable', 503],
  ])('answers a fault that is %s with %d', async (kind, status) => {
    const answer = await app.inject({ url: `/fault/${kind}` });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(answer.json()).toEqual({
      type: '/api/problems#test.refused',
      title: 'This was refused.',
      status,
      code: 'test.refused',
      detail: 'This was refused.',
      instance: expect.stringMatching(/^urn:uuid:/),
    });
  });

  it('says nothing of a mistake of ours, but by which id it is in the log', async () => {
    logged = '';
    const answer = await app.inject({ url: '/bug?name=Mabel' });
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toMatch(/Mabel|TypeError|at /);
    const { instance } = answer.json();
    expect(logged).toContain(instance.replace('urn:uuid:', ''));
    expect(logged).toContain('TypeError');
    expect(logged).toContain('fault.filter.spec');
    expect(logged).not.toContain('Mabel');
  });

  it('asks to come again when a part does not answer', async () => {
    const answer = await app.inject({ url: '/cut' });
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      503,
      'server.unavailable',
      '5',
    ]);
  });

  it('takes anything that can be thrown', async () => {
    expect((await app.inject({ url: '/odd' })).json().code).toBe('server.failed');
  });
});
