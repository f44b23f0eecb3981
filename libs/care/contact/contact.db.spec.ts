import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PopulationService } from '#care/population';
import { Database, Prisma } from '#platform/database';
import { Mailer, MailUnavailable } from '#platform/mail';
import { PostOffice } from '../../../test/factories/post-office.js';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { ContactModule, ContactService, type MessageCall } from './index.js';

const IN_THREE_DAYS = new Date('2026-11-26T10:00:00Z');

/** Runs work as another request would: outside any transaction of the test. */
const outside = AsyncLocalStorage.snapshot();

let stage: Stage;
let post: PostOffice;
let contact: ContactService;

beforeAll(async () => {
  post = await PostOffice.open();
  stage = await Stage.open([ContactModule], { SMTP_URL: post.url });
  contact = stage.get(ContactService);
});
afterAll(async () => {
  stage.get(Mailer).onApplicationShutdown();
  await stage.close();
  await post.close();
});
beforeEach(() => {
  post.delivered.length = 0;
  post.mood = 'takes';
  post.onTaken = null;
  stage.clock.moveTo(NOW);
});

function aCall(changes: Partial<MessageCall> & { episodeId: string }): MessageCall {
  return {
    step: 'invite',
    key: `pathway/${changes.episodeId}:${changes.seq ?? 1}`,
    seq: 1,
    at: stage.clock.now().toISOString(),
    title: 'Invitation',
    template: 'stop-smoking-invite',
    channels: ['email', 'sms', 'letter'],
    attempt: 1,
    linkLasts: { amount: 14, unit: 'days' },
    nextAt: '2026-11-30T10:00:00.000Z',
    ...changes,
  };
}

async function anEpisodeOf(person: Partial<Prisma.PersonUncheckedCreateInput>): Promise<string> {
  return stage.anEpisode({ personId: await stage.aPerson(person) });
}

/** Sends an invitation and opens the mail. */
async function anInvitation(changes: Partial<MessageCall> = {}) {
  const episodeId = changes.episodeId ?? (await stage.anEpisode());
  expect(await contact.sendMessage(aCall({ ...changes, episodeId }))).toEqual({ fate: 'sent' });
  const { mail, recipients } = post.delivered.at(-1) ?? {};
  const [answer = '', stop = ''] = [...(mail?.text ?? '').matchAll(/\/r\/(\S+)/g)].map(([, token]) => token);
  return { episodeId, mail, recipients, answer, stop };
}

/** Lets the program write to messages, or not: it sees a database that fails it. */
async function mayNoteMessages(allowed: boolean): Promise<void> {
  const owner = new pg.Client({ connectionString: stage.copy.ownerUrl });
  await owner.connect();
  await owner.query(allowed ? 'GRANT UPDATE ON message TO fairway_app' : 'REVOKE UPDATE ON message FROM fairway_app');
  await owner.end();
}

function fateOf(episodeId: string) {
  return stage.db.message.findFirstOrThrow({ where: { episodeId }, select: { fate: true, because: true } });
}

describe('sending', () => {
  it('reaches one person, with both forms and one-click unsubscribe', async () => {
    const episodeId = await anEpisodeOf({ email: 'alba@example.org' });
    const { mail, recipients, stop } = await anInvitation({ episodeId });
    expect(recipients).toEqual(['alba@example.org']);
    expect(mail?.text).toContain('Hello Alba,');
    expect(mail?.html).toContain('northamptonshire care team');
    expect(mail?.messageId).toBe(`<pathway.${episodeId}.1@fairway.test>`);
    const headers = new Map(mail?.headerLines.map(({ key, line }) => [key, line.replaceAll(/\s+/g, ' ')]));
    expect(headers.get('list-unsubscribe')).toBe(`List-Unsubscribe: <http://fairway.test/r/${stop}>`);
    expect(headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  });

  it('keeps only the hash of a link', async () => {
    const { episodeId, answer, stop } = await anInvitation();
    const links = JSON.stringify(await stage.db.replyLink.findMany({ where: { episodeId } }));
    expect(links).not.toContain(answer);
    expect(links).not.toContain(stop);
  });

  it('sends once, however often it is asked', async () => {
    const { episodeId } = await anInvitation();
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'sent' });
    expect(post.delivered).toHaveLength(1);
    expect(await stage.db.message.count({ where: { episodeId } })).toBe(1);
  });

  it('sends once when asked ten times at the same moment', async () => {
    const episodeId = await stage.anEpisode();
    await Promise.all(Array.from({ length: 10 }, () => contact.sendMessage(aCall({ episodeId }))));
    expect(post.delivered).toHaveLength(1);
    expect((await fateOf(episodeId)).fate).toBe('sent');
  });

  it('says on the episode what it waits for', async () => {
    const { episodeId } = await anInvitation();
    expect(await stage.db.episode.findUnique({ where: { id: episodeId } })).toMatchObject({
      step: 'invite',
      stepTitle: 'Invitation',
      nextAt: new Date('2026-11-30T10:00:00Z'),
    });
  });
});

