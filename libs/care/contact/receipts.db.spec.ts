import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ContactStage } from '../../../test/factories/contact-stage.js';
import { type Receipt, ReceiptsService } from './index.js';

let room: ContactStage;
let receipts: ReceiptsService;

beforeAll(async () => {
  room = await ContactStage.open();
  receipts = room.stage.get(ReceiptsService);
}, 60_000);
afterAll(() => room.close());
beforeEach(() => room.reset());

const receive = (names: readonly string[], changes: Partial<Receipt> = {}) =>
  receipts.receive({
    source: 'mail',
    receiptId: `${names.join()} ${changes.status ?? 'permanent-failure'}`,
    names,
    status: 'permanent-failure',
    because: '5.1.1',
    ...changes,
  });

/** An invitation that has left, with the name its carrier knows it by. */
async function aSentOne() {
  const { episodeId, mail } = await room.anInvitation();
  return { episodeId, name: mail.messageId ?? '' };
}
const traces = async (episodeId: string) => ({
  told: await room.stage.told(episodeId),
  receipts: await room.stage.db.messageReceipt.count({ where: { message: { episodeId } } }),
});

describe('a receipt', () => {
  it('of a mail that came back ends its attempt, and says why', async () => {
    const { episodeId, name } = await aSentOne();
    expect(await receive([name])).toBe('recorded');
    const message = await room.messageOf(episodeId);
    expect(message).toMatchObject({ fate: 'sent', receipt: 'bounced', receiptAt: room.stage.clock.now() });
    expect(await room.stage.told(episodeId)).toEqual([
      { kind: 'message-failed', id: `bounced/${message.id}`, step: 'invite', attempt: 1, because: '5.1.1' },
    ]);
    expect(await room.stage.db.auditEntry.count({ where: { action: 'message.bounced', subjectId: message.id } })).toBe(
      1,
    );
  });

  it('of a text is known by the id of GOV.UK Notify and by ours', async () => {
    for (const pick of ['providerRef', 'id'] as const) {
      const personId = await room.stage.aPerson({ phone: '07700 900123' });
      const episodeId = await room.stage.anEpisode({ personId });
      await room.send({ episodeId, channels: ['sms'] });
      const message = await room.messageOf(episodeId);
      expect(await receive([message[pick]!], { source: 'notify' })).toBe('recorded');
      expect(await room.stage.told(episodeId)).toHaveLength(1);
    }
  });

  it.each(['delivered', 'temporary-failure'] as const)('that says %s moves nothing on', async (status) => {
    const { episodeId, name } = await aSentOne();
    expect(await receive([name], { status })).toBe('recorded');
    expect(await traces(episodeId)).toEqual({ told: [], receipts: 1 });
  });

  it('counts once, however often it comes, also at the same moment', async () => {
    const { episodeId, name } = await aSentOne();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => receive([name])));
    expect(outcomes.filter((outcome) => outcome === 'recorded')).toHaveLength(1);
    expect(await traces(episodeId)).toMatchObject({ told: [{ kind: 'message-failed' }], receipts: 1 });
  });

  it('may come out of order: what came back has come back', async () => {
    const { episodeId, name } = await aSentOne();
    await receive([name]);
    await receive([name], { status: 'delivered' });
    await receive([name], { receiptId: 'a second server', because: '5.2.2' });
    expect((await room.messageOf(episodeId)).receipt).toBe('bounced');
    expect(await traces(episodeId)).toMatchObject({ told: [{ because: '5.1.1' }], receipts: 3 });
  });

  it('may take back an earlier word that it was delivered', async () => {
    const { episodeId, name } = await aSentOne();
    await receive([name], { status: 'delivered' });
    expect((await room.messageOf(episodeId)).receipt).toBe('delivered');
    await receive([name]);
    expect((await room.messageOf(episodeId)).receipt).toBe('bounced');
  });

  it('comes too late for a pathway that has ended, and is kept', async () => {
    const { episodeId, name } = await aSentOne();
    await room.stage.db.episode.update({ where: { id: episodeId }, data: { status: 'ended' } });
    expect(await receive([name])).toBe('recorded');
    expect(await traces(episodeId)).toEqual({ told: [], receipts: 1 });
  });

  it('of a message nobody knows changes nothing, and the audit knows without a word of whom', async () => {
    const before = await room.stage.db.messageReceipt.count();
    expect(await receive(['<alba@example.org>'], { receiptId: 'unknown-1' })).toBe('unknown');
    expect(await room.stage.db.messageReceipt.count()).toBe(before);
    const entry = await room.stage.db.auditEntry.findFirstOrThrow({ where: { action: 'receipt.unknown' } });
    expect(entry).toMatchObject({ subjectId: 'unknown-1', detail: { source: 'mail', status: 'permanent-failure' } });
    expect(JSON.stringify(entry.detail)).not.toContain('alba');
  });

  it('tells every programme whose words went in the message that came back', async () => {
    const personId = await room.stage.aPerson();
    const smoking = await room.stage.anEpisode({ personId });
    const housing = await room.stage.anEpisode({ personId, programme: 'housing-referral' });
    await room.anInvitation({ episodeId: smoking });
    await room.send({ episodeId: housing, template: 'housing-referral-invite' });
    room.stage.clock.moveTo(new Date('2026-11-25T10:00:00Z'));
    const { mail } = await room.anInvitation({ episodeId: smoking, attempt: 2, seq: 2 });
    await receive([mail.messageId ?? '']);
    expect(await room.stage.told(smoking)).toMatchObject([{ kind: 'message-failed', attempt: 2 }]);
    expect(await room.stage.told(housing)).toMatchObject([{ kind: 'message-failed', attempt: 1 }]);
  });

  it('makes an unknown fate known, also of a mail whose sending nobody could note', async () => {
    const episodeId = await room.stage.anEpisode();
    room.post.mood = 'hangs-up-after-taking';
    expect(await room.send({ episodeId })).toEqual({ fate: 'unknown' });
    const name = room.post.delivered.at(-1)?.mail.messageId ?? '';
    expect(await receive([name], { status: 'delivered' })).toBe('recorded');
    expect(await room.messageOf(episodeId)).toMatchObject({ fate: 'sent', receipt: 'delivered' });
    expect(await room.send({ episodeId })).toEqual({ fate: 'sent' });
    expect(room.post.delivered).toHaveLength(1);
  });
});
