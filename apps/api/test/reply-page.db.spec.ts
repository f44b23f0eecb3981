import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LightMyRequestResponse as Response } from 'fastify';
import { AllocationService } from '#care/allocation';
import { hashOf, newToken } from '#care/contact';
import { Settings } from '#platform/config';
import { Trial } from './trial.js';

let trial: Trial;
let story: Awaited<ReturnType<Trial['story']>>;
let token: string;
let stopToken: string;

beforeAll(async () => {
  trial = await Trial.open();
}, 60_000);
afterAll(() => trial.close());

beforeEach(async () => {
  story = await trial.story({ nhsNumber: null });
  token = await aLink('answer');
  stopToken = await aLink('stop');
});

async function aLink(purpose: 'answer' | 'stop', expiresAt = new Date(Date.now() + 86_400_000)): Promise<string> {
  const { client } = trial.database;
  const value = newToken(purpose, Buffer.from(trial.app.get(Settings).get('LINK_KEY'), 'base64'));
  const { episodeId, personId } = story;
  const message = await client.message.create({
    data: {
      key: value,
      episodeId,
      personId,
      programme: 'stop-smoking',
      step: 'invite',
      template: 'stop-smoking-invite',
      attempt: 1,
      channel: 'email',
      fate: 'sent',
      createdAt: new Date(),
    },
  });
  await client.replyLink.create({
    data: { tokenHash: hashOf(value), messageId: message.id, episodeId, personId, purpose, expiresAt },
  });
  return value;
}

const look = (link: string): Promise<Response> => trial.anybody({ url: `/r/${link}` });
const post = (link: string, payload: string): Promise<Response> =>
  trial.anybody({
    method: 'POST',
    url: `/r/${link}`,
    payload,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

/** What replies, permissions, links and messages to the pathway there are. */
async function traces(): Promise<unknown> {
  const { client } = trial.database;
  const { episodeId, personId } = story;
  return {
    replies: await client.reply.count({ where: { episodeId } }),
    permissions: await client.contactPermission.count({ where: { personId } }),
    used: await client.replyLink.count({ where: { episodeId, usedAt: { not: null } } }),
    events: await client.outboxEntry.count({ where: { lane: episodeId, topic: 'pathway-event' } }),
  };
}

describe('the reply page', () => {
  it('changes nothing when it is looked at, however often', async () => {
    const before = await traces();
    const pages = [await look(token), await look(token)];
    expect(pages.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect(await traces()).toEqual(before);
  });

  it('names nobody, runs no script and leaves no trace elsewhere', async () => {
    const { body, headers } = await look(token);
    expect(body).not.toMatch(/Testa|Marlowe|999 ?000|<script|https?:\/\//);
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'/,
    );
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('takes an answer once, says what happens, and shows it to whoever comes again', async () => {
    const first = await post(token, 'answer=yes');
    expect([first.statusCode, first.body.includes('we have your answer')]).toEqual([200, true]);
    const after = await traces();
    expect(after).toMatchObject({ replies: 1, used: 1, events: 1 });
    const second = await post(token, 'answer=sorted');
    expect([second.statusCode, second.body]).toEqual([200, first.body]);
    expect((await look(token)).body).toBe(first.body);
    expect(await traces()).toEqual(after);
  });

  it('takes one answer of many that come at the same moment', async () => {
    await Promise.all(['yes', 'not-now', 'sorted', 'yes', 'stop'].map((answer) => post(token, `answer=${answer}`)));
    expect(await traces()).toMatchObject({ replies: 1, events: 1 });
  });

  it('stops everything about the programme when asked', async () => {
    expect((await post(token, 'answer=stop')).body).toContain('We will stop');
    expect(await traces()).toMatchObject({ replies: 1, permissions: 1, events: 1 });
  });

  it('takes the one click of a mail program, and only by post', async () => {
    expect((await look(stopToken)).body).toContain('value="stop"');
    expect(await traces()).toMatchObject({ permissions: 0 });
    const answer = await post(stopToken, 'List-Unsubscribe=One-Click');
    expect([answer.statusCode, answer.body.includes('We will stop')]).toEqual([200, true]);
    expect(await traces()).toMatchObject({ permissions: 1, events: 1 });
  });

  it('takes nothing but stop from a stop link', async () => {
    const answer = await post(stopToken, 'answer=yes');
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'contact.answer_not_offered']);
    expect(await traces()).toMatchObject({ replies: 0 });
  });

  it.each(['', 'answer=later', 'answer=later&when=never', 'answer=yes&when=week', 'answer=maybe'])(
    'shows the question again for %j, which chooses nothing',
    async (payload) => {
      const answer = await post(token, payload);
      expect([answer.statusCode, answer.body.includes('value="yes"')]).toEqual([200, true]);
      expect(await traces()).toMatchObject({ replies: 0 });
    },
  );

  it('hears when to ask again, and says so to the pathway and to the person', async () => {
    const answer = await post(token, 'answer=later&when=month');
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('We will ask you again on or after');
    const { client } = trial.database;
    const reply = await client.reply.findFirstOrThrow({ where: { episodeId: story.episodeId } });
    const days = (reply.until!.getTime() - reply.at.getTime()) / 86_400_000;
    expect([reply.answer, days >= 28 && days < 32]).toEqual(['later', true]);
    const event = await client.outboxEntry.findFirstOrThrow({
      where: { lane: story.episodeId, topic: 'pathway-event' },
      orderBy: { seq: 'desc' },
    });
    expect(event.body).toEqual({
      kind: 'replied',
      id: reply.id,
      answer: 'later',
      step: 'invite',
      until: reply.until?.toISOString(),
    });
    expect((await look(token)).body).toBe(answer.body);
  });

  it.each(['x', 'a'.repeat(40), '%00', "' OR 1=1", 'a'.repeat(299)])('knows no link %j', async (link) => {
    for (const answer of [await look(encodeURIComponent(link)), await post(encodeURIComponent(link), 'answer=yes')]) {
      expect([answer.statusCode, answer.body.includes('We do not know this link')]).toEqual([404, true]);
    }
  });

  it('says when the time has passed', async () => {
    const old = await aLink('answer', new Date(Date.now() - 1000));
    for (const answer of [await look(old), await post(old, 'answer=yes')]) {
      expect([answer.statusCode, answer.body.includes('no longer works')]).toEqual([410, true]);
    }
    expect(await traces()).toMatchObject({ replies: 0 });
  });

  it('says when there is nothing to answer any more, but still hears a stop', async () => {
    await trial.app.get(AllocationService).close({ episodeId: story.episodeId, at: new Date() });
    for (const answer of [await look(token), await post(token, 'answer=yes')]) {
      expect([answer.statusCode, answer.body.includes('nothing to answer')]).toEqual([410, true]);
    }
    expect((await post(stopToken, 'answer=stop')).statusCode).toBe(200);
    expect(await traces()).toMatchObject({ permissions: 1 });
  });
});
