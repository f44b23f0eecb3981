import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { type Partner, ReferralsModule, ReferralsService, type SendReferralCall } from './index.js';

let stage: Stage;
let referrals: ReferralsService;

const OURS: Partner = {
  accountId: '01a2022b-14a2-7dbd-98aa-c49e1abae6d7',
  organisation: 'northamptonshire-stop-smoking',
};
const THEIRS: Partner = { ...OURS, organisation: 'walsall-stop-smoking' };

beforeAll(async () => {
  stage = await Stage.open([ReferralsModule]);
  referrals = stage.get(ReferralsService);
  await stage.aService();
  await stage.aService({ organisation: THEIRS.organisation, area: 'walsall' });
});
afterAll(() => stage.close());
beforeEach(() => stage.clock.moveTo(NOW));

function aCall(changes: Partial<SendReferralCall> & { episodeId: string }): SendReferralCall {
  return {
    step: 'refer',
    key: `pathway/${changes.episodeId}:6`,
    seq: 6,
    at: NOW.toISOString(),
    title: 'Referral to a stop smoking service',
    service: 'stop-smoking',
    need: 'Wants to stop smoking',
    answerWithin: { amount: 5, unit: 'working-days' },
    tried: [],
    ...changes,
  };
}

async function aReferral(person: Parameters<Stage['aPerson']>[0] = {}) {
  const personId = await stage.aPerson(person);
  const episodeId = await stage.anEpisode({ personId });
  const sent = await referrals.send(aCall({ episodeId }));
  if (!sent.sent) throw new Error('no service took it');
  return { id: sent.referralId, answerBy: sent.answerBy, episodeId, personId };
}

describe('sending', () => {
  it('asks a service of the kind in the person’s area, with a date in working days', async () => {
    const { id, answerBy } = await aReferral();
    expect(answerBy).toBe('2026-11-30T17:00:00.000Z');
    expect(await referrals.get(id, OURS)).toMatchObject({ status: 'sent', need: 'Wants to stop smoking' });
  });

  it('answers a repeat with the same referral', async () => {
    const { id, episodeId, answerBy } = await aReferral();
    expect(await referrals.send(aCall({ episodeId }))).toEqual({ sent: true, referralId: id, answerBy });
    expect(await stage.db.referral.count({ where: { episodeId } })).toBe(1);
  });

  it('makes one referral of ten sent at the same moment', async () => {
    const episodeId = await stage.anEpisode();
    await Promise.all(Array.from({ length: 10 }, () => referrals.send(aCall({ episodeId }))));
    expect(await stage.db.referral.count({ where: { episodeId } })).toBe(1);
    expect(
      await stage.db.auditEntry.count({
        where: { action: 'referral.sent', detail: { path: ['episode'], equals: episodeId } },
      }),
    ).toBe(1);
  });

  it('answers a second call of the step with what is open, and how far that has come', async () => {
    const { id, episodeId, answerBy } = await aReferral();
    await referrals.accept({ id, partner: OURS, version: 0 });
    const moved = aCall({ episodeId, key: 'after a move' });
    expect(await referrals.send(moved)).toEqual({ sent: true, referralId: id, answerBy, status: 'accepted' });
    expect(await stage.db.referral.count({ where: { episodeId } })).toBe(1);
  });

  it('counts the working days of the nation, and runs the clock of the service', async () => {
    const { answerBy, episodeId } = await aReferral({ nation: 'scotland' });
    // Saint Andrew's Day, Monday 30 November, is free.
    expect(answerBy).toBe('2026-12-01T17:00:00.000Z');
    const spans = await stage.db.clockSpan.findMany({ where: { episodeId } });
    expect(spans).toEqual([expect.objectContaining({ clock: 'partner', step: 'refer', to: null })]);
  });

  it('moves the time to answer of what is open, and of nothing else', async () => {
    const open = await aReferral();
    await referrals.shiftOpen(open.episodeId, (at, working) => new Date(at.getTime() + (working ? 1000 : 0)));
    const { answerBy } = await stage.db.referral.findUniqueOrThrow({ where: { id: open.id } });
    expect(answerBy.toISOString()).toBe('2026-11-30T17:00:01.000Z');
    await referrals.accept({ id: open.id, partner: OURS, version: 0 });
    await referrals.report({ id: open.id, partner: OURS, version: 1, result: 'completed' });
    await referrals.shiftOpen(open.episodeId, () => NOW);
    expect(await stage.db.referral.findUnique({ where: { id: open.id } })).toMatchObject({ answerBy });
  });

  it('says so when no service is left, is open, or is near', async () => {
    const { id, episodeId } = await aReferral();
    expect(await referrals.send(aCall({ episodeId, key: 'again', tried: [id] }))).toEqual({ sent: false });
    const other = aCall({ episodeId, key: 'other', service: 'housing', tried: [id] });
    expect(await referrals.send(other)).toEqual({ sent: false });
    await stage.aService({ organisation: 'closed', kind: 'pharmacy', open: false });
    const shut = aCall({ episodeId, key: 'shut', service: 'pharmacy', tried: [id] });
    expect(await referrals.send(shut)).toEqual({ sent: false });
  });

  it('asks whoever has the least waiting', async () => {
    for (const organisation of ['community-a', 'community-b', 'community-c']) {
      await stage.aService({ organisation, kind: 'community' });
    }
    const asked: string[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      const episodeId = await stage.anEpisode();
      await referrals.send(aCall({ episodeId, service: 'community' }));
      const row = await stage.db.referral.findFirstOrThrow({ where: { episodeId } });
      asked.push(row.organisation);
    }
    const times = (organisation: string): number => asked.filter((one) => one === organisation).length;
    expect(['community-a', 'community-b', 'community-c'].map(times)).toEqual([2, 2, 2]);
  });
});

