import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import type { Mood } from '../sink.js';
import { until } from '../waiting.js';

const down: Fault = {
  name: 'smtp-down',
  does: 'The mail server takes no connection for eight seconds.',
  proof: 'mail',
  strike: ({ stage }) =>
    stage.without('mail', async () => {
      await stage.sink.close();
      await pause(8000);
      await stage.sink.open();
    }),
};

const slow: Fault = {
  name: 'smtp-slow',
  does: 'For ten seconds the mail server takes three seconds over every message.',
  proof: 'mail',
  strike: async ({ stage }) => {
    stage.sink.slowness = 3000;
    await pause(10_000);
    stage.sink.slowness = 0;
  },
};

function inMood(name: string, mood: Mood, does: string): Fault {
  return {
    name,
    does,
    proof: 'mail',
    strike: async ({ stage }) => {
      stage.sink.mood = mood;
      await pause(7000);
      stage.sink.mood = 'takes';
    },
  };
}

const consentWithdrawn: Fault = {
  name: 'consent-withdrawn',
  does: 'Messages are queued because the mail server asks to try later; a third of those waiting for theirs ask to be left alone; then the mail server takes mail again.',
  passes: 'None of them gets a message.',
  proof: 'mail',
  strike: async ({ stage, load, roll }) => {
    stage.sink.mood = 'busy';
    const waiting = await until('messages queued', async () => {
      const rows = await stage.query<{ person_id: string }>(
        `SELECT m.person_id FROM message m WHERE m.fate IN ('failed', 'claimed', 'waiting')
           AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = m.person_id)`,
      );
      return rows.length >= 6 && rows;
    });
    const user = await stage.signIn('care-coordinator');
    for (const [place, { person_id: personId }] of waiting.entries()) {
      if (place < 2 || roll() < 0.3) await load.optOut(user, personId);
    }
    // A try that had begun before somebody asked is over when the server takes mail again.
    await until('no message on its way', async () => {
      const rows = await stage.query(
        `SELECT 1 FROM message m WHERE m.fate = 'claimed'
            AND EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = m.person_id AND NOT c.allowed)`,
      );
      return rows.length === 0;
    });
    stage.sink.mood = 'takes';
  },
  judge: ({ ledger }, { messages, mail, refusals }) => {
    const few = ledger.of('opt-out').length < 2 ? ['hardly anybody asked to be left alone'] : [];
    const theirs = messages.filter(({ personId }) => refusals.some((one) => one.personId === personId));
    // Suppressed at its next try, or given up when the person left before there was one.
    const keptBack = theirs.filter(({ fate }) => fate === 'suppressed' || fate === 'failed');
    const standing = theirs.filter(({ fate }) => fate === 'waiting' || fate === 'claimed');
    return [
      ...few,
      ...(mail.length === 0 ? ['no mail went at all'] : []),
      ...(keptBack.length === 0 ? ['no queued message was kept back'] : []),
      ...standing.map(({ id, fate }) => `message ${id} of somebody who asked to be left alone is still ${fate}`),
    ];
  },
};

export const mail: readonly Fault[] = [
  down,
  slow,
  inMood('smtp-busy', 'busy', 'For seven seconds the mail server answers 451, try later.'),
  inMood('smtp-refuses', 'refuses', 'For seven seconds the mail server answers 550, no such mailbox.'),
  inMood('smtp-drop', 'drops', 'For seven seconds the mail server hangs up in the middle of every message.'),
  consentWithdrawn,
];