describe('suppression', () => {
  it.each([
    ['died', { deceasedOn: new Date('2026-11-01') }, 'died'],
    ['moved away', { movedAwayOn: new Date('2026-11-01') }, 'moved-away'],
    ['has a protected address', { sensitive: true }, 'sensitive'],
  ])('holds back a message to someone who %s', async (_what, person, because) => {
    const episodeId = await anEpisodeOf(person);
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'suppressed' });
    expect(await fateOf(episodeId)).toEqual({ fate: 'suppressed', because });
    expect(post.delivered).toEqual([]);
  });

  it.each(['all', 'stop-smoking'])('holds back a message to someone who opted out of %s', async (purpose) => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    await stage.get(PopulationService).recordOptOut({ personId, purpose, source: 'test', sourceId: personId });
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'suppressed' });
    expect(post.delivered).toEqual([]);
  });

  it('still writes about another programme', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    await stage
      .get(PopulationService)
      .recordOptOut({ personId, purpose: 'housing-referral', source: 'test', sourceId: personId });
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'sent' });
  });

  it('holds back a message of an episode that has ended', async () => {
    const episodeId = await stage.anEpisode({ status: 'ended' });
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'suppressed' });
  });

  it.each([
    ['no address', null, 'no-address'],
    ['an address that hides a second', 'a@example.org\r\nBcc: b@example.org', 'address-not-valid'],
    ['two addresses', 'a@example.org, b@example.org', 'address-not-valid'],
  ])('cannot reach someone with %s', async (_what, email, because) => {
    const episodeId = await anEpisodeOf({ email });
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unreachable' });
    expect(await fateOf(episodeId)).toEqual({ fate: 'unreachable', because });
    expect(post.delivered).toEqual([]);
  });

  it('waits for an opt-out that is being written', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    const database = stage.get(Database);
    let sending: Promise<unknown> = Promise.resolve();
    await database.inTransaction(async () => {
      await stage.db.$queryRaw`SELECT 1 FROM episode WHERE id = ${episodeId}::uuid FOR NO KEY UPDATE`;
      await stage.get(PopulationService).recordOptOut({ personId, purpose: 'all', source: 'test', sourceId: personId });
      // Begun outside this transaction, as another request would be.
      sending = outside(() => contact.sendMessage(aCall({ episodeId })));
      await new Promise((resolve) => setTimeout(resolve, 200));
    });
    expect(await sending).toEqual({ fate: 'suppressed' });
  });
});

