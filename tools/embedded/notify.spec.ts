import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NotifyClient } from 'notifications-node-client';
import { NOTIFY_CALLBACK_TOKEN, NOTIFY_KEY, NotifyStandIn } from '../../test/factories/notify-stand-in.js';

const TEXT = '0f4e3c1a-5b1d-4c56-9d2e-1a2b3c4d5e01';
const LETTER = '0f4e3c1a-5b1d-4c56-9d2e-1a2b3c4d5e02';

interface Callback {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

describe('the stand-in for GOV.UK Notify', () => {
  let office: NotifyStandIn;
  let client: NotifyClient;
  let hearer: Server;
  let refuse = 0;
  const heard: Callback[] = [];

  beforeAll(async () => {
    hearer = createServer((asked, answer) => {
      const chunks: Buffer[] = [];
      asked.on('data', (chunk: Buffer) => chunks.push(chunk));
      asked.on('end', () => {
        refuse -= 1;
        if (refuse >= 0) return answer.writeHead(503).end();
        heard.push({ headers: asked.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
        return answer.writeHead(200).end();
      });
    });
    await new Promise<void>((resolve) => hearer.listen(0, '127.0.0.1', resolve));
    office = await NotifyStandIn.open(`http://127.0.0.1:${(hearer.address() as AddressInfo).port}/receipts`);
    client = new NotifyClient(office.url, NOTIFY_KEY);
  }, 30_000);
  afterAll(async () => {
    await office.close();
    hearer.closeAllConnections();
    hearer.close();
  });
  beforeEach(() => office.misbehave('ok'));

  /** What the service said to a request of the real client that it refused. */
  const refusal = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'taken',
      (error: { response: { data: unknown } }) => error.response.data,
    );
  const callbackOf = async (id: string): Promise<Callback> => {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = heard.find(({ body }) => body['id'] === id);
      if (found) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('no receipt came');
  };
  const raw = (authorization: string): Promise<Response> =>
    fetch(`${office.url}/v2/notifications/sms`, { method: 'POST', headers: { authorization }, body: '{}' });
  const aToken = (claims: object, secret = NOTIFY_KEY.slice(-36), alg = 'HS256'): string => {
    const head = [{ typ: 'JWT', alg }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    const signature = createHmac('sha256', secret).update(head.join('.')).digest('base64url');
    return `Bearer ${[...head, signature].join('.')}`;
  };

  it.each([
    ['07700900123', 'delivered'],
    ['07700900002', 'permanent-failure'],
    ['+447700900003', 'temporary-failure'],
  ])('delivers a text to %s as %s, says so when asked and by a receipt', async (number, status) => {
    const { data } = await client.sendSms(TEXT, number, { personalisation: { message: 'Words' }, reference: 'ours' });
    expect(data).toMatchObject({ reference: 'ours', content: { body: 'Words' }, template: { id: TEXT } });
    const { headers, body } = await callbackOf(data.id);
    expect(headers.authorization).toBe(`Bearer ${NOTIFY_CALLBACK_TOKEN}`);
    expect(body).toMatchObject({ id: data.id, reference: 'ours', to: number, status, notification_type: 'sms' });
    expect((await client.getNotificationById(data.id)).data).toMatchObject({ status, phone_number: number });
  });

  it('delivers a receipt again that was not taken', async () => {
    refuse = 1;
    const { data } = await client.sendSms(TEXT, '07700900123', { personalisation: { message: 'Again' } });
    expect((await callbackOf(data.id)).body['status']).toBe('delivered');
  }, 15_000);

  it('finds messages by our reference', async () => {
    await client.sendSms(TEXT, '07700900123', { personalisation: { message: 'x' }, reference: 'one-of-a-kind' });
    const { data } = await client.getNotifications('sms', undefined, 'one-of-a-kind');
    expect(data.notifications.map(({ reference }) => reference)).toEqual(['one-of-a-kind']);
  });

  it.each([
    [
      'a field left out',
      () => client.sendSms(TEXT, '07700900123'),
      400,
      'BadRequestError',
      'Missing personalisation: message',
    ],
    [
      'no template',
      () => client.sendSms(TEXT.replace(/01$/, '99'), '07700900123'),
      400,
      'BadRequestError',
      'Template not found',
    ],
    [
      'a template that is no id',
      () => client.sendSms('text', '07700900123'),
      400,
      'ValidationError',
      'template_id is not a valid UUID',
    ],
    [
      'a number too short',
      () => client.sendSms(TEXT, '0770090'),
      400,
      'ValidationError',
      'phone_number Not enough digits',
    ],
    [
      'a letter to nowhere',
      () => client.sendLetter(LETTER, { personalisation: { message: 'x', heading: 'y' } }),
      400,
      'ValidationError',
      'Address must be at least 3 lines',
    ],
    ['an unknown id', () => client.getNotificationById(TEXT), 404, 'NoResultFound', 'No result found'],
  ])('refuses %s as GOV.UK Notify words it', async (_what, ask, status_code, error, message) => {
    expect(await refusal(ask())).toEqual({ status_code, errors: [{ error, message }] });
  });

  it('takes nobody without a fresh token signed with the key', async () => {
    const [iss, iat] = [NOTIFY_KEY.slice(-73, -37), Math.floor(Date.now() / 1000)];
    const statuses = await Promise.all(
      [
        '',
        'Bearer nonsense',
        aToken({ iss, iat }, 'another secret'),
        aToken({ iss, iat: iat - 120 }),
        aToken({ iss: TEXT, iat }),
        aToken({ iss, iat }, NOTIFY_KEY.slice(-36), 'none'),
      ].map(async (authorization) => (await raw(authorization)).status),
    );
    expect(statuses).toEqual([401, 403, 403, 403, 403, 403]);
    expect((await raw(aToken({ iss, iat }))).status).toBe(400);
  });

  it('shows what was caught as text, never as part of the page', async () => {
    const { data } = await client.sendSms(TEXT, '07700900123', {
      personalisation: { message: '<script>alert(1)</script> http://localhost:3000/r/x' },
    });
    for (const path of ['/', `/read/${data.id}`, '/?to=%22%3E%3Cscript%3E']) {
      const page = await fetch(`${office.url}${path}`);
      expect(page.status).toBe(200);
      expect(await page.text()).not.toContain('<script>');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
    expect(await (await fetch(`${office.url}/read/${data.id}`)).text()).toContain('href="http://localhost:3000/r/x"');
    expect((await fetch(`${office.url}/read/none`)).status).toBe(404);
  });

  it('answers nobody who asks by another name', async () => {
    const status = await new Promise((resolve) => {
      request(`${office.url}/messages`, { headers: { host: 'evil.example' } }, (answer) =>
        resolve(answer.statusCode),
      ).end();
    });
    expect(status).toBe(403);
  });
});
