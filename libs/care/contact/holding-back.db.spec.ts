import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AllocationService } from '#care/allocation';
import { TemplatesService } from '#care/contact';
import { PopulationService } from '#care/population';
import { Database } from '#platform/database';
import { MailUnavailable } from '#platform/mail';
import { ContactStage, tokensIn } from '../../../test/factories/contact-stage.js';

let room: ContactStage;

beforeAll(async () => {
  room = await ContactStage.open();
}, 60_000);
afterAll(() => room.close());
beforeEach(() => room.reset());

const moveTo = (at: string) => room.stage.clock.moveTo(new Date(at));

/** Two open episodes of one person, who can be reached in every way. */
async function aPersonOfTwo() {
  const personId = await room.stage.aPerson({ phone: '07700 900123' });
  const smoking = await room.stage.anEpisode({ personId });
  const housing = await room.stage.anEpisode({ personId, programme: 'housing-referral' });
  return { personId, smoking, housing };
}

const sendHousing = (episodeId: string, changes = {}) =>
  room.send({ episodeId, template: 'housing-referral-invite', ...changes });

describe('quiet hours', () => {
  it('hold a text back until the morning, and let it go then under a new key', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    moveTo('2026-11-23T20:30:00Z');
    const later = { fate: 'later', nextAt: '2026-11-24T09:00:00.000Z' };
    expect(await room.send({ episodeId, channels: ['sms'] })).toEqual(later);
    expect(await room.send({ episodeId, channels: ['sms'] })).toEqual(later);
    expect(await room.messageOf(episodeId)).toMatchObject({
      fate: 'waiting',
      because: 'quiet-hours',
      notBefore: new Date('2026-11-24T09:00:00Z'),
      sentAt: null,
    });
    const before = (await room.notify.caught()).length;
    moveTo('2026-11-24T09:00:00Z');
    expect(await room.send({ episodeId, channels: ['sms'], seq: 2 })).toEqual({ fate: 'sent' });
    expect(await room.notify.caught()).toHaveLength(before + 1);
    expect(await room.stage.db.message.count({ where: { episodeId } })).toBe(1);
  });

  it('let an e-mail go at night', async () => {
    moveTo('2026-11-23T23:30:00Z');
    await room.anInvitation();
  });

  it('keep the hours of the step too', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const hours = { from: '17:00', to: '20:00', days: [2, 4] };
    expect(await room.send({ episodeId, hours })).toEqual({ fate: 'later', nextAt: '2026-11-24T17:00:00.000Z' });
  });

  it('say so when no hour is ever free', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const hours = { from: '02:00', to: '04:00', days: [1, 2, 3, 4, 5] };
    expect(await room.send({ episodeId, channels: ['sms'], hours })).toEqual({ fate: 'unreachable' });
    expect(await room.messageOf(episodeId)).toMatchObject({ because: 'no-hour-is-free' });
  });

  it('are those of the nation: St Andrew’s Day is one in Scotland alone', async () => {
    moveTo('2026-11-30T10:00:00Z');
    const fates = await Promise.all(
      ['scotland', 'wales'].map(async (nation) => {
        const personId = await room.stage.aPerson({ phone: '07700 900123', nation });
        return (await room.send({ episodeId: await room.stage.anEpisode({ personId }), channels: ['sms'] })).fate;
      }),
    );
    expect(fates).toEqual(['later', 'sent']);
  });

  it('are judged by our clock when the call is an old one, as after a day without power', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const at = '2026-11-23T18:59:00Z';
    moveTo('2026-11-24T03:00:00Z');
    expect(await room.send({ episodeId, channels: ['sms'], at })).toEqual({
      fate: 'later',
      nextAt: '2026-11-24T09:00:00.000Z',
    });
  });

  it('say on the episode that we wait, and that it is planned', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    moveTo('2026-11-23T20:30:00Z');
    await room.send({ episodeId, channels: ['sms'] });
    expect(await room.stage.db.episode.findUnique({ where: { id: episodeId } })).toMatchObject({
      nextWhat: 'Waiting until we may write',
      nextAt: new Date('2026-11-24T09:00:00Z'),
    });
  });
});

