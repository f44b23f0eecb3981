import { describe, expect, it } from '@jest/globals';
import { dice } from './dice.js';
import { Ledger } from './ledger.js';

const trigger = { kind: 'trigger', webhookId: 'msg_1', triggerId: 't1', episodeId: 'e1' } as const;

describe('the ledger', () => {
  it('counts an operation once however often it is acknowledged', () => {
    const ledger = new Ledger();
    ledger.acknowledge(trigger, 1);
    ledger.acknowledge(trigger, 2);
    expect(ledger.of('trigger')).toEqual([{ ...trigger, at: 1 }]);
    expect(ledger.contradictions).toEqual([]);
  });

  it('notices when the same webhook is answered in two ways', () => {
    const ledger = new Ledger();
    ledger.acknowledge(trigger);
    ledger.acknowledge({ ...trigger, episodeId: 'e2' });
    expect(ledger.contradictions).toEqual([expect.stringContaining('episodeId=e1, then trigger')]);
  });

  it('notices when two colleagues are told that a task is theirs', () => {
    const ledger = new Ledger();
    for (const accountId of ['a', 'b']) ledger.acknowledge({ kind: 'claim', taskId: 't', accountId });
    expect(ledger.contradictions).toHaveLength(1);
  });

  it('keeps the steps of one referral apart', () => {
    const ledger = new Ledger();
    for (const status of ['accepted', 'started']) ledger.acknowledge({ kind: 'referral', referralId: 'r', status });
    expect(ledger.of('referral').map(({ status }) => status)).toEqual(['accepted', 'started']);
    expect(ledger.of('claim')).toEqual([]);
  });
});

describe('dice', () => {
  it('fall the same for the same seed, and otherwise for another', () => {
    const throws = (seed: number): number[] => Array.from({ length: 5 }, dice(seed));
    expect(throws(7)).toEqual(throws(7));
    expect(throws(7)).not.toEqual(throws(8));
    for (const one of throws(7)) expect(one >= 0 && one < 1).toBe(true);
  });
});