describe('what a service sees', () => {
  it('is no name or way of contact before it accepts', async () => {
    const { id } = await aReferral({ family: 'Secretname', given: 'Secretgiven' });
    const view = await referrals.get(id, OURS);
    expect(view).toMatchObject({ label: 'Woman, 34, Testbury 001A', contact: null, may: ['accept', 'decline'] });
    const shown = JSON.stringify([view, await referrals.inbox(OURS)]);
    for (const secret of ['Secret', '01604', 'Test Street', 'example.org', 'NN1']) expect(shown).not.toContain(secret);
  });

  it('is name and contact once accepted, and nothing again once finished', async () => {
    const { id } = await aReferral({ given: 'Alba', family: 'Testperson', email: 'alba@example.org' });
    const accepted = await referrals.accept({ id, partner: OURS, version: 0 });
    expect(accepted.contact).toEqual({
      name: 'Alba Testperson',
      phone: '01604 000000',
      email: 'alba@example.org',
      address: '1 Test Street, NN1 1AA',
    });
    const done = await referrals.report({ id, partner: OURS, version: 1, result: 'completed' });
    expect(done).toMatchObject({ contact: null, status: 'completed', may: [] });
  });

  it('is never the contact of someone whose address is protected', async () => {
    const { id } = await aReferral({ sensitive: true });
    const view = await referrals.accept({ id, partner: OURS, version: 0 });
    expect(view).toMatchObject({ contact: null, label: 'Woman, 34' });
    expect(view.contactWithheld).toContain('northamptonshire care team');
  });

  it('includes language, unwanted ways of contact and the day of agreement', async () => {
    const { id, personId, episodeId } = await aReferral({ language: 'pl' });
    await stage.db.contactPermission.create({
      data: {
        personId,
        channel: 'phone',
        purpose: 'all',
        allowed: false,
        at: new Date('2026-01-01'),
        source: 'test',
        sourceId: personId,
      },
    });
    const at = new Date('2026-11-20T09:00:00Z');
    const task = {
      episodeId,
      personId,
      programme: 'stop-smoking',
      teamKey: 'northamptonshire',
      step: 'call',
      kind: 'call',
    };
    await stage.db.task.create({
      data: {
        ...task,
        key: id,
        title: 'Phone',
        role: 'link-worker',
        priority: 0,
        openedAt: at,
        dueAt: at,
        outcomes: [],
        status: 'completed',
        marks: ['reached', 'accepted'],
        closedAt: at,
      },
    });
    const view = await referrals.get(id, OURS);
    expect(view.goodToKnow).toEqual(['Speaks Polish.', 'Please do not phone.']);
    expect(view.agreedAt).toEqual(at);
  });

  it('is recorded each time', async () => {
    const { id, personId } = await aReferral();
    await referrals.get(id, OURS);
    await referrals.get(id, OURS);
    expect(await stage.db.auditEntry.count({ where: { action: 'referral.read', subjectId: id, personId } })).toBe(2);
  });

  it('is nothing of another organisation’s', async () => {
    const { id } = await aReferral();
    const missing = { code: 'referrals.referral_missing' };
    await expect(referrals.get(id, THEIRS)).rejects.toMatchObject(missing);
    await expect(referrals.accept({ id, partner: THEIRS, version: 0 })).rejects.toMatchObject(missing);
    await expect(referrals.decline({ id, partner: THEIRS, version: 0, reason: 'full' })).rejects.toMatchObject(missing);
    await expect(referrals.start({ id, partner: THEIRS, version: 0 })).rejects.toMatchObject(missing);
    const report = { id, partner: THEIRS, version: 0, result: 'completed' } as const;
    await expect(referrals.report(report)).rejects.toMatchObject(missing);
    await expect(referrals.get('not an id', OURS)).rejects.toMatchObject(missing);
    expect((await referrals.inbox(THEIRS)).items).toEqual([]);
    expect((await referrals.get(id, OURS)).status).toBe('sent');
  });
});