describe('the contact budget', () => {
  it('is one for all programmes: days lie between two messages', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    await room.anInvitation({ episodeId: smoking });
    moveTo('2026-11-24T10:00:00Z');
    expect(await sendHousing(housing)).toEqual({ fate: 'later', nextAt: '2026-11-25T10:00:00.000Z' });
    expect(await room.messageOf(housing)).toMatchObject({ fate: 'waiting', because: 'contact-budget' });
    moveTo('2026-11-25T10:00:00Z');
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(2);
  });

  it('is spent by whatever may have left, and not by what surely did not', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    room.post.mood = 'busy';
    await expect(room.send({ episodeId: smoking })).rejects.toThrow(MailUnavailable);
    room.post.mood = 'hangs-up-after-taking';
    expect(await sendHousing(housing)).toEqual({ fate: 'unknown' });
    room.post.mood = 'takes';
    expect(await room.send({ episodeId: smoking })).toMatchObject({ fate: 'later' });
  });

  it('allows so many in a window', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      moveTo(`2026-12-${String(attempt * 2).padStart(2, '0')}T10:00:00Z`);
      await room.anInvitation({ episodeId, attempt, seq: attempt });
    }
    moveTo('2026-12-14T10:00:00Z');
    expect(await room.send({ episodeId, attempt: 7, seq: 7 })).toEqual({
      fate: 'later',
      nextAt: '2026-12-30T10:00:00.000Z',
    });
  });

  it('then waits for the morning as well', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    moveTo('2026-11-27T18:00:00Z');
    await room.anInvitation({ episodeId: smoking });
    // Two days on is a Sunday.
    expect(await sendHousing(housing, { channels: ['sms'] })).toEqual({
      fate: 'later',
      nextAt: '2026-11-30T09:00:00.000Z',
    });
  });

  it('cannot be spent twice by two programmes at the same moment', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    const outcomes = await Promise.all([room.send({ episodeId: smoking }), sendHousing(housing)]);
    expect(outcomes.map(({ fate }) => fate).sort()).toEqual(['later', 'sent']);
    expect(room.post.delivered).toHaveLength(1);
  });
});

