import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastifyCookie from '@fastify/cookie';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ArgumentsHost, Catch, Controller, type ExceptionFilter, Get, Global, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { SignJWT } from 'jose';
import { defer, from, type Observable } from 'rxjs';
import { type Actor, Audit, AuditModule } from '#platform/audit';
import { readSettings, Settings } from '#platform/config';
import { Database, DatabaseModule } from '#platform/database';
import { OidcClient, ProviderUnavailable } from '#platform/identity';
import { Clock, Fault, StoppedClock } from '#platform/kernel';
import { cloneDatabase, type DatabaseCopy } from '../../../../test/database/index.js';
import { type Caller, CurrentUser, IdentityApiModule, Needs, Public } from './index.js';

const KEY = Buffer.alloc(32, 7).toString('base64');
const AUDIENCE = 'urn:fairway:api';
const PASSWORD = 'a password of this test';

const later = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Routes of every kind, to see who gets through. */
@Controller()
class Probe {
  @Get('api/probe/work')
  @Needs('tasks:work')
  work(@CurrentUser() user: Caller): Caller {
    return user;
  }

  @Post('api/probe/work')
  @Needs('tasks:work')
  doWork(): { done: true } {
    return { done: true };
  }

  @Post('api/probe/import')
  @Needs('imports:write')
  import(@CurrentUser() user: Caller): Caller {
    return user;
  }

  @Get('api/probe/unmarked')
  unmarked(): { reached: true } {
    return { reached: true };
  }

  @Get('api/probe/public')
  @Public()
  open(): { reached: true } {
    return { reached: true };
  }

  @Get('outside')
  outside(): { reached: true } {
    return { reached: true };
  }

  @Get('api/probe/actor')
  @Needs('changes:read')
  async actor(): Promise<Actor> {
    await later();
    return Audit.actor;
  }

  @Get('api/probe/streamed-actor')
  @Needs('changes:read')
  streamedActor(): Observable<Actor> {
    return defer(() => from(later().then(() => Audit.actor)));
  }
}

