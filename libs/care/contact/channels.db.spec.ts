import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PopulationService } from '#care/population';
import type { Prisma } from '#platform/database';
import { NotifyUnavailable } from '#platform/notify';
import { ContactStage, tokensIn } from '../../../test/factories/contact-stage.js';

let room: ContactStage;

beforeAll(async () => {
  room = await ContactStage.open();
}, 60_000);
afterAll(() => room.close());
beforeEach(() => room.reset());

const MOBILE = '07700 900123';

async function anEpisodeOf(person: Partial<Prisma.PersonUncheckedCreateInput>, proxy?: object) {
  const personId = await room.stage.aPerson({ phone: MOBILE, ...person });
  if (proxy) {
    await room.stage.db.proxy.create({
      data: {
        personId,
        name: 'Rosa Marlowe',
        relation: 'parent',
        email: 'rosa@example.org',
        phone: '07700 900456',
        source: 'test',
        updatedAt: new Date(0),
        ...proxy,
      },
    });
  }
  return { personId, episodeId: await room.stage.anEpisode({ personId }) };
}

const refuse = (personId: string, channel: 'email' | 'sms' | 'letter' | 'phone') =>
  room.stage
    .get(PopulationService)
    .recordOptOut({ personId, channel, purpose: 'all', source: 'test', sourceId: `${personId} ${channel}` });
const newestText = async () => (await room.notify.caught()).at(-1);

describe('the channel of a message', () => {
  it('is the first of the attempt when the person can be reached by it', async () => {
    const { episodeId } = await anEpisodeOf({});
    expect(await room.send({ episodeId, channels: ['sms', 'email'] })).toEqual({ fate: 'sent' });
    const text = await newestText();
    const message = await room.messageOf(episodeId);
    expect(text).toMatchObject({ type: 'sms', to: ['07700900123'], reference: message.id });
    expect(message).toMatchObject({ channel: 'sms', fate: 'sent', providerRef: text?.id, templateVersion: 1 });
    expect(room.post.delivered).toEqual([]);
  });

  it('is a letter with name, street and postcode', async () => {
    const { episodeId } = await anEpisodeOf({ addressLine: '1 Test Street, Testbury' });
    expect(await room.send({ episodeId, channels: ['letter'] })).toEqual({ fate: 'sent' });
    const letter = await newestText();
    const { family } = await room.stage.db.person.findFirstOrThrow({
      where: { episodes: { some: { id: episodeId } } },
    });
    expect(letter).toMatchObject({ type: 'letter', to: [`Alba ${family}`, '1 Test Street', 'Testbury', 'NN1 1AA'] });
    expect(letter?.body).toContain('Hello Alba,');
  });

  it('carries links that work, in a text too', async () => {
    const { episodeId } = await anEpisodeOf({});
    await room.send({ episodeId, channels: ['sms'] });
    const [answer = '', stop = ''] = tokensIn((await newestText())?.body ?? '');
    expect(await room.contact.previewReply(answer)).toMatchObject({ purpose: 'answer', state: 'open' });
    expect(await room.contact.previewReply(stop)).toMatchObject({ purpose: 'stop', state: 'open' });
  });

  it.each<[string, 'email' | 'sms', Partial<Prisma.PersonUncheckedCreateInput>]>([
    ['has no address for the first', 'sms', { email: null }],
    ['has an address that is none for the first', 'sms', { email: 'nobody' }],
    ['has a number no text can reach', 'email', { phone: '01604 000000' }],
    ['has no number', 'email', { phone: null }],
  ])('is the next when the person %s', async (_why, channel, person) => {
    const { episodeId } = await anEpisodeOf(person);
    const channels = channel === 'sms' ? ['email', 'sms'] : ['sms', 'email'];
    expect(await room.send({ episodeId, channels })).toEqual({ fate: 'sent' });
    expect(await room.messageOf(episodeId)).toMatchObject({ channel });
  });

  it('is the next when the person refused the first', async () => {
    const { episodeId, personId } = await anEpisodeOf({});
    await refuse(personId, 'email');
    expect(await room.send({ episodeId, channels: ['email', 'sms'] })).toEqual({ fate: 'sent' });
    expect(await room.messageOf(episodeId)).toMatchObject({ channel: 'sms' });
  });

  it('is none when they refused the only one there is', async () => {
    const { episodeId, personId } = await anEpisodeOf({});
    await refuse(personId, 'sms');
    expect(await room.send({ episodeId, channels: ['sms'] })).toEqual({ fate: 'suppressed' });
    expect(await room.messageOf(episodeId)).toMatchObject({ because: 'channel-refused' });
  });

  it('is the phone, which somebody of the team answers for', async () => {
    const { episodeId } = await anEpisodeOf({ email: null });
    expect(await room.send({ episodeId, channels: ['email', 'phone'] })).toEqual({ fate: 'phone' });
    expect(await room.send({ episodeId, channels: ['email', 'phone'] })).toEqual({ fate: 'phone' });
    expect(await room.stage.db.message.count({ where: { episodeId } })).toBe(1);
    expect(await room.messageOf(episodeId)).toMatchObject({ channel: 'phone', fate: 'phone' });
  });

  it('is the phone alone for an address that must not be shown', async () => {
    const { episodeId } = await anEpisodeOf({ sensitive: true });
    expect(await room.send({ episodeId, channels: ['letter', 'email', 'phone'] })).toEqual({ fate: 'phone' });
  });

  it('does not exist by a name that nobody knows', async () => {
    const { episodeId } = await anEpisodeOf({});
    expect(await room.send({ episodeId, channels: ['pigeon'] })).toEqual({ fate: 'unreachable' });
    expect(await room.messageOf(episodeId)).toMatchObject({ because: 'no-channel-we-can-use' });
  });
});