describe('what waits', () => {
  /** Housing waits for the budget that smoking has spent. */
  async function aWaitingOne() {
    const who = await aPersonOfTwo();
    await room.anInvitation({ episodeId: who.smoking });
    expect((await sendHousing(who.housing)).fate).toBe('later');
    moveTo('2026-11-25T10:00:00Z');
    return who;
  }
  const second = (episodeId: string) => room.send({ episodeId, attempt: 2, seq: 2 });

  it('goes inside the next message that leaves, with a link of its own, and counts once', async () => {
    const { smoking, housing } = await aWaitingOne();
    expect(await second(smoking)).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(2);
    const host = await room.messageOf(smoking);
    expect(await room.messageOf(housing)).toMatchObject({ fate: 'merged', mergedInto: host.id, templateVersion: 1 });
    const text = room.post.delivered.at(-1)?.mail.text ?? '';
    const [answer = '', stop = '', other = '', otherStop = ''] = tokensIn(text);
    expect((await room.contact.answer(other, 'yes')).answered).toBe('yes');
    expect(await room.stage.told(housing)).toMatchObject([{ kind: 'replied', answer: 'yes', step: 'invite' }]);
    expect((await room.contact.previewReply(answer)).state).toBe('open');
    expect(await room.contact.previewReply(otherStop)).toMatchObject({
      purpose: 'stop',
      programmeTitle: 'Help with housing',
    });
    expect(await room.contact.previewReply(stop)).toMatchObject({ programmeTitle: 'Stop smoking' });
    moveTo('2026-11-26T10:00:00Z');
    expect(await room.send({ episodeId: smoking, attempt: 3, seq: 3 })).toMatchObject({
      nextAt: '2026-11-27T10:00:00.000Z',
    });
  });

  it('answers that it was sent when its own time comes, and ever after', async () => {
    const { smoking, housing } = await aWaitingOne();
    await second(smoking);
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'sent' });
    expect(await room.stage.db.episode.findUnique({ where: { id: housing } })).toMatchObject({
      nextWhat: 'Waiting for their answer',
      nextAt: new Date('2026-11-30T10:00:00Z'),
    });
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'sent' });
    expect(await sendHousing(housing, { seq: 1 })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(2);
  });

  it.each([
    [
      'the person opted out of it',
      async ({ personId }: { personId: string }) =>
        room.stage
          .get(PopulationService)
          .recordOptOut({ personId, purpose: 'housing-referral', source: 'test', sourceId: personId }),
    ],
    [
      'its episode has ended',
      async ({ housing }: { housing: string }) =>
        room.stage.get(AllocationService).close({ episodeId: housing, at: room.stage.clock.now() }),
    ],
    [
      'its episode is paused',
      async ({ housing }: { housing: string }) =>
        room.stage.db.episode.update({ where: { id: housing }, data: { pausedAt: room.stage.clock.now() } }),
    ],
    [
      'its pathway has gone on to another step',
      async ({ housing }: { housing: string }) =>
        room.stage.db.episode.update({ where: { id: housing }, data: { step: 'call' } }),
    ],
  ])('stays behind when %s', async (_why, change) => {
    const who = await aWaitingOne();
    await change(who);
    await second(who.smoking);
    expect(tokensIn(room.post.delivered.at(-1)?.mail.text ?? '')).toHaveLength(2);
    expect(await room.messageOf(who.housing)).toMatchObject({ mergedInto: null });
  });

  it('stays behind outside the hours of its own step', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    await room.anInvitation({ episodeId: smoking });
    await sendHousing(housing, { hours: { from: '17:00', to: '20:00', days: [1, 2, 3, 4, 5, 6, 7] } });
    moveTo('2026-11-25T10:00:00Z');
    await second(smoking);
    expect(await room.messageOf(housing)).toMatchObject({ fate: 'waiting' });
  });

  it('waits on when the message it went with did not leave', async () => {
    const { smoking, housing } = await aWaitingOne();
    room.post.mood = 'refuses';
    expect(await second(smoking)).toEqual({ fate: 'failed' });
    expect(await room.messageOf(housing)).toMatchObject({ fate: 'waiting', mergedInto: null, sentAt: null });
    room.post.mood = 'takes';
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'sent' });
  });

  it('is as unknown as the message it went with', async () => {
    const { smoking, housing } = await aWaitingOne();
    room.post.mood = 'hangs-up-after-taking';
    expect(await second(smoking)).toEqual({ fate: 'unknown' });
    room.post.mood = 'takes';
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'unknown' });
    expect(room.post.delivered).toHaveLength(2);
  });

  it('asks again in a minute while the message it went with is still leaving', async () => {
    const { smoking, housing } = await aWaitingOne();
    let meanwhile: unknown;
    room.post.onTaken = async () => {
      meanwhile = await sendHousing(housing, { seq: 2 });
    };
    expect(await second(smoking)).toEqual({ fate: 'sent' });
    expect(meanwhile).toEqual({ fate: 'later', nextAt: '2026-11-25T10:01:00.000Z' });
    expect(await sendHousing(housing, { seq: 3 })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(2);
  });

  it('is not sent when somebody says that the person leaves while it waits for its turn', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const database = room.stage.get(Database);
    const [said, kept] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const exit = database.inTransaction(async () => {
      await room.stage.get(AllocationService).hold(episodeId);
      const at = room.stage.clock.now();
      await database.client.exit.create({ data: { episodeId, reason: 'no-longer-eligible', at, by: 'somebody' } });
      said.resolve();
      await kept.promise;
    });
    await said.promise;
    const sending = room.send({ episodeId });
    await pause(300);
    kept.resolve();
    await exit;
    expect(await sending).toEqual({ fate: 'suppressed' });
    expect(await room.messageOf(episodeId)).toMatchObject({ fate: 'suppressed', because: 'leaving' });
    expect(room.post.delivered).toEqual([]);
  });

  it('is dropped when the person answers in the meantime', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const { answer } = await room.anInvitation({ episodeId });
    expect(await room.send({ episodeId, attempt: 2, seq: 2 })).toMatchObject({ fate: 'later' });
    await room.contact.answer(answer, 'not-now');
    expect(await room.messageOf(episodeId)).toMatchObject({ attempt: 2, fate: 'suppressed', because: 'answered' });
  });
});

