import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Settings, type SettingsValues } from '#platform/config';
import { RequestInvalid } from '../http/request.faults.js';
import { SignatureInvalid, SignedTriggers } from './signed-triggers.js';

const GP = `whsec_${Buffer.from('the secret of the GP system').toString('base64')}`;
const HOSPITAL = `whsec_${Buffer.from('the secret of the hospital').toString('base64')}`;
const signed = new SignedTriggers(
  new Settings({ TRIGGER_SECRETS: { 'gp-system': GP, hospital: HOSPITAL } } as unknown as SettingsValues),
);

const aTrigger = (changes: Record<string, unknown> = {}): string =>
  JSON.stringify({
    programme: 'stop-smoking',
    nhsNumber: '999 000 0018',
    reason: 'Asked for help',
    source: 'gp-system',
    ...changes,
  });

/** Sends `body` as somebody with `secret` would, `secondsAgo`. */
function aDelivery(body: string, { secret = GP, id = 'msg_1', secondsAgo = 0 } = {}) {
  const at = new Date(Date.now() - secondsAgo * 1000);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
}

const open = (body: string, headers: Record<string, unknown>) => signed.open(headers, Buffer.from(body));

describe('SignedTriggers', () => {
  it('opens a message its source signed', () => {
    const body = aTrigger();
    expect(open(body, aDelivery(body))).toMatchObject({
      programme: 'stop-smoking',
      source: 'gp-system',
      webhookId: 'msg_1',
      bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('takes one good signature among several, as when a secret is being changed', () => {
    const body = aTrigger();
    const headers = aDelivery(body);
    const both = `v1,${Buffer.alloc(32).toString('base64')} ${headers['webhook-signature']}`;
    expect(open(body, { ...headers, 'webhook-signature': both }).webhookId).toBe('msg_1');
  });

  it.each([
    ['a changed body', () => [aTrigger({ nhsNumber: '9990000026' }), aDelivery(aTrigger())]],
    ['one more space', () => [`${aTrigger()} `, aDelivery(aTrigger())]],
    ['another message’s id', () => [aTrigger(), { ...aDelivery(aTrigger()), 'webhook-id': 'msg_2' }]],
    ['another secret', () => [aTrigger(), aDelivery(aTrigger(), { secret: HOSPITAL })]],
    [
      'a source that is not the signer',
      () => [aTrigger({ source: 'hospital' }), aDelivery(aTrigger({ source: 'hospital' }))],
    ],
    ['an unknown source', () => [aTrigger({ source: 'nobody' }), aDelivery(aTrigger({ source: 'nobody' }))]],
    ['a source named after a part of every object', () => [aTrigger({ source: 'constructor' }), aDelivery(aTrigger())]],
    ['no source', () => [aTrigger({ source: undefined }), aDelivery(aTrigger())]],
    ['a time six minutes ago', () => [aTrigger(), aDelivery(aTrigger(), { secondsAgo: 360 })]],
    ['a time six minutes ahead', () => [aTrigger(), aDelivery(aTrigger(), { secondsAgo: -360 })]],
    ['a time that is no number', () => [aTrigger(), { ...aDelivery(aTrigger()), 'webhook-timestamp': 'now' }]],
    ['no headers', () => [aTrigger(), {}]],
    ['an empty signature', () => [aTrigger(), { ...aDelivery(aTrigger()), 'webhook-signature': '' }]],
    ['a header sent twice', () => [aTrigger(), { ...aDelivery(aTrigger()), 'webhook-id': ['msg_1', 'msg_1'] }]],
    ['a body that is a list', () => ['[]', aDelivery('[]')]],
    ['a body that is null', () => ['null', aDelivery('null')]],
  ] as const)('refuses %s', (_what, deliver) => {
    const [body, headers] = deliver();
    expect(() => open(body as string, headers as Record<string, unknown>)).toThrow(SignatureInvalid);
  });

  it('opens any source that has no secret of its own with the secret for every source', () => {
    const everybody = new SignedTriggers(
      new Settings({ TRIGGER_SECRETS: { hospital: HOSPITAL, '*': GP } } as unknown as SettingsValues),
    );
    const openAs = (body: string) => everybody.open(aDelivery(body), Buffer.from(body));
    expect(openAs(aTrigger({ source: 'council' })).source).toBe('council');
    expect(() => openAs(aTrigger({ source: 'hospital' }))).toThrow(SignatureInvalid);
    expect(() => openAs(aTrigger({ source: undefined }))).toThrow(RequestInvalid);
  });

  it('refuses a delivery without a body', () => {
    expect(() => signed.open(aDelivery(''), undefined)).toThrow(SignatureInvalid);
  });

  it('says what is wrong with a body only once its signature holds', () => {
    const wrong = aTrigger({ nhsNumber: '12', extra: true });
    expect(() => open(wrong, aDelivery(wrong))).toThrow(RequestInvalid);
    expect(() => open(wrong, aDelivery(aTrigger()))).toThrow(SignatureInvalid);
  });
});
