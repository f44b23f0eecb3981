import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse as Response } from 'fastify';
import { ContactService } from '#care/contact';
import { aBounce } from '../../../test/factories/bounce.js';
import { NOTIFY_CALLBACK_TOKEN, NOTIFY_KEY, NotifyStandIn } from '../../../test/factories/notify-stand-in.js';
import { PostOffice } from '../../../test/factories/post-office.js';
import { type Story, Trial } from './trial.js';

const BOUNCE_TOKEN = 'a bounce token for tests'.replaceAll(' ', '-');

let trial: Trial;
let notify: NotifyStandIn;
let post: PostOffice;
let story: Story;

beforeAll(async () => {
  const port = await freePort();
  [notify, post] = await Promise.all([
    NotifyStandIn.open(`http://127.0.0.1:${port}/api/receipts/notify`),
    PostOffice.open(),
  ]);
  trial = await Trial.open({
    SMTP_URL: post.url,
    NOTIFY_URL: notify.url,
    NOTIFY_API_KEY: NOTIFY_KEY,
    NOTIFY_CALLBACK_TOKEN,
    BOUNCE_TOKEN,
  });
  await trial.app.listen(port, '127.0.0.1');
}, 60_000);
afterAll(async () => {
  await trial.close();
  await Promise.all([notify.close(), post.close()]);
});
beforeEach(async () => {
  story = await trial.story({ nhsNumber: null });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function send(channel: 'sms' | 'email', phone = '07700 900123'): Promise<void> {
  const { client } = trial.database;
  await client.person.update({ where: { id: story.personId }, data: { phone } });
  // Within hours in which a text may go, whenever this runs.
  const terms = { from: '00:00', to: '00:01', days: [], bankHolidays: false };
  const newest = await client.contactPolicyVersion.findFirstOrThrow({ orderBy: { version: 'desc' } });
  const definition = newest.definition as { quietHours: object };
  await client.contactPolicyVersion.create({
    data: {
      version: newest.version + 1,
      definition: { ...definition, version: newest.version + 1, quietHours: { ...definition.quietHours, sms: terms } },
      hash: 'test',
      loadedAt: new Date(),
    },
  });
  const outcome = await trial.app.get(ContactService).sendMessage({
    episodeId: story.episodeId,
    step: 'invite',
    key: `pathway/${story.episodeId}:9`,
    seq: 9,
    at: new Date().toISOString(),
    title: 'Invitation',
    template: 'stop-smoking-invite',
    channels: [channel],
    attempt: 1,
    linkLasts: { amount: 14, unit: 'days' },
    nextAt: new Date(Date.now() + 86_400_000).toISOString(),
  });
  expect(outcome).toEqual({ fate: 'sent' });
}

const postMail = (payload: string, token = BOUNCE_TOKEN): Promise<Response> =>
  trial.anybody({
    method: 'POST',
    url: '/api/receipts/mail',
    payload,
    headers: { 'content-type': 'message/rfc822', authorization: `Bearer ${token}` },
  });
const postReceipt = (payload: object, token = NOTIFY_CALLBACK_TOKEN): Promise<Response> =>
  trial.anybody({
    method: 'POST',
    url: '/api/receipts/notify',
    payload,
    headers: { authorization: `Bearer ${token}` },
  });
const events = async (): Promise<unknown[]> => {
  const entries = await trial.database.client.outboxEntry.findMany({
    where: { lane: story.episodeId, topic: 'pathway-event' },
    orderBy: { seq: 'asc' },
  });
  return entries.map(({ body }) => body);
};
const messageOf = () => trial.database.client.message.findFirstOrThrow({ where: { episodeId: story.episodeId } });
const receiptOf = async (): Promise<string> => {
  for (let tries = 0; tries < 200; tries += 1) {
    const { receipt } = await messageOf();
    if (receipt) return receipt;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no receipt came');
};

describe('receipts of GOV.UK Notify', () => {
  it('come in by themselves when a text was delivered', async () => {
    await send('sms');
    expect(await receiptOf()).toBe('delivered');
    expect(await events()).toEqual([]);
  }, 15_000);

  it('move the pathway on when a number does not exist', async () => {
    await send('sms', '07700 900002');
    expect(await receiptOf()).toBe('bounced');
    expect(await events()).toMatchObject([
      { kind: 'message-failed', step: 'invite', attempt: 1, because: 'permanent-failure' },
    ]);
  }, 15_000);

  it('are answered alike when they come again, or know nobody, or are not final', async () => {
    await send('sms');
    await receiptOf();
    const { providerRef: id } = await messageOf();
    const answers = [
      await postReceipt({ id, status: 'delivered', to: '07700900123', notification_type: 'sms' }),
      await postReceipt({ id: story.personId, status: 'delivered' }),
      await postReceipt({ id, status: 'sending' }),
    ];
    expect(answers.map((answer) => [answer.statusCode, answer.json().outcome])).toEqual([
      [200, 'repeated'],
      [200, 'unknown'],
      [200, 'not-final'],
    ]);
  }, 15_000);

  it.each([{}, { id: 'x', status: 'delivered' }, { status: 'delivered' }, [], { id: 1, status: 2 }])(
    'are refused when they say %j',
    async (payload) => {
      expect((await postReceipt(payload)).statusCode).toBe(400);
    },
  );
});

describe('reports of mail servers', () => {
  it('move the pathway on when a mail came back', async () => {
    await send('email');
    const messageId = post.delivered.at(-1)?.mail.messageId ?? '';
    const bounce = aBounce({ messageId });
    const [first, again] = [await postMail(bounce), await postMail(bounce)];
    expect([first.json(), again.json()]).toEqual([{ outcome: 'recorded' }, { outcome: 'repeated' }]);
    expect(await events()).toMatchObject([{ kind: 'message-failed', because: '5.1.1' }]);
  });

  it('only say so when the server goes on trying', async () => {
    await send('email');
    const messageId = post.delivered.at(-1)?.mail.messageId ?? '';
    const answer = await postMail(
      aBounce({ messageId, action: 'delayed', status: '4.4.1', id: '<delayed@mx.example.org>' }),
    );
    expect(answer.json()).toEqual({ outcome: 'recorded' });
    expect(await events()).toEqual([]);
  });

  it('of other people’s mail are answered and forgotten', async () => {
    const answer = await postMail(aBounce({ messageId: '<someone@else.example>', id: '<other@mx>' }));
    expect([answer.statusCode, answer.json()]).toEqual([200, { outcome: 'unknown' }]);
  });

  it('are refused when they are none, with what to send', async () => {
    const answer = await postMail('From: a@example.org\n\nI am away.');
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'receipts.not_a_report']);
    expect(answer.json().detail).toContain('RFC 3464');
  });

  it('are taken as mails alone', async () => {
    const answer = await trial.anybody({
      method: 'POST',
      url: '/api/receipts/mail',
      payload: { subject: 'x' },
      headers: { authorization: `Bearer ${BOUNCE_TOKEN}` },
    });
    expect(answer.statusCode).toBe(415);
    const elsewhere = await trial.anybody({
      method: 'POST',
      url: '/api/triggers',
      payload: 'x',
      headers: { 'content-type': 'message/rfc822' },
    });
    expect(elsewhere.statusCode).toBe(415);
  });
});

describe('the tokens', () => {
  it.each(['', 'wrong', NOTIFY_CALLBACK_TOKEN])('let nobody in to the mail route with %j', async (token) => {
    const answer = await postMail(aBounce(), token);
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'receipts.token_wrong']);
  });

  it('let nobody in to the route of GOV.UK Notify with the other', async () => {
    expect((await postReceipt({ id: story.personId, status: 'delivered' }, BOUNCE_TOKEN)).statusCode).toBe(401);
  });
});
