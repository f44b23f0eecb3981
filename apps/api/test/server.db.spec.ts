import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionsService } from '#platform/identity';
import { Cookies } from '../src/identity/cookies.js';
import { type Story, Trial } from './trial.js';

let trial: Trial;
let story: Story;
let port: number;
let cookie: string;

beforeAll(async () => {
  trial = await Trial.open();
  story = await trial.story();
  await trial.app.listen(0, '127.0.0.1');
  port = (trial.app.getHttpServer().address() as AddressInfo).port;
  cookie = await aCookie('northamptonshire');
}, 60_000);
afterAll(() => trial.close());

async function aCookie(team: string): Promise<string> {
  const value = await trial.app.get(SessionsService).open({
    issuer: 'test',
    subject: team,
    name: 'Listener',
    role: 'link-worker',
    organisation: `${team}-care`,
    team,
  });
  return `${trial.app.get(Cookies).sessionName}=${value}`;
}

/** Sends bytes as they are and gives back everything that is answered. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let said = '';
    socket.setEncoding('utf8').on('data', (piece: string) => (said += piece));
    socket.once('close', () => resolve(said)).once('error', reject);
    socket.write(bytes);
  });
}

/** Listens to the feed; `heard` grows, `ended` says that the server closed it. */
function listen(as: string) {
  const heard: string[] = [];
  let begun: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (begun = resolve));
  const ended = new Promise<void>((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path: '/api/changes', headers: { cookie: as } }, (response) => {
      expect(response.headers['content-type']).toMatch(/^text\/event-stream/);
      begun();
      response.setEncoding('utf8').on('data', (piece: string) => heard.push(piece));
      response.once('close', resolve).once('error', reject);
    })
      .once('error', reject)
      .end();
  });
  return { heard, ready, ended: ended.catch(() => undefined) };
}

const until = async (met: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 200 && !met(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 25));
};

describe('what is no HTTP', () => {
  it('is answered with a problem document', async () => {
    const said = await raw('NONSENSE\r\n\r\n');
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('content-type: application/problem+json');
    expect(said).toContain('"code":"request.malformed"');
  });

  it('is told when its headers are too large', async () => {
    const said = await raw(`GET /api/session HTTP/1.1\r\nhost: x\r\nx-long: ${'a'.repeat(40_000)}\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
    expect(said).toContain('"code":"request.headers_too_large"');
  });
});

describe('every answer', () => {
  it('protects the page it is shown in', async () => {
    const { headers } = await trial.anybody({ url: '/api/session' });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("script-src 'self';"),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('has an id that is not the sender’s to choose', async () => {
    const { headers } = await trial.anybody({ url: '/api/session', headers: { 'x-request-id': 'mine' } });
    expect(headers['x-request-id']).not.toBe('mine');
  });
});

describe('the change feed', () => {
  it('tells a team of its own changes, and no other', async () => {
    const [own, other] = [listen(cookie), listen(await aCookie('walsall'))];
    await Promise.all([own.ready, other.ready]);
    await trial.database.announce({ team: 'northamptonshire', episode: story.episodeId, what: 'task.opened' });
    await until(() => own.heard.join('').includes('task.opened'));
    expect(own.heard.join('')).toMatch(/event: change\n/);
    expect(own.heard.join('')).toContain(`"episode":"${story.episodeId}"`);
    expect(own.heard.join('')).not.toContain('northamptonshire');
    expect(other.heard.join('')).not.toContain('task.opened');
  });
});

describe('metrics', () => {
  it('count requests by route, never by address', async () => {
    await trial.anybody({ url: '/r/a-secret-token' });
    const { body } = await trial.anybody({ url: '/metrics' });
    expect(body).toMatch(/http_requests_total\{method="GET",route="\/r\/:token",status="404"\} [1-9]/);
    expect(body).not.toContain('a-secret-token');
  });
});

describe('when Postgres does not answer', () => {
  it('says so, names the part, and asks to come again', async () => {
    const cut = await Trial.open({ DATABASE_URL: 'postgres://fairway_app@127.0.0.1:1/nothing' });
    const answer = await cut.anybody({ url: '/api/worklist', headers: { cookie } });
    expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
      503,
      'server.unavailable',
      '5',
    ]);
    const ready = await cut.anybody({ url: '/api/health/ready' });
    expect([ready.statusCode, ready.json().parts.database.state]).toEqual([503, 'down']);
    expect((await cut.anybody({ url: '/api/health/live' })).statusCode).toBe(200);
    await cut.close();
  }, 60_000);
});

describe('at the end', () => {
  it('closes the feeds and stops', async () => {
    const feed = listen(cookie);
    await feed.ready;
    const began = Date.now();
    await trial.app.close();
    await feed.ended;
    expect(Date.now() - began).toBeLessThan(5000);
  });
});