describe('what the person can read', () => {
  it.each([
    ['braille', ['letter', 'email'], 'email'],
    ['large-print', ['letter', 'sms'], 'sms'],
    ['audio', ['sms', 'letter', 'phone'], 'phone'],
    ['bsl', ['phone', 'sms'], 'sms'],
    ['easy-read', ['sms', 'letter'], 'letter'],
  ])('decides the channel: %s of %j takes %s', async (format, channels, channel) => {
    const { episodeId } = await anEpisodeOf({ format });
    expect(await room.send({ episodeId, channels })).toEqual({ fate: channel === 'phone' ? 'phone' : 'sent' });
    expect(await room.messageOf(episodeId)).toMatchObject({ channel });
  });

  it('leaves nobody reached by what they cannot read', async () => {
    const { episodeId } = await anEpisodeOf({ format: 'braille' });
    expect(await room.send({ episodeId, channels: ['letter'] })).toEqual({ fate: 'unreachable' });
    expect(await room.messageOf(episodeId)).toMatchObject({ because: 'format-not-suited' });
  });

  it('chooses the words, and the message says which were sent', async () => {
    const { episodeId } = await anEpisodeOf({ format: 'easy-read', language: 'zz' });
    await room.send({ episodeId });
    expect(await room.messageOf(episodeId)).toMatchObject({ format: 'easy-read', language: 'en' });
  });
});

describe('who speaks for a person', () => {
  const CHILD = { birthDate: new Date('2015-05-04') };

  it('is written to in place of a child, and told whom it is about', async () => {
    const { episodeId } = await anEpisodeOf(CHILD, {});
    const { recipients, mail } = await room.anInvitation({ episodeId });
    expect(recipients).toEqual(['rosa@example.org']);
    expect(mail.text).toContain('Hello Rosa Marlowe.');
    expect(mail.text).toContain('Alba');
    expect(await room.messageOf(episodeId)).toMatchObject({ toProxy: true });
  });

  it('is written to for a grown-up who has somebody', async () => {
    const { episodeId } = await anEpisodeOf({}, { relation: 'carer' });
    expect((await room.anInvitation({ episodeId })).recipients).toEqual(['rosa@example.org']);
  });

  it('does not exist for every child, and then nobody is written to', async () => {
    const { episodeId } = await anEpisodeOf(CHILD);
    expect(await room.send({ episodeId })).toEqual({ fate: 'suppressed' });
    expect(await room.messageOf(episodeId)).toMatchObject({ because: 'child' });
  });

  it('is reached by their own number and never by a letter to the child', async () => {
    const { episodeId } = await anEpisodeOf(CHILD, { email: null });
    expect(await room.send({ episodeId, channels: ['email', 'letter', 'sms'] })).toEqual({ fate: 'sent' });
    expect(await newestText()).toMatchObject({ to: ['07700900456'] });
  });

  it('does not lift what was said about contact', async () => {
    const { episodeId, personId } = await anEpisodeOf(CHILD, {});
    await refuse(personId, 'email');
    expect(await room.send({ episodeId })).toEqual({ fate: 'suppressed' });
  });
});

describe('when GOV.UK Notify goes wrong', () => {
  it.each(['drop', 'drop-after', 'gateway'])(
    '(%s) counts the text as unknown, and never sends it again',
    async (mode) => {
      const { episodeId } = await anEpisodeOf({});
      // The template is found before anything goes wrong.
      await room.send({ episodeId: (await anEpisodeOf({})).episodeId, channels: ['sms'] });
      await room.notify.misbehave(mode);
      expect(await room.send({ episodeId, channels: ['sms'] })).toEqual({ fate: 'unknown' });
      await room.notify.misbehave('ok');
      const before = (await room.notify.caught()).length;
      expect(await room.send({ episodeId, channels: ['sms'] })).toEqual({ fate: 'unknown' });
      expect(await room.notify.caught()).toHaveLength(before);
    },
  );

  it('tries again when it surely took nothing', async () => {
    const { episodeId } = await anEpisodeOf({});
    await room.notify.misbehave('busy');
    await expect(room.send({ episodeId, channels: ['sms'] })).rejects.toThrow(NotifyUnavailable);
    expect(await room.messageOf(episodeId)).toMatchObject({ fate: 'failed', sentAt: null });
    await room.notify.misbehave('ok');
    expect(await room.send({ episodeId, channels: ['sms'] })).toEqual({ fate: 'sent' });
  });
});