@Catch(Fault)
class Refusals implements ExceptionFilter<Fault> {
  catch(fault: Fault, host: ArgumentsHost): void {
    const status = { unauthenticated: 401, refused: 403, unavailable: 503 } as Partial<Record<string, number>>;
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(status[fault.kind] ?? 500)
      .send({ code: fault.code });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** The real provider, as the demo starts it. */
class Provider {
  readonly secret = randomUUID();
  readonly machineSecret = randomUUID();
  private process: ChildProcess | null = null;
  private folder = '';

  constructor(
    readonly port: number,
    private readonly publicUrl: string,
  ) {}

  get issuer(): string {
    return `http://localhost:${this.port}`;
  }

  async start(): Promise<void> {
    this.folder ||= await mkdtemp(join(tmpdir(), 'fairway-identity-'));
    const child = spawn(process.execPath, ['tools/embedded/identity.ts'], {
      env: {
        PATH: process.env.PATH,
        IDENTITY_PORT: String(this.port),
        IDENTITY_DATA: this.folder,
        PUBLIC_URL: this.publicUrl,
        OIDC_CLIENT_ID: 'fairway',
        OIDC_CLIENT_SECRET: this.secret,
        MACHINE_CLIENT_ID: 'demo-machine',
        MACHINE_CLIENT_SECRET: this.machineSecret,
        OIDC_AUDIENCE: AUDIENCE,
        IDENTITY_COOKIE_KEYS: 'one,two',
        DEMO_PASSWORD: PASSWORD,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.process = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => text.includes('ready') && resolve());
      child.once('exit', (code) => reject(new Error(`the provider ended with ${code}`)));
    });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null) return;
    await new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill(signal);
    });
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  async token(scope: string): Promise<string> {
    const answer = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`demo-machine:${this.machineSecret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
    });
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly port: string;
  readonly path: string;
}

/** As much of a browser as a log-in needs: cookies by path, redirects one by one. */
class Browser {
  private cookies: Cookie[] = [];
  /** Everything that was sent to the browser: addresses, headers, pages. */
  readonly seen: string[] = [];
  readonly setCookies: string[] = [];

  async go(address: string, init: RequestInit = {}): Promise<Response> {
    // By port, although browsers do not: the two sites of this test must not share by accident.
    const { host, port, pathname } = new URL(address);
    const sent = this.cookies.filter((cookie) => cookie.port === port && pathname.startsWith(cookie.path));
    const headers = new Headers(init.headers);
    if (sent.length > 0) headers.set('cookie', sent.map(({ name, value }) => `${name}=${value}`).join('; '));
    const response = await fetch(address, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) {
      this.setCookies.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; path=([^;]+)/i.exec(line)?.[1] ?? '/';
      this.cookies = this.cookies.filter((old) => old.name !== name || old.port !== port || old.path !== path);
      if (value !== '' && !/expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.push({ name, value, port, path });
    }
    this.seen.push(host, JSON.stringify([...response.headers]), await response.clone().text());
    return response;
  }

  holds(part: string): boolean {
    return this.cookies.some(({ name }) => name.includes(part));
  }

  /** Follows redirects until a page, or until `stop` says that an address is far enough. */
  async follow(
    address: string,
    stop: (address: string) => boolean = () => false,
  ): Promise<{ at: string; response: Response }> {
    let at = address;
    for (;;) {
      const response = await this.go(at);
      const to = response.headers.get('location');
      if (!to) return { at, response };
      const next = new URL(to, at).href;
      if (stop(next)) return { at: next, response };
      at = next;
    }
  }

  /** Logs in from our own first page to the last redirect. */
  async logIn(
    start: string,
    username: string,
    home: string,
    password = PASSWORD,
  ): Promise<{ at: string; response: Response }> {
    const { at: page } = await this.follow(start);
    const posted = await this.go(page, { method: 'POST', body: new URLSearchParams({ username, password }) });
    const to = posted.headers.get('location');
    if (!to) return { at: page, response: posted };
    const isHome = (address: string): boolean => address.startsWith(home) && !address.startsWith(`${home}/auth/`);
    return this.follow(new URL(to, page).href, isHome);
  }
}

describe('logging in', () => {
  const clock = new StoppedClock(new Date());
  let copy: DatabaseCopy;
  let app: NestFastifyApplication;
  let provider: Provider;
  let port: number;
  let home: string;

  beforeAll(async () => {
    copy = await cloneDatabase();
    port = await freePort();
    home = `http://localhost:${port}`;
    provider = new Provider(await freePort(), home);
    await provider.start();
    const settings = new Settings(
      readSettings({
        PORT: String(port),
        PUBLIC_URL: home,
        FAIRWAY_MODE: 'embedded',
        DATABASE_URL: copy.url,
        SMTP_URL: 'smtp://localhost:1',
        OIDC_ISSUER: provider.issuer,
        OIDC_CLIENT_SECRET: provider.secret,
        PAYLOAD_KEY: KEY,
        LINK_KEY: KEY,
      }),
    );

    @Global()
    @Module({
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useValue: clock },
      ],
      exports: [Settings, Clock],
    })
    class Surroundings {}

    @Module({ imports: [Surroundings, DatabaseModule, AuditModule, IdentityApiModule], controllers: [Probe] })
    class TestApp {}

    app = await NestFactory.create<NestFastifyApplication>(TestApp, new FastifyAdapter(), { logger: ['error'] });
    await app.register(fastifyCookie);
    app.useGlobalFilters(new Refusals());
    await app.listen(port, '127.0.0.1');
    const { client } = app.get(Database);
    await client.organisation.create({
      data: { key: 'northamptonshire-care', name: 'Northamptonshire Care', kind: 'care' },
    });
    await client.team.create({
      data: {
        key: 'northamptonshire',
        name: 'Northamptonshire team',
        organisation: 'northamptonshire-care',
        area: 'n',
      },
    });
  }, 60_000);

  afterAll(async () => {
    await app?.close();
    await provider?.remove();
    await copy?.drop();
  });

  const signedIn = async (username: string): Promise<{ browser: Browser; csrfToken: string }> => {
    const browser = new Browser();
    await browser.logIn(`${home}/auth/login`, username, home);
    const session = (await (await browser.go(`${home}/api/session`)).json()) as { csrfToken: string };
    return { browser, csrfToken: session.csrfToken };
  };
  const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code?: string }).code;

  it('says that nobody is signed in before', async () => {
    expect(await (await fetch(`${home}/api/session`)).json()).toEqual({ signedIn: false, mode: 'embedded' });
  });

  it('leads through the provider back to where somebody wanted to go', async () => {
    const browser = new Browser();
    const { at } = await browser.logIn(`${home}/auth/login?returnTo=%2Fwork%3Fview%3Dmine`, 'coordinator', home);
    expect(at).toBe(`${home}/work?view=mine`);
    expect(await (await browser.go(`${home}/api/session`)).json()).toMatchObject({
      signedIn: true,
      user: {
        name: 'Care coordinator, Northamptonshire',
        role: 'care-coordinator',
        organisation: { key: 'northamptonshire-care', name: 'Northamptonshire Care' },
        team: { key: 'northamptonshire', name: 'Northamptonshire team' },
      },
      mode: 'embedded',
      demo: true,
      permissions: expect.arrayContaining(['tasks:work']),
    });
  });

  it('goes to the start instead of another site', async () => {
    const browser = new Browser();
    const { at } = await browser.logIn(`${home}/auth/login?returnTo=//evil.example`, 'manager', home);
    expect(at).toBe(`${home}/`);
  });

  it('brings somebody who began by another name of this machine to the public one', async () => {
    const answer = await new Browser().go(`http://127.0.0.1:${port}/auth/login?returnTo=/work`);
    expect(answer.headers.get('location')).toBe(`${home}/auth/login?here=yes&returnTo=%2Fwork`);
  });

  it('keeps the session in a cookie for this host alone, out of reach of scripts', async () => {
    const { browser } = await signedIn('manager');
    const [cookie] = browser.setCookies.filter((line) => line.includes('fairway_session'));
    expect(cookie).toMatch(new RegExp(`^__Host-fairway_session_${port}=[A-Za-z0-9_-]{43};`));
    expect(cookie).toMatch(/; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  it('never lets a token through to the browser', async () => {
    const { browser, csrfToken } = await signedIn('manager');
    await browser.go(`${home}/auth/logout`, { method: 'POST', headers: { 'x-csrf-token': csrfToken } });
    // Every JWT begins with a JSON object in base64url; the sealed sign-in is one of ours and is encrypted (alg dir).
    const tokens = browser.seen.join('\n').match(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_.-]+/g) ?? [];
    const headers = tokens.map(
      (token) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as object,
    );
    expect(headers.filter((header) => JSON.stringify(header) !== '{"alg":"dir","enc":"A256GCM"}')).toEqual([]);
    expect(browser.seen.join('\n')).not.toContain('access_token');
  });

  it('asks for PKCE, state, nonce and a fresh log-in', async () => {
    const { headers } = await new Browser().go(`${home}/auth/login`);
    const asked = Object.fromEntries(new URL(headers.get('location')!).searchParams);
    expect(asked).toMatchObject({ code_challenge_method: 'S256', response_type: 'code', max_age: '1800' });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked[name]).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('lets two windows log in at the same time', async () => {
    const browser = new Browser();
    const first = await browser.follow(`${home}/auth/login?returnTo=/one`);
    await browser.follow(`${home}/auth/login?returnTo=/two`);
    const posted = await browser.go(first.at, {
      method: 'POST',
      body: new URLSearchParams({ username: 'manager', password: PASSWORD }),
    });
    const { at } = await browser.follow(new URL(posted.headers.get('location')!, first.at).href, (to) =>
      to.endsWith('/one'),
    );
    expect(at).toBe(`${home}/one`);
  });

  describe('goes wrong with a page that says so', () => {
    it('when somebody cancels', async () => {
      const browser = new Browser();
      const { at } = await browser.follow(`${home}/auth/login`);
      const posted = await browser.go(at, { method: 'POST', body: new URLSearchParams({ cancel: 'yes' }) });
      const { response } = await browser.follow(new URL(posted.headers.get('location')!, at).href);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('You did not log in');
    });

    it('when the way back was begun in another browser', async () => {
      const victim = new Browser();
      const attacker = new Browser();
      const { at } = await attacker.logIn(`${home}/auth/login`, 'manager', `${home}/auth/callback`);
      const response = await victim.go(at);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('This log-in has ended');
      expect(victim.holds('fairway_session')).toBe(false);
    });

    it('when the way back is taken twice', async () => {
      const browser = new Browser();
      const isCallback = (to: string): boolean => to.startsWith(`${home}/auth/callback`);
      const { at: page } = await browser.follow(`${home}/auth/login`);
      const posted = await browser.go(page, {
        method: 'POST',
        body: new URLSearchParams({ username: 'manager', password: PASSWORD }),
      });
      const { at: callback } = await browser.follow(new URL(posted.headers.get('location')!, page).href, isCallback);
      expect((await browser.go(callback)).headers.get('location')).toBe('/');
      const other = new Browser();
      expect((await other.go(callback)).status).toBe(400);
      // Whoever is in already is not sent away by the back button.
      expect((await browser.go(callback)).headers.get('location')).toBe('/');
    });

    it('when the code is made up', async () => {
      const browser = new Browser();
      const { headers } = await browser.go(`${home}/auth/login`);
      const state = new URL(headers.get('location')!).searchParams.get('state')!;
      const iss = encodeURIComponent(provider.issuer);
      const response = await browser.go(`${home}/auth/callback?code=made-up&state=${state}&iss=${iss}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('The log-in did not succeed');
    });

    it.each(['', '?state=', '?state=a&state=b', '?code=%00', '?error=x&state=%E0%A4%A'])(
      'when it is %p',
      async (query) => {
        expect((await fetch(`${home}/auth/callback${query}`)).status).toBe(400);
      },
    );

    it('when the password is wrong, and after five times only waiting helps', async () => {
      const browser = new Browser();
      for (let count = 1; count <= 5; count += 1) {
        const { response } = await browser.logIn(`${home}/auth/login`, 'privacy-officer', home, 'guess');
        expect(response.status).toBe(422);
        expect(await response.text()).toContain('The user name or the password is not right');
      }
      const { response } = await browser.logIn(`${home}/auth/login`, 'privacy-officer', home);
      expect(response.status).toBe(429);
      expect(browser.holds('fairway_session')).toBe(false);
    });
  });

  describe('the guard', () => {
    it('gives the handler the one who asks', async () => {
      const { browser } = await signedIn('link-worker');
      expect(await (await browser.go(`${home}/api/probe/work`)).json()).toMatchObject({
        kind: 'user',
        name: 'Link worker, Northamptonshire',
        role: 'link-worker',
        organisation: 'northamptonshire-care',
        team: 'northamptonshire',
      });
    });

    it.each([
      '/api/probe/work',
      '/api/probe/unmarked',
      '/%61pi/probe/unmarked',
      '/api/probe/unmarked/?',
      '/api/probe/unmarked?x=/',
    ])('lets nobody in at %s without a session', async (path) => {
      const response = await fetch(home + path);
      expect([401, 404]).toContain(response.status);
      expect(await response.text()).not.toContain('reached');
    });

    it('answers 401 with its code', async () => {
      const response = await fetch(`${home}/api/probe/work`);
      expect([response.status, await codeOf(response)]).toEqual([401, 'identity.not_signed_in']);
    });

    it.each(['/api/probe/public', '/outside'])('lets anybody in at %s', async (path) => {
      expect((await fetch(home + path)).status).toBe(200);
    });

    it('refuses a role that may not', async () => {
      const { browser } = await signedIn('manager');
      const response = await browser.go(`${home}/api/probe/work`);
      expect([response.status, await codeOf(response)]).toEqual([403, 'identity.not_allowed']);
    });

    it('lets every person signed in reach a route that names no permission', async () => {
      const { browser } = await signedIn('partner-housing');
      expect((await browser.go(`${home}/api/probe/unmarked`)).status).toBe(200);
    });

    it.each(['/api/probe/actor', '/api/probe/streamed-actor'])('runs %s as the one who asks', async (path) => {
      const { browser } = await signedIn('partner-housing');
      expect(await (await browser.go(home + path)).json()).toMatchObject({
        kind: 'user',
        role: 'partner',
        organisation: 'northamptonshire-housing',
      });
    });

    it.each([
      ['no token', {}],
      ['an empty token', { 'x-csrf-token': '' }],
      ['a wrong token', { 'x-csrf-token': 'x'.repeat(43) }],
    ])('refuses a change with %s', async (_what, headers) => {
      const { browser } = await signedIn('coordinator');
      const response = await browser.go(`${home}/api/probe/work`, {
        method: 'POST',
        headers: headers as Record<string, string>,
      });
      expect([response.status, await codeOf(response)]).toEqual([403, 'identity.csrf_wrong']);
    });

    it.each(['https://evil.example', 'null', 'http://localhost:1'])(
      'refuses a change from a page of %s',
      async (origin) => {
        const { browser, csrfToken } = await signedIn('coordinator');
        const headers = { 'x-csrf-token': csrfToken, origin };
        const response = await browser.go(`${home}/api/probe/work`, { method: 'POST', headers });
        expect([response.status, await codeOf(response)]).toEqual([403, 'identity.csrf_wrong']);
      },
    );

    it('refuses the token of another session', async () => {
      const { csrfToken } = await signedIn('coordinator');
      const { browser } = await signedIn('coordinator');
      const response = await browser.go(`${home}/api/probe/work`, {
        method: 'POST',
        headers: { 'x-csrf-token': csrfToken },
      });
      expect(response.status).toBe(403);
    });

    it('takes a change from our own page', async () => {
      const { browser, csrfToken } = await signedIn('coordinator');
      const headers = { 'x-csrf-token': csrfToken, origin: home };
      expect((await browser.go(`${home}/api/probe/work`, { method: 'POST', headers })).status).toBe(201);
    });

    it('lets nobody in after half an hour without use', async () => {
      const { browser } = await signedIn('coordinator');
      const start = clock.now();
      clock.moveTo(new Date(start.getTime() + 31 * 60_000));
      const response = await browser.go(`${home}/api/probe/work`);
      clock.moveTo(start);
      expect(response.status).toBe(401);
    });
  });

  describe('a machine', () => {
    const post = (path: string, token: string, more: Record<string, string> = {}): Promise<Response> =>
      fetch(home + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, ...more } });

    it('gets in with a token of the right scope, and needs no other', async () => {
      const response = await post('/api/probe/import', await provider.token('ingest:write'));
      expect(await response.json()).toMatchObject({
        kind: 'machine',
        id: 'demo-machine',
        permissions: ['imports:write', 'imports:read'],
      });
    });

    it('does not get in with another scope', async () => {
      const response = await post('/api/probe/import', await provider.token('report:read'));
      expect([response.status, await codeOf(response)]).toEqual([403, 'identity.not_allowed']);
    });

    it('does not reach a route that names no permission', async () => {
      const token = await provider.token('ingest:write report:read detect:run');
      const response = await fetch(`${home}/api/probe/unmarked`, { headers: { authorization: `Bearer ${token}` } });
      expect(response.status).toBe(403);
    });

    it('does not get in with a token whose time is over', async () => {
      const token = await provider.token('ingest:write');
      const start = clock.now();
      clock.moveTo(new Date(start.getTime() + 11 * 60_000));
      const response = await post('/api/probe/import', token);
      clock.moveTo(start);
      expect(response.status).toBe(401);
    });

    it.each([
      ['signed with our own secret', { alg: 'HS256' }],
      ['for another audience', { alg: 'HS256', audience: 'fairway' }],
    ])(
      'does not get in with a token %s',
      async (_what, { alg, audience = AUDIENCE }: { alg: string; audience?: string }) => {
        const token = await new SignJWT({ scope: 'ingest:write', client_id: 'demo-machine' })
          .setProtectedHeader({ alg })
          .setIssuer(provider.issuer)
          .setAudience(audience)
          .setExpirationTime('5m')
          .sign(new TextEncoder().encode(provider.secret.padEnd(32, '-')));
        expect((await post('/api/probe/import', token)).status).toBe(401);
      },
    );

    it('does not get in with a token that was changed', async () => {
      const [head, body, signature] = (await provider.token('report:read')).split('.');
      const claims = JSON.parse(Buffer.from(body!, 'base64url').toString()) as object;
      const wider = Buffer.from(JSON.stringify({ ...claims, scope: 'ingest:write' })).toString('base64url');
      expect((await post('/api/probe/import', `${head}.${wider}.${signature}`)).status).toBe(401);
    });

    it.each([
      ['nothing', ''],
      ['a letter', 'x'],
      ['an unsigned token', 'eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImluZ2VzdDp3cml0ZSJ9.'],
      ['three letters', 'a.b.c'],
      ['something endless', 'a'.repeat(9000)],
    ])('does not get in with %s', async (_what, token) => {
      expect((await post('/api/probe/import', token)).status).toBe(401);
    });

    it('is judged by its token alone, whatever cookie comes along', async () => {
      const { browser } = await signedIn('coordinator');
      const response = await browser.go(`${home}/api/probe/work`, { headers: { authorization: 'Bearer x' } });
      expect(response.status).toBe(401);
    });
  });

  describe('logging out', () => {
    it('ends the session here and at the provider', async () => {
      const { browser, csrfToken } = await signedIn('coordinator');
      const response = await browser.go(`${home}/auth/logout`, {
        method: 'POST',
        headers: { 'x-csrf-token': csrfToken },
      });
      const { redirectTo } = (await response.json()) as { redirectTo: string };
      expect((await browser.go(`${home}/api/probe/work`)).status).toBe(401);
      const ended = await browser.go(redirectTo, { headers: { 'sec-fetch-site': 'same-site' } });
      expect(ended.headers.get('location')).toBe(`${home}/`);
      const { at, response: page } = await browser.follow(`${home}/auth/login`);
      expect(at).toContain('/log-in/');
      expect(await page.text()).toContain('Log in to the Fairway demo');
    });

    it('is not done for another site', async () => {
      const { browser } = await signedIn('coordinator');
      const response = await browser.go(`${home}/auth/logout`, {
        method: 'POST',
        headers: { origin: 'https://evil.example' },
      });
      expect([response.status, await codeOf(response)]).toEqual([403, 'identity.csrf_wrong']);
      expect((await browser.go(`${home}/api/probe/work`)).status).toBe(200);
    });

    it('asks first at the provider when another site sends somebody there', async () => {
      const { browser } = await signedIn('coordinator');
      const end = `${provider.issuer}/session/end?${new URLSearchParams({ client_id: 'fairway', post_logout_redirect_uri: `${home}/` })}`;
      const response = await browser.go(end, { headers: { 'sec-fetch-site': 'cross-site' } });
      expect(await response.text()).toContain('Do you want to log out?');
    });

    it('is no mistake when nobody is signed in', async () => {
      expect((await fetch(`${home}/auth/logout`, { method: 'POST' })).status).toBeLessThan(300);
    });
  });

  it('starts and serves while the provider is away, says so, and heals', async () => {
    const away = new Provider(await freePort(), home);
    const client = new OidcClient(
      new Settings(
        readSettings({
          PUBLIC_URL: home,
          DATABASE_URL: copy.url,
          SMTP_URL: 'smtp://localhost:1',
          OIDC_ISSUER: away.issuer,
          OIDC_CLIENT_SECRET: away.secret,
          PAYLOAD_KEY: KEY,
          LINK_KEY: KEY,
        }),
      ),
    );
    await expect(client.begin('/')).rejects.toThrow(ProviderUnavailable);
    expect(await client.endUrl()).toBe(`${home}/`);
    await away.start();
    expect((await client.begin('/')).url).toContain(away.issuer);
    await away.remove();
  });

  it('tells somebody on the way back that the provider is away', async () => {
    const browser = new Browser();
    const { headers } = await browser.go(`${home}/auth/login`);
    const state = new URL(headers.get('location')!).searchParams.get('state')!;
    await provider.stop();
    const iss = encodeURIComponent(provider.issuer);
    const response = await browser.go(`${home}/auth/callback?code=x&state=${state}&iss=${iss}`);
    await provider.start();
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('Logging in is not possible just now');
  });

  it('keeps the provider’s sessions and keys through a kill', async () => {
    const { browser } = await signedIn('clinical-lead');
    const token = await provider.token('ingest:write');
    await provider.stop('SIGKILL');
    await provider.start();
    const { at } = await browser.follow(`${home}/auth/login?returnTo=/again`, (to) => to.endsWith('/again'));
    expect(at).toBe(`${home}/again`);
    const response = await fetch(`${home}/api/probe/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(201);
  });
});