describe('when sending goes wrong', () => {
  it('never sends again after a crash between the server’s yes and our note of it', async () => {
    const episodeId = await stage.anEpisode();
    // What a killed worker leaves behind: the server has the message, and nobody could write that down.
    post.onTaken = () => mayNoteMessages(false);
    await expect(contact.sendMessage(aCall({ episodeId }))).rejects.toThrow();
    await mayNoteMessages(true);
    post.onTaken = null;
    expect((await fateOf(episodeId)).fate).toBe('claimed');

    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unknown' });
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unknown' });
    expect(post.delivered).toHaveLength(1);
    const { id } = await stage.db.message.findFirstOrThrow({ where: { episodeId } });
    expect(await stage.db.auditEntry.count({ where: { action: 'message.unknown', subjectId: id } })).toBe(1);
  });

  it('counts a line cut after the message went as unknown, and does not send again', async () => {
    const episodeId = await stage.anEpisode();
    post.mood = 'hangs-up-after-taking';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unknown' });
    post.mood = 'takes';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unknown' });
    expect(post.delivered).toHaveLength(1);
  });

  it('knows that a message of unknown fate has arrived once its link is used', async () => {
    const episodeId = await stage.anEpisode();
    post.mood = 'hangs-up-after-taking';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'unknown' });
    post.mood = 'takes';
    const [, token = ''] = /\/r\/(\S+)/.exec(post.delivered[0]?.mail.text ?? '') ?? [];
    await contact.answer(token, 'yes');
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'sent' });
    expect(await stage.db.message.findMany({ where: { episodeId } })).toMatchObject([{ fate: 'sent', because: null }]);
    expect(post.delivered).toHaveLength(1);
  });

  it('may try again when the server took nothing, with new links', async () => {
    const episodeId = await stage.anEpisode();
    post.mood = 'busy';
    await expect(contact.sendMessage(aCall({ episodeId }))).rejects.toThrow(MailUnavailable);
    post.mood = 'takes';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'sent' });
    expect(post.delivered).toHaveLength(1);
  });

  it('asks again whether it may write before it tries again', async () => {
    const personId = await stage.aPerson();
    const episodeId = await stage.anEpisode({ personId });
    post.mood = 'busy';
    await expect(contact.sendMessage(aCall({ episodeId }))).rejects.toThrow(MailUnavailable);
    await stage.get(PopulationService).recordOptOut({ personId, purpose: 'all', source: 'test', sourceId: 'again' });
    post.mood = 'takes';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'suppressed' });
    expect(post.delivered).toEqual([]);
  });

  it('gives up on an address the server refuses', async () => {
    const episodeId = await stage.anEpisode();
    post.mood = 'refuses';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'failed' });
    post.mood = 'takes';
    expect(await contact.sendMessage(aCall({ episodeId }))).toEqual({ fate: 'failed' });
    expect(post.delivered).toEqual([]);
  });
});