describe('one attempt', () => {
  it('sends one message, whatever keys it is asked under', async () => {
    const { episodeId } = await room.anInvitation();
    moveTo('2026-12-01T10:00:00Z');
    expect(await room.send({ episodeId, seq: 7 })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(1);
  });

  it('is another when the pathway comes back to its step after an answer', async () => {
    const { episodeId, answer } = await room.anInvitation();
    await room.contact.answer(answer, 'later', 'week');
    moveTo('2026-11-30T10:00:00Z');
    const again = await room.anInvitation({ episodeId, seq: 7 });
    expect(room.post.delivered).toHaveLength(2);
    expect((await room.contact.previewReply(again.answer)).state).toBe('open');
    expect((await room.contact.previewReply(answer)).state).toBe('used');
    expect((await room.contact.answer(again.answer, 'yes')).answered).toBe('yes');
  });

  it('is another when the pathway comes back to its step from a different one', async () => {
    const { episodeId } = await room.anInvitation();
    await room.stage.db.episode.update({ where: { id: episodeId }, data: { step: 'call' } });
    moveTo('2026-12-01T10:00:00Z');
    await room.anInvitation({ episodeId, seq: 7 });
    expect(room.post.delivered).toHaveLength(2);
  });

  it('of a paused episode waits, and is neither lost nor sent', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    await room.stage.db.episode.update({ where: { id: episodeId }, data: { pausedAt: room.stage.clock.now() } });
    expect(await room.send({ episodeId })).toEqual({ fate: 'later', nextAt: '2026-11-23T11:00:00.000Z' });
    await room.stage.db.episode.update({ where: { id: episodeId }, data: { pausedAt: null } });
    moveTo('2026-11-23T11:00:00Z');
    expect(await room.send({ episodeId, seq: 2 })).toEqual({ fate: 'sent' });
  });

  it('waits while no version of its template is approved, and goes by itself once one is', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const templates = room.stage.get(TemplatesService);
    const [{ id } = { id: '' }] = await templates.listVersions('stop-smoking-invite');
    await templates.withdraw(id);
    const waits = { fate: 'later', nextAt: '2026-11-23T11:00:00.000Z', because: 'no-approved-words' };
    expect(await room.send({ episodeId })).toEqual(waits);
    expect(await room.send({ episodeId })).toEqual(waits);
    expect(await room.messageOf(episodeId)).toMatchObject({ fate: 'waiting', because: 'no-approved-words' });
    expect(await room.stage.db.episode.findUnique({ where: { id: episodeId } })).toMatchObject({
      nextWhat: 'Waiting for approved words',
      nextAt: new Date('2026-11-23T11:00:00Z'),
    });
    expect(await room.stage.db.clockSpan.findMany({ where: { episodeId, to: null } })).toMatchObject([{ clock: 'us' }]);
    expect(room.post.delivered).toEqual([]);
    await templates.approve(id, 'lead');
    moveTo('2026-11-23T11:00:00Z');
    expect(await room.send({ episodeId, seq: 2 })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(1);
    expect(await room.stage.db.message.count({ where: { episodeId } })).toBe(1);
  });

  it('is refused, and nothing sent, while no contact policy is loaded', async () => {
    const { smoking: episodeId } = await aPersonOfTwo();
    const versions = await room.stage.db.contactPolicyVersion.findMany();
    const owner = await room.owner();
    await owner.query('DELETE FROM contact_policy_version');
    await expect(room.send({ episodeId })).rejects.toMatchObject({ code: 'contact.policy_missing' });
    expect(await room.stage.db.message.count({ where: { episodeId } })).toBe(0);
    await owner.end();
    await room.stage.db.contactPolicyVersion.createMany({
      data: versions.map((one) => ({ ...one, definition: one.definition as object })),
    });
    expect(await room.send({ episodeId })).toEqual({ fate: 'sent' });
  });
});

describe('the policy that holds', () => {
  it('is the highest version, from the next message on', async () => {
    const { smoking, housing } = await aPersonOfTwo();
    await room.anInvitation({ episodeId: smoking });
    expect(await sendHousing(housing)).toMatchObject({ fate: 'later' });
    await room.inForce({
      budget: { messages: 9, within: { amount: 1, unit: 'days' }, apart: { amount: 1, unit: 'minutes' } },
    });
    moveTo('2026-11-23T10:01:00Z');
    expect(await sendHousing(housing, { seq: 2 })).toEqual({ fate: 'sent' });
  });
});
