import { describe, expect, it } from '@jest/globals';
import { CHECKS } from './checks.js';
import { hashOf } from './clients.js';
import type { Evidence } from './evidence.js';
import { Ledger } from './ledger.js';

const TOKEN = 'a-token-of-forty-characters-or-nearly-so';
const mail = { messageId: '<m1@fairway>', recipient: 'a@example.org', begunAt: 5, tokens: [TOKEN], stopToken: null };

/** A run in which one person was enrolled, written to, answered, phoned and referred; with changes. */
const evidence = (changes: Partial<Evidence> = {}): Evidence => ({
  episodes: [{ id: 'e1', personId: 'p1', status: 'ended', left: false }],
  triggers: [{ id: 't1', webhookId: 'w1', episodeId: 'e1' }],
  tasks: [
    { id: 'k1', episodeId: 'e1', step: 'call', kind: 'call', status: 'completed', outcome: 'agreed', closedBy: 'a1' },
  ],
  messages: [{ id: 'm1', episodeId: 'e1', personId: 'p1', step: 'invite', attempt: 1, fate: 'sent' }],
  links: [{ tokenHash: hashOf(TOKEN), messageId: 'm1', used: false, madeAt: 100 }],
  replies: [{ id: 'y1', messageId: 'm1', answer: 'yes' }],
  referrals: [{ id: 'r1', episodeId: 'e1', status: 'completed' }],
  refusals: [],
  outbox: [{ id: 'o1', fate: 'delivered', delivered: true }],
  audit: [
    { action: 'trigger.answered', actorId: 'x', subjectId: 't1', personId: 'p1' },
    { action: 'episode.opened', actorId: 'x', subjectId: 'e1', personId: 'p1' },
    { action: 'reply.received', actorId: 'x', subjectId: 'm1', personId: 'p1' },
    { action: 'task.claimed', actorId: 'a1', subjectId: 'k1', personId: 'p1' },
    { action: 'task.completed', actorId: 'a1', subjectId: 'k1', personId: 'p1' },
    { action: 'referral.accepted', actorId: 'x', subjectId: 'r1', personId: 'p1' },
  ],
  mail: [mail],
  ...changes,
});

function aLedger(): Ledger {
  const ledger = new Ledger();
  ledger.acknowledge({ kind: 'trigger', webhookId: 'w1', triggerId: 't1', episodeId: 'e1' });
  ledger.acknowledge({ kind: 'reply', tokenHash: hashOf(TOKEN), answer: 'yes' });
  ledger.acknowledge({ kind: 'claim', taskId: 'k1', accountId: 'a1' });
  ledger.acknowledge({ kind: 'completion', taskId: 'k1', accountId: 'a1', outcome: 'agreed' });
  ledger.acknowledge({ kind: 'referral', referralId: 'r1', status: 'accepted' });
  return ledger;
}

/** What each check finds, for those that find something. */
function found(changes: Partial<Evidence> = {}, ledger: Ledger = aLedger()): Record<string, string[]> {
  const all = CHECKS.map(({ name, find }) => [name, find(ledger, evidence(changes))] as const);
  return Object.fromEntries(all.filter(([, wrong]) => wrong.length > 0));
}

describe('the checks', () => {
  it('find nothing when all is as it was acknowledged', () => {
    expect(found()).toEqual({});
  });

  it.each<[string, Partial<Evidence>, string]>([
    ['an episode that is gone', { episodes: [] }, 'once'],
    ['a trigger answered twice', { triggers: [...evidence().triggers, ...evidence().triggers] }, 'once'],
    ['an answer that was lost', { replies: [] }, 'once'],
    ['another answer than was given', { replies: [{ id: 'y1', messageId: 'm1', answer: 'stop' }] }, 'once'],
    ['a completion that was lost', { tasks: [{ ...evidence().tasks[0]!, status: 'open' }] }, 'once'],
    ['a referral that fell back', { referrals: [{ id: 'r1', episodeId: 'e1', status: 'sent' }] }, 'once'],
    [
      'a pathway that goes nowhere',
      { episodes: [{ id: 'e1', personId: 'p1', status: 'open', left: false }] },
      'led on',
    ],
    ['what stays in the outbox', { outbox: [{ id: 'o1', fate: 'held', delivered: false }] }, 'led on'],
    [
      'an unknown fate that nobody looks into',
      { messages: [{ ...evidence().messages[0]!, fate: 'unknown' }] },
      'led on',
    ],
    ['a second task of a step', { tasks: [...evidence().tasks, { ...evidence().tasks[0]!, id: 'k2' }] }, 'one task'],
    ['a message given twice', { mail: [mail, mail] }, 'no duplicate'],
    ['an attempt written under two names', { mail: [mail, { ...mail, messageId: '<m2@fairway>' }] }, 'no duplicate'],
    ['mail with links that nobody knows', { mail: [{ ...mail, tokens: [] }] }, 'no duplicate'],
    ['a message claimed after an opt-out', { refusals: [{ personId: 'p1', keptAt: 99 }] }, 'suppression'],
    ['a command without its entry', { audit: evidence().audit.slice(1) }, 'audit'],
    ['a command with two entries', { audit: [...evidence().audit, evidence().audit[3]!] }, 'audit'],
    ['an entry in another name', { audit: evidence().audit.map((one) => ({ ...one, actorId: 'somebody' })) }, 'audit'],
  ])('find %s', (_what, changes, check) => {
    expect(Object.keys(found(changes))).toContain(check);
  });

  it('let a message pass that was claimed before the opt-out', () => {
    expect(found({ refusals: [{ personId: 'p1', keptAt: 101 }] })).toEqual({});
  });

  it('find an opt-out that was not kept', () => {
    const ledger = aLedger();
    ledger.acknowledge({ kind: 'opt-out', personId: 'p1' });
    expect(Object.keys(found({}, ledger))).toEqual(['once', 'suppression', 'audit']);
  });

  it('let a second answer to the same step count with the first', () => {
    const second = { ...evidence().messages[0]!, id: 'm2', attempt: 2 };
    const link = { tokenHash: 'hash-2', messageId: 'm2', used: false, madeAt: 1 };
    const ledger = aLedger();
    ledger.acknowledge({ kind: 'reply', tokenHash: 'hash-2', answer: 'yes' });
    const changes = { messages: [...evidence().messages, second], links: [...evidence().links, link] };
    expect(found(changes, ledger)).toEqual({});
  });
});
