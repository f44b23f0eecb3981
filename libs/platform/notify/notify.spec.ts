import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { NOTIFY_KEY, NotifyStandIn } from '../../../test/factories/notify-stand-in.js';
import { Notify, NotifyRefused, NotifyUnavailable, NotifyUncertain, parseMobileNumber } from './index.js';

let office: NotifyStandIn;
let notify: Notify;

beforeAll(async () => {
  office = await NotifyStandIn.open();
}, 30_000);
afterAll(() => office.close());
beforeEach(async () => {
  await office.misbehave('ok');
  notify = aNotify();
});

function aNotify(changes: Record<string, string> = {}): Notify {
  const key = Buffer.alloc(32, 7).toString('base64');
  return new Notify(
    new Settings(
      readSettings({
        DATABASE_URL: 'postgres://localhost/none',
        SMTP_URL: 'smtp://127.0.0.1:9',
        OIDC_ISSUER: 'http://127.0.0.1:9',
        OIDC_CLIENT_SECRET: 'secret',
        PAYLOAD_KEY: key,
        LINK_KEY: key,
        NOTIFY_URL: office.url,
        NOTIFY_API_KEY: NOTIFY_KEY,
        ...changes,
      }),
    ),
  );
}

const aText = (changes: { to?: string; message?: string } = {}) => ({
  to: '07700 900123',
  message: 'Hello.\nYour answer: http://fairway.test/r/a',
  reference: 'message-1',
  ...changes,
});
const ADDRESS = ['Alba Testperson', '1 Test Street', 'NN1 1AA'];
const newest = async () => (await office.caught()).at(-1);
const countCaught = async (): Promise<number> => (await office.caught()).length;

describe('Notify', () => {
  it('takes a text with its words and our reference, and answers its id', async () => {
    const id = await notify.sendText(aText());
    expect(await newest()).toMatchObject({ id, type: 'sms', to: ['07700 900123'], reference: 'message-1' });
    expect((await newest())?.body).toBe('Hello.\nYour answer: http://fairway.test/r/a');
  });

  it('takes a letter with its address', async () => {
    const letter = { address: ADDRESS, heading: 'An offer', message: 'Dear Alba', reference: 'message-2' };
    const id = await notify.sendLetter(letter);
    expect(await newest()).toMatchObject({ id, type: 'letter', to: ADDRESS, subject: 'An offer', body: 'Dear Alba' });
  });

  it.each(['07', '01604 000000', '07700 9001234', 'many'])('refuses a text to %j', async (to) => {
    await expect(notify.sendText(aText({ to }))).rejects.toThrow(NotifyRefused);
  });

  it('refuses a letter without a postcode', async () => {
    const letter = { address: [...ADDRESS.slice(0, 2), 'Testbury'], heading: 'x', message: 'y', reference: 'z' };
    await expect(notify.sendLetter(letter)).rejects.toThrow(NotifyRefused);
  });

  it.each([
    ['busy', NotifyUnavailable, 0],
    ['broken', NotifyUnavailable, 0],
    ['gateway', NotifyUncertain, 0],
    ['drop', NotifyUncertain, 0],
    ['drop-after', NotifyUncertain, 1],
  ])('says what it knows when the service is %s', async (mode, fault, kept) => {
    await notify.sendText(aText());
    const before = await countCaught();
    await office.misbehave(mode);
    await expect(notify.sendText(aText())).rejects.toThrow(fault);
    await office.misbehave('ok');
    expect((await countCaught()) - before).toBe(kept);
  });

  it('knows that nothing left when nobody listens, or the key is wrong', async () => {
    await expect(aNotify({ NOTIFY_URL: 'http://127.0.0.1:9' }).sendText(aText())).rejects.toThrow(NotifyUnavailable);
    const wrong = aNotify({ NOTIFY_API_KEY: NOTIFY_KEY.replace(/..$/, '00') });
    await expect(wrong.sendText(aText())).rejects.toThrow(NotifyUnavailable);
  });

  it('is off without a key', async () => {
    const off = aNotify({ NOTIFY_API_KEY: '' });
    expect([notify.isOn, off.isOn]).toEqual([true, false]);
    await expect(off.sendText(aText())).rejects.toThrow(NotifyUnavailable);
  });

  it('names no number in a fault', async () => {
    const fault = await notify.sendText(aText({ to: '07700' })).catch((error: NotifyRefused) => error);
    expect(JSON.stringify([fault, (fault as NotifyRefused).message])).not.toContain('07700');
    expect((fault as NotifyRefused).facts).toEqual({ status: '400', error: 'ValidationError' });
  });
});

describe('mobile numbers', () => {
  it.each([
    ['07700 900123', '07700900123'],
    ['+44 7700 900123', '07700900123'],
    ['+44 (0)7700-900123', '07700900123'],
    ['0044 7700 900123', '07700900123'],
    ['07624 000000', '07624000000'],
  ])('reads %s', (text, expected) => {
    expect(parseMobileNumber(text)).toBe(expected);
  });

  it.each(['01604 000000', '07000 000000', '07600 000000', '0770090012', '+1 770 0900123', '', 'call me'])(
    'does not read %j',
    (text) => {
      expect(parseMobileNumber(text)).toBeNull();
    },
  );
});