describe('answering', () => {
  it('tells the pathway each thing once, in order', async () => {
    const { id, episodeId } = await aReferral();
    await referrals.accept({ id, partner: OURS, version: 0 });
    await referrals.accept({ id, partner: OURS, version: 0 });
    await referrals.start({ id, partner: OURS, version: 1 });
    await referrals.report({ id, partner: OURS, version: 2, result: 'not-completed', note: 'Did not come' });
    await referrals.report({ id, partner: OURS, version: 2, result: 'not-completed', note: 'Did not come' });
    const told = ['accepted', 'started', 'not-completed'].map((answer) => ({
      kind: 'referral-answered',
      id: `${id}/${answer}`,
      referralId: id,
      answer,
    }));
    expect(await stage.told(episodeId)).toEqual(told);
  });

  it('lets one of an accept and a decline at the same moment win', async () => {
    const { id, episodeId } = await aReferral();
    const tries = await Promise.allSettled([
      referrals.accept({ id, partner: OURS, version: 0 }),
      referrals.decline({ id, partner: OURS, version: 0, reason: 'full' }),
    ]);
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await stage.told(episodeId)).toHaveLength(1);
  });

  it('declines for a reason of the list only, and keeps the note to itself', async () => {
    const { id, episodeId } = await aReferral();
    const answer = { id, partner: OURS, version: 0 };
    await expect(referrals.decline({ ...answer, reason: 'tired' })).rejects.toMatchObject({
      code: 'referrals.decline_reason_unknown',
    });
    await referrals.decline({ ...answer, reason: 'full', note: 'Back in May' });
    expect(JSON.stringify(await stage.told(episodeId))).not.toContain('May');
    expect(await referrals.get(id, OURS)).toMatchObject({
      status: 'declined',
      declineReason: 'full',
      note: 'Back in May',
    });
  });

  it('refuses a referral that changed since it was seen', async () => {
    const { id } = await aReferral();
    await referrals.accept({ id, partner: OURS, version: 0 });
    await expect(referrals.start({ id, partner: OURS, version: 0 })).rejects.toMatchObject({
      code: 'referrals.referral_changed',
    });
  });

  it('refuses to report on what was not accepted', async () => {
    const { id } = await aReferral();
    const report = { id, partner: OURS, version: 0, result: 'completed' } as const;
    await expect(referrals.report(report)).rejects.toMatchObject({ code: 'referrals.not_possible' });
  });

  it('refuses an answer after the time has passed', async () => {
    const { id, episodeId } = await aReferral();
    await referrals.close({ ...aCall({ episodeId }), referralId: id, as: 'expired' });
    await expect(referrals.accept({ id, partner: OURS, version: 1 })).rejects.toThrow('another service has been asked');
    expect(await stage.told(episodeId)).toEqual([]);
  });

  it('keeps an answer that came just before the time passed', async () => {
    const { id, episodeId } = await aReferral();
    await referrals.accept({ id, partner: OURS, version: 0 });
    await referrals.close({ ...aCall({ episodeId }), referralId: id, as: 'expired' });
    expect((await referrals.get(id, OURS)).status).toBe('accepted');
  });

  it('takes contact away when the person leaves', async () => {
    const { id, episodeId } = await aReferral();
    await referrals.accept({ id, partner: OURS, version: 0 });
    await referrals.close({ ...aCall({ episodeId }), referralId: id, as: 'withdrawn' });
    expect(await referrals.get(id, OURS)).toMatchObject({ status: 'withdrawn', contact: null });
  });
});

describe('the inbox', () => {
  it('shows what waits first, soonest first, and counts each kind', async () => {
    const organisation = 'walsall-stop-smoking';
    const partner = { ...OURS, organisation };
    const ids: string[] = [];
    for (const days of [9, 3, 6]) {
      const personId = await stage.aPerson({ lsoa: null, teamKey: 'walsall' });
      const episodeId = await stage.anEpisode({ personId, teamKey: 'walsall' });
      const sent = await referrals.send(aCall({ episodeId, answerWithin: { amount: days, unit: 'days' } }));
      if (sent.sent) ids.push(sent.referralId);
    }
    const [late = '', soon = '', middle = ''] = ids;
    await referrals.accept({ id: soon, partner, version: 0 });
    const { items, counts } = await referrals.inbox({ organisation });
    expect(items.map(({ id }) => id)).toEqual([middle, late, soon]);
    expect(counts).toEqual({ waiting: 2, withYou: 1, finished: 0 });
  });
});
