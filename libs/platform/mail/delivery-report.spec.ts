import { describe, expect, it } from '@jest/globals';
import { aBounce } from '../../../test/factories/bounce.js';
import { readDeliveryReport } from './index.js';

const read = (text: string) => readDeliveryReport(Buffer.from(text));

describe('a delivery report', () => {
  it.each(['whole', 'headers', 'in-reply-to'] as const)('names the message it returns (%s)', async (returned) => {
    expect(await read(aBounce({ returned }))).toMatchObject({
      messageIds: ['<pathway.1@fairway.test>'],
      fate: 'failed',
      status: '5.1.1',
    });
  });

  it.each([
    ['failed', '5.1.1', 'failed', '5.1.1'],
    ['failed', '4.4.7 (expired)', 'failed', '4.4.7'],
    ['delayed', '4.4.1', 'delayed', '4.4.1'],
    ['delivered', '2.1.5', 'delivered', '2.1.5'],
    ['Relayed', 'none', 'delivered', null],
  ])('%s with %j is %s', async (action, written, fate, status) => {
    expect(await read(aBounce({ action, status: written }))).toMatchObject({ fate, status });
  });

  it('is known again when it comes twice', async () => {
    const [one, again, other] = await Promise.all([
      read(aBounce()),
      read(`Received: from mx\n${aBounce()}`),
      read(aBounce({ id: '<other@mx.example.org>' })),
    ]);
    expect(again?.reportId).toBe(one?.reportId);
    expect(other?.reportId).not.toBe(one?.reportId);
  });

  it('reads line ends of either kind', async () => {
    expect(await read(aBounce().replaceAll('\n', '\r\n'))).toMatchObject({ fate: 'failed', status: '5.1.1' });
  });

  it.each([
    ['nothing', ''],
    [
      'an out-of-office reply',
      'From: a@example.org\nSubject: I am away\nAuto-Submitted: auto-replied\n\nBack on Monday.',
    ],
    ['a report that says nothing', aBounce().replace('Action: failed', 'Action: pondered')],
    ['a report without recipients', aBounce().replace(/Final-Recipient[^]*no such user here/, '')],
    ['noise', '\0\u0001'.repeat(1000)],
  ])('is not %s', async (_what, text) => {
    expect(await read(text)).toBeNull();
  });
});
