import { type ChildProcess, spawn } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import type { MailInFull, MailSummary } from './mailbox.ts';

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

function aLetter(changes: Partial<Letter> = {}): Letter {
  return { to: 'someone@example.org', subject: 'Hello', text: 'Plain words', html: '<p>Plain words</p>', ...changes };
}

describe('the mail catcher', () => {
  let folder: string;
  let smtpPort: number;
  let webPort: number;
  let catcher: ChildProcess;

  const start = async (): Promise<void> => {
    const env = { PATH: process.env.PATH, SMTP_PORT: `${smtpPort}`, MAIL_WEB_PORT: `${webPort}`, MAIL_DATA: folder };
    const child = spawn(process.execPath, ['tools/embedded/mail.ts'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    catcher = child;
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => text.includes('ready') && resolve());
      child.once('exit', (code) => reject(new Error(`the catcher ended with ${code}`)));
    });
  };
  const stop = (signal: NodeJS.Signals): Promise<unknown> => {
    const ended = new Promise((resolve) => catcher.once('exit', resolve));
    catcher.kill(signal);
    return ended;
  };
  const web = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`http://localhost:${webPort}${path}`, init);
  const list = async (query = ''): Promise<{ total: number; items: MailSummary[] }> =>
    (await (await web(`/messages?${query}`)).json()) as { total: number; items: MailSummary[] };
  const read = async (id: string): Promise<MailInFull> => (await (await web(`/messages/${id}`)).json()) as MailInFull;
  const misbehave = (body: object): Promise<Response> =>
    web('/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const send = (changes: Partial<Letter> = {}): Promise<unknown> =>
    nodemailer
      .createTransport({ host: '127.0.0.1', port: smtpPort, connectionTimeout: 3000 })
      .sendMail({ from: 'care@fairway.invalid', ...aLetter(changes) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fairway-mail-'));
    [smtpPort, webPort] = [await freePort(), await freePort()];
    await start();
  }, 30_000);

  beforeEach(() => misbehave({ mode: 'ok' }));

  afterAll(async () => {
    await stop('SIGTERM');
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps what it is sent, with its parts and links', async () => {
    await send({
      to: 'reader@example.org',
      subject: 'Grüße',
      text: 'Answer: http://localhost:3000/r/a?b=1&c=2.',
      html: '<a href="http://localhost:3000/r/a?b=1&amp;c=2">Answer</a><a href="http://localhost:3000/r/stop">Stop</a>',
    });
    const { items } = await list('to=READER@example.org');
    const mail = await read(items[0]!.id);
    expect(mail).toMatchObject({ to: ['reader@example.org'], from: 'care@fairway.invalid', subject: 'Grüße' });
    expect(mail.text).toContain('Answer: http://localhost:3000/r/a?b=1&c=2.');
    expect(mail.links).toEqual(['http://localhost:3000/r/a?b=1&c=2', 'http://localhost:3000/r/stop']);
    expect(mail.headers['mime-version']).toBe('1.0');
  });

  it('lists the newest first, by recipient, time and page', async () => {
    for (const subject of ['one', 'two', 'three']) await send({ to: 'pages@example.org', subject });
    const subjects = async (query: string): Promise<string[]> => (await list(query)).items.map((mail) => mail.subject);
    expect(await subjects('to=pages@')).toEqual(['three', 'two', 'one']);
    expect(await subjects('to=pages@&limit=1')).toEqual(['three']);
    expect(await subjects('to=pages@&limit=1&offset=2')).toEqual(['one']);
    expect(await subjects('to=nobody@')).toEqual([]);
    expect(await subjects('to=pages@&since=2100-01-01T00:00:00Z')).toEqual([]);
    expect((await list('to=pages@&limit=1')).total).toBe(3);
  });

  it('keeps everything through a kill, and a line cut short costs nothing else', async () => {
    await send({ to: 'kept@example.org', subject: 'Before the kill' });
    await stop('SIGKILL');
    await appendFile(join(folder, 'index.ndjson'), '{"id":"half');
    await start();
    await send({ to: 'kept@example.org', subject: 'After the kill' });
    await stop('SIGKILL');
    await start();
    const { items } = await list('to=kept@');
    expect(items.map((mail) => mail.subject)).toEqual(['After the kill', 'Before the kill']);
    expect((await read(items[1]!.id)).text).toContain('Plain words');
  }, 30_000);

  it('takes many at once without losing one', async () => {
    const pool = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, pool: true, maxConnections: 4 });
    const letters = Array.from({ length: 300 }, (_, number) => aLetter({ to: `many-${number}@example.org` }));
    await Promise.all(letters.map((letter) => pool.sendMail({ from: 'care@fairway.invalid', ...letter })));
    pool.close();
    const { total, items } = await list('to=many-&limit=1000');
    expect(total).toBe(300);
    expect(new Set(items.flatMap((mail) => mail.to)).size).toBe(300);
  }, 30_000);

  it('shows what others wrote as text, never as part of the page', async () => {
    await send({ to: 'odd@example.org', subject: '<img src=x onerror=alert(1)>', text: '<script>alert(1)</script>' });
    const { items } = await list('to=odd@');
    for (const path of ['/?to=odd@', `/read/${items[0]!.id}`, '/?to=%22%3E%3Cscript%3E']) {
      const response = await web(path);
      expect(await response.text()).not.toMatch(/<img src=x|<script>/);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    const frame = await web(`/read/${items[0]!.id}/html`);
    expect(frame.headers.get('content-security-policy')).toMatch(/sandbox(?!.*allow-scripts)/);
  });

  it.each(['/messages/none', '/read/none', '/read/..%2f..%2fetc%2fpasswd', '/nowhere', '/read/%E0%A4%A'])(
    'has nothing at %s',
    async (path) => {
      expect((await web(path)).status).toBe(404);
    },
  );

  it('answers nobody who asks by another name', async () => {
    const status = await new Promise((resolve) => {
      request({ port: webPort, host: '127.0.0.1', path: '/messages', headers: { host: 'evil.example' } }, (response) =>
        resolve(response.statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });

  describe('misbehaves when told to', () => {
    const outcome = (): Promise<unknown> =>
      send({ to: 'faults@example.org' }).then(
        () => 'sent',
        (error: { responseCode?: number }) => error.responseCode ?? 'no answer',
      );
    const count = async (): Promise<number> => (await list('to=faults@')).total;

    it.each([
      ['ok', 'sent', 1],
      ['reject', 550, 0],
      ['busy', 451, 0],
      ['drop', 'no answer', 0],
      ['drop-after', 'no answer', 1],
      ['down', 'no answer', 0],
    ])('by %s', async (mode, expected, kept) => {
      const before = await count();
      expect((await misbehave({ mode })).status).toBe(200);
      expect(await outcome()).toBe(expected);
      expect((await count()) - before).toBe(kept);
      await misbehave({ mode: 'ok' });
      expect(await outcome()).toBe('sent');
    });

    it('by taking its time', async () => {
      await misbehave({ mode: 'slow', ms: 400 });
      const began = performance.now();
      expect(await outcome()).toBe('sent');
      expect(performance.now() - began).toBeGreaterThanOrEqual(390);
    });

    it.each([[{ mode: 'wild' }], [{}], [[]]])('but not by %j', async (body) => {
      expect((await misbehave(body)).status).toBe(400);
    });

    it('but not for a form on another page', async () => {
      const response = await web('/faults', { method: 'POST', body: new URLSearchParams({ mode: 'down' }) });
      expect(response.status).toBe(415);
      expect(await outcome()).toBe('sent');
    });
  });
});