describe('a reply link', () => {
  it('changes nothing when opened, however often', async () => {
    const { episodeId, answer } = await anInvitation();
    const before = await stage.db.replyLink.findMany({ where: { episodeId } });
    for (let time = 0; time < 3; time += 1) {
      expect(await contact.previewReply(answer)).toMatchObject({ state: 'open', programmeTitle: 'Stop smoking' });
    }
    expect(await stage.db.replyLink.findMany({ where: { episodeId } })).toEqual(before);
    expect(await stage.told(episodeId)).toEqual([]);
  });

  it('tells the pathway, and shows the first answer ever after', async () => {
    const { episodeId, answer } = await anInvitation();
    expect(await contact.answer(answer, 'yes')).toMatchObject({ state: 'used', answered: 'yes' });
    expect(await contact.answer(answer, 'not-now')).toMatchObject({ state: 'used', answered: 'yes' });
    expect(await contact.previewReply(answer)).toMatchObject({ state: 'used', answered: 'yes' });
    const [reply] = await stage.db.reply.findMany({ where: { episodeId } });
    expect(await stage.told(episodeId)).toEqual([{ kind: 'replied', id: reply?.id, answer: 'yes', step: 'invite' }]);
    const [audit] = await stage.db.auditEntry.findMany({
      where: { action: 'reply.received' },
      orderBy: { seq: 'desc' },
    });
    expect(audit).toMatchObject({ actorKind: 'person', actorId: reply?.personId, personId: reply?.personId });
  });

  it('counts one answer when twenty come at the same moment, over two messages', async () => {
    const first = await anInvitation();
    stage.clock.moveTo(IN_THREE_DAYS);
    const second = await anInvitation({ episodeId: first.episodeId, seq: 2, attempt: 2 });
    const answers = Array.from({ length: 20 }, (_, nth) =>
      contact.answer(nth % 2 ? first.answer : second.answer, nth % 3 ? 'yes' : 'sorted'),
    );
    const answered = new Set((await Promise.all(answers)).map((page) => page.answered));
    expect(answered.size).toBe(1);
    expect(await stage.told(first.episodeId)).toHaveLength(1);
  });

  it('stops everything about this programme when asked to', async () => {
    const { episodeId, answer } = await anInvitation();
    await contact.answer(answer, 'stop');
    const [reply] = await stage.db.reply.findMany({ where: { episodeId } });
    expect(await stage.told(episodeId)).toEqual([{ kind: 'left', id: reply?.id, reason: 'opted-out' }]);
    const may = (purpose: string) =>
      stage
        .get(PopulationService)
        .mayContact(reply?.personId ?? '', { channel: 'email', purpose, at: stage.clock.now() });
    expect(await may('stop-smoking')).toEqual({ allowed: false, because: 'opted-out-of-purpose' });
    expect(await may('housing-referral')).toEqual({ allowed: true });
  });

  it('to stop works after a yes, takes nothing else, and works once', async () => {
    const { episodeId, answer, stop } = await anInvitation();
    await contact.answer(answer, 'yes');
    await expect(contact.answer(stop, 'yes')).rejects.toMatchObject({ code: 'contact.answer_not_offered' });
    expect(await contact.answer(stop, 'stop')).toMatchObject({ state: 'used', answered: 'stop' });
    await contact.answer(stop, 'stop');
    expect(await stage.told(episodeId)).toHaveLength(2);
    expect(
      await stage.db.contactPermission.count({
        where: { source: 'reply', allowed: false, person: { episodes: { some: { id: episodeId } } } },
      }),
    ).toBe(1);
  });

  it('runs out', async () => {
    const { episodeId, answer } = await anInvitation();
    stage.clock.moveTo(new Date('2026-12-07T10:00:00Z'));
    expect((await contact.previewReply(answer)).state).toBe('expired');
    await expect(contact.answer(answer, 'yes')).rejects.toMatchObject({ code: 'contact.link_expired' });
    expect(await stage.told(episodeId)).toEqual([]);
  });

  it('still works at its last moment', async () => {
    const { answer } = await anInvitation();
    stage.clock.moveTo(new Date('2026-12-07T09:59:59Z'));
    expect((await contact.answer(answer, 'sorted')).answered).toBe('sorted');
  });

  it('answers nothing once the episode has ended, but still hears a stop', async () => {
    const { episodeId, answer, stop } = await anInvitation();
    await stage.db.episode.update({ where: { id: episodeId }, data: { status: 'ended' } });
    expect((await contact.previewReply(answer)).state).toBe('closed');
    await expect(contact.answer(answer, 'yes')).rejects.toMatchObject({ code: 'contact.link_closed' });
    expect((await contact.answer(stop, 'stop')).answered).toBe('stop');
    expect(await stage.told(episodeId)).toEqual([]);
  });

  it('cannot be guessed: wrong, malformed and near misses look alike', async () => {
    const { answer } = await anInvitation();
    const near = `${answer.startsWith('A') ? 'B' : 'A'}${answer.slice(1)}`;
    const told = await Promise.all(
      [near, answer.slice(1), `${answer}=`, '', "' OR 1=1 --", '\0', 'a'.repeat(10_000)].map((token) =>
        contact.previewReply(token).catch((error: Error & { code: string }) => `${error.code} ${error.message}`),
      ),
    );
    expect(new Set(told)).toEqual(
      new Set(['contact.link_unknown This link does not work. Check that you copied all of it.']),
    );
  });

  it('cannot be turned to another person', async () => {
    const mine = await anInvitation();
    const other = await anInvitation();
    await contact.answer(mine.answer, 'yes');
    expect((await contact.previewReply(other.answer)).state).toBe('open');
    expect(await stage.told(other.episodeId)).toEqual([]);
  });

  it('takes only the answers on the page', async () => {
    const { answer } = await anInvitation();
    await expect(contact.answer(answer, 'maybe')).rejects.toMatchObject({ code: 'contact.answer_not_offered' });
  });
});
