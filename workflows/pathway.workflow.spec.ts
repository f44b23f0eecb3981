import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { answered, completed, gate, left, opened, replied } from '../test/temporal/events.js';
import { aCall, aMeasure, anInvitation, aReferral, aScript, aWait, days } from '../test/temporal/scripts.js';
import { type Play, Stage } from '../test/temporal/stage.js';

jest.setTimeout(30_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

describe('a contact step', () => {
  it.concurrent.each([
    ['yes', 'completed'],
    ['not-now', 'declined'],
    ['sorted', 'completed'],
  ] as const)('follows the answer %s at once, to %s', async (answer, ending) => {
    const play = await stage.perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.tell(replied(answer));
    expect(await play.ends()).toMatchObject({ ending, ignored: 0, repeated: 0 });
    expect(play.effects).toEqual(['sendMessage', 'recordEnding']);
    await play.keep(`contact-${answer}`);
  });

  it.concurrent('sends each attempt in its time, and goes on in silence', async () => {
    const play = await stage.perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.pass(6);
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.pass(2);
    await play.saw('sendMessage', 2);
    await play.pass(14);
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
    expect(play.all('sendMessage').map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    await play.keep('contact-silent');
  });

  it.concurrent('sends nothing more after an answer between two attempts', async () => {
    const play = await stage.perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.pass(8);
    await play.saw('sendMessage', 2);
    await play.tell(replied('yes'));
    await play.ends();
    expect(play.all('sendMessage')).toHaveLength(2);
  });

  it.concurrent('takes an answer that comes while the message is still being sent', async () => {
    const sent = gate();
    const sendMessage = async ({ at, every }: { at: string; every: { amount: number; unit: 'days' } }) => {
      await sent.opened;
      return { fate: 'sent' as const, nextAt: play.later(at, every) };
    };
    const play: Play = await stage.perform(aScript(anInvitation({ every: days(7) })), {
      answers: { sendMessage: sendMessage as never },
    });
    await play.saw('sendMessage');
    await play.tell(replied('yes'));
    sent.open();
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent.each(['unreachable', 'suppressed'] as const)('goes on at once when the person is %s', async (fate) => {
    const sendMessage = async ({ at }: { at: string }) => ({ fate, nextAt: at });
    const play = await stage.perform(aScript(anInvitation()), { answers: { sendMessage } });
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.keep(`contact-${fate}`);
  });

  it.concurrent('tries again after the spacing when a message failed', async () => {
    const play: Play = await stage.perform(aScript(anInvitation({ attempts: 2 })), {
      answers: { sendMessage: async ({ at, every }) => ({ fate: 'failed', nextAt: play.later(at, every) }) },
    });
    await play.saw('sendMessage');
    await play.pass(8);
    await play.saw('sendMessage', 2);
    await play.pass(7);
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
  });

  it.concurrent('never sends a message of unknown fate again, has a person look, and goes on meanwhile', async () => {
    const play: Play = await stage.perform(aScript(anInvitation({ attempts: 2 })), {
      answers: {
        sendMessage: async ({ at, every, attempt }) => ({
          fate: attempt === 1 ? 'unknown' : 'sent',
          nextAt: play.later(at, every),
        }),
      },
    });
    const check = await play.saw('openTask');
    expect(check).toMatchObject({ step: 'invite:check', kind: 'review', title: 'Check whether our message arrived' });
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.tell(completed(`task/${check.key}`, 'arrived'));
    await play.pass(8);
    await play.saw('sendMessage', 2);
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.all('sendMessage').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(play.all('cancelTask')).toEqual([]);
    await play.keep('contact-unknown');
  });

  it.concurrent('closes a check that is still open when the pathway ends', async () => {
    const play: Play = await stage.perform(aScript(anInvitation()), {
      answers: { sendMessage: async ({ at, every }) => ({ fate: 'unknown', nextAt: play.later(at, every) }) },
    });
    const taskId = await opened(play, 'openTask');
    await play.tell(replied('yes'));
    await play.ends();
    expect(play.all('cancelTask')).toMatchObject([{ taskId, because: 'pathway-ended' }]);
  });

  it.concurrent('does not send again what was sent before the pathway joined', async () => {
    const enteredAt = new Date(Date.now() - 60_000).toISOString();
    const play = await stage.perform(aScript(anInvitation({ attempts: 2 })), { joinAt: { step: 'invite', enteredAt } });
    await play.saw('noteWaiting');
    expect(play.all('sendMessage')).toEqual([]);
    await play.pass(8);
    expect((await play.saw('sendMessage')).attempt).toBe(2);
    await play.tell(replied('yes'));
    await play.ends();
    await play.keep('contact-joined');
  });
});

describe('a task step', () => {
  it.concurrent.each([
    ['agreed', 'completed'],
    ['declined', 'declined'],
  ])('follows the outcome %s to %s', async (outcome, ending) => {
    const play = await stage.perform(aScript(aCall()));
    await play.tell(completed(await opened(play, 'openTask'), outcome));
    expect(await play.ends()).toMatchObject({ ending, ignored: 0 });
    expect(play.effects).toEqual(['openTask', 'recordEnding']);
    await play.keep(`task-${outcome}`);
  });

  it.concurrent('climbs each rung of the ladder once, and then goes on waiting', async () => {
    const play = await stage.perform(aScript(aCall()));
    const taskId = await opened(play, 'openTask');
    await play.pass(6);
    expect(play.all('escalateTask')).toEqual([]);
    await play.pass(2);
    await play.saw('escalateTask');
    await play.pass(60);
    await play.saw('escalateTask', 2);
    expect(play.all('escalateTask')).toMatchObject([
      { taskId, to: 'team-lead' },
      { taskId, to: 'programme-manager' },
    ]);
    await play.tell(completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('openTask')).toHaveLength(1);
    await play.keep('task-escalated');
  });

  it.concurrent('takes a completion that comes before it has heard that its task is open', async () => {
    const shown = gate();
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ at, due, key }) => {
          await shown.opened;
          return { taskId: `task/${key}`, dueAt: play.later(at, due), escalateAt: [at, at] };
        },
      },
    });
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    shown.open();
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.all('escalateTask')).toEqual([]);
  });

  it.concurrent('stays as it is when an outcome is unknown or the task is another', async () => {
    const play = await stage.perform(aScript(aCall()));
    const taskId = await opened(play, 'openTask');
    await play.tell(
      completed(taskId, 'no-such-outcome'),
      completed('task/another', 'agreed'),
      replied('yes', { step: 'call' }),
    );
    expect(await play.state()).toMatchObject({ step: 'call', ending: null });
    await play.tell(completed(taskId, 'declined'));
    expect(await play.ends()).toMatchObject({ ending: 'declined', ignored: 3 });
  });

  it.concurrent('counts its deadlines from the time it was entered when it joins work under way', async () => {
    const enteredAt = new Date(Date.now() - 1000).toISOString();
    const play = await stage.perform(aScript(anInvitation(), aCall()), { joinAt: { step: 'call', enteredAt } });
    const call = await play.saw('openTask');
    expect(call).toMatchObject({ step: 'call', at: enteredAt });
    expect(play.effects).toEqual(['openTask']);
    await play.tell(completed(`task/${call.key}`, 'agreed'));
    await play.ends();
    await play.keep('task-joined');
  });
});

describe('a referral step', () => {
  it.concurrent('is completed by a service that accepts, starts and reports', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'accepted'));
    await play.saw('noteWaiting');
    await play.tell(answered(referralId, 'started'), answered(referralId, 'completed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.effects).toEqual(['sendReferral', 'noteWaiting', 'recordEnding']);
    await play.keep('referral-completed');
  });

  it.concurrent('follows a service that could not help', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'accepted'), answered(referralId, 'not-completed'));
    expect(await play.ends()).toMatchObject({ ending: 'declined' });
    await play.keep('referral-not-completed');
  });

  it.concurrent('asks the next service after a decline, naming those already asked', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const first = await opened(play, 'sendReferral');
    await play.tell(answered(first, 'declined'));
    const second = await opened(play, 'sendReferral', 2);
    await play.tell(answered(second, 'accepted'), answered(second, 'completed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('sendReferral').map(({ tried }) => tried)).toEqual([[], [first]]);
    expect(play.all('closeReferral')).toEqual([]);
    await play.keep('referral-declined');
  });

  it.concurrent('takes an unanswered referral back and asks the next, as often as the programme allows', async () => {
    const play = await stage.perform(aScript(aReferral()));
    await play.saw('sendReferral');
    await play.pass(20);
    expect(await play.ends()).toMatchObject({ ending: 'no-service' });
    expect(play.all('sendReferral')).toHaveLength(3);
    expect(play.all('closeReferral').map(({ as }) => as)).toEqual(['expired', 'expired', 'expired']);
    await play.keep('referral-expired');
  });

  it.concurrent('is refused when no service is left', async () => {
    const play = await stage.perform(aScript(aReferral()), {
      answers: { sendReferral: async () => ({ sent: false }) },
    });
    expect(await play.ends()).toMatchObject({ ending: 'no-service' });
    await play.keep('referral-no-service');
  });

  it.concurrent('waits for the answer of a service that answered just before it was taken back', async () => {
    const play = await stage.perform(aScript(aReferral()), {
      answers: { closeReferral: async () => ({ closed: false }) },
    });
    const referralId = await opened(play, 'sendReferral');
    await play.pass(6);
    await play.saw('closeReferral');
    await play.tell(answered(referralId, 'accepted'), answered(referralId, 'completed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('sendReferral')).toHaveLength(1);
    await play.keep('referral-answered-late');
  });

  it.concurrent('understands a report that overtakes the acceptance', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'completed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent('ignores a service that was not asked', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered('referral/another', 'completed'), answered(referralId, 'not-completed'));
    expect(await play.ends()).toMatchObject({ ending: 'declined', ignored: 1 });
  });

  it.concurrent('has somebody ask when a service does not report, and believes what they find out', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'accepted'));
    await play.saw('noteWaiting');
    await play.pass(85);
    const ask = await play.saw('openTask');
    expect(ask).toMatchObject({ step: 'refer:overdue', kind: 'review', title: 'Ask the service how it went' });
    await play.tell(completed(`task/${ask.key}`, 'completed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('closeReferral')).toMatchObject([{ referralId, as: 'completed' }]);
    await play.keep('referral-overdue-asked');
  });

  it.concurrent('still takes the report of a service that is being asked', async () => {
    const play = await stage.perform(aScript(aReferral()));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'accepted'));
    await play.saw('noteWaiting');
    await play.pass(85);
    const taskId = await opened(play, 'openTask');
    await play.tell(answered(referralId, 'not-completed'));
    expect(await play.ends()).toMatchObject({ ending: 'declined' });
    expect(play.all('cancelTask')).toMatchObject([{ taskId, because: 'service-reported' }]);
    await play.keep('referral-overdue-reported');
  });
});

describe('a wait step', () => {
  it.concurrent('says what it waits for and goes on in its time', async () => {
    const play = await stage.perform(aScript(aWait()));
    await play.saw('noteWaiting');
    await play.pass(29);
    expect(await play.state()).toMatchObject({ step: 'pause' });
    await play.pass(2);
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    await play.keep('wait');
  });
});

describe('a measure step', () => {
  it.concurrent('opens its task when it is time, and follows the result', async () => {
    const play = await stage.perform(aScript(aMeasure()));
    await play.saw('noteWaiting');
    await play.pass(27);
    expect(play.all('openTask')).toEqual([]);
    await play.pass(2);
    const call = await play.saw('openTask');
    expect(call).toMatchObject({ kind: 'measure', asks: { instrument: 'russell-standard-4-week' } });
    await play.tell(completed(`task/${call.key}`, 'quit'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    await play.keep('measure-recorded');
  });

  it.concurrent('is lost when its window passes', async () => {
    const play = await stage.perform(aScript(aMeasure()));
    await play.saw('noteWaiting');
    await play.pass(43);
    expect(await play.ends()).toMatchObject({ ending: 'lost' });
    expect(play.effects).toEqual(['noteWaiting', 'openTask', 'cancelTask', 'recordLost', 'recordEnding']);
    await play.keep('measure-lost');
  });

  it.concurrent('counts a result recorded in the last moment', async () => {
    const play = await stage.perform(aScript(aMeasure()), { answers: { cancelTask: async () => ({ closed: false }) } });
    await play.saw('noteWaiting');
    await play.pass(43);
    await play.saw('cancelTask');
    await play.tell(completed(await opened(play, 'openTask'), 'quit'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('recordLost')).toEqual([]);
    await play.keep('measure-last-moment');
  });

  it.concurrent('is due at once when its time has come before the pathway joined', async () => {
    const enteredAt = new Date(Date.now() - 28 * 86_400_000).toISOString();
    const play = await stage.perform(aScript(aReferral(), aMeasure()), {
      joinAt: { step: 'four-week-quit', enteredAt },
    });
    await play.tell(completed(await opened(play, 'openTask'), 'not-quit'));
    expect(await play.ends()).toMatchObject({ ending: 'declined' });
    await play.keep('measure-joined');
  });
});

describe('leaving', () => {
  it.concurrent('before the first task opens nothing at all', async () => {
    const play = await stage.perform(aScript(aCall()), { early: [left('died')] });
    expect(await play.ends()).toMatchObject({ ending: 'died' });
    expect(play.effects).toEqual(['recordEnding']);
    await play.keep('left-before-the-first-task');
  });

  it.concurrent('closes the task that was being opened', async () => {
    const shown = gate();
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ at, key }) => {
          await shown.opened;
          return { taskId: `task/${key}`, dueAt: at, escalateAt: [at, at] };
        },
      },
    });
    const taskId = await opened(play, 'openTask');
    await play.tell(left('opted-out'));
    await play.reaches(({ ending }) => ending === null);
    shown.open();
    expect(await play.ends()).toMatchObject({ ending: 'opted-out' });
    expect(play.all('cancelTask')).toMatchObject([{ taskId, because: 'opted-out' }]);
  });

  it.concurrent('takes back a side task as well', async () => {
    const play: Play = await stage.perform(aScript(anInvitation({ silent: { step: 'call' }, attempts: 1 }), aCall()), {
      answers: { sendMessage: async ({ at, every }) => ({ fate: 'unknown', nextAt: play.later(at, every) }) },
    });
    const check = await opened(play, 'openTask');
    await play.pass(8);
    const call = await opened(play, 'openTask', 2);
    await play.tell(left('moved-away'));
    await play.ends();
    expect(play.all('cancelTask').map(({ taskId }) => taskId)).toEqual([check, call]);
  });

  it.concurrent('goes by the first reason', async () => {
    const ending = gate();
    const play = await stage.perform(aScript(aCall()), { answers: { recordEnding: async () => ending.opened } });
    await play.saw('openTask');
    await play.tell(left('opted-out'));
    await play.saw('recordEnding');
    await play.tell(left('died'));
    ending.open();
    expect(await play.ends()).toMatchObject({ ending: 'opted-out', ignored: 1 });
  });
});

describe('the events', () => {
  it.concurrent('count once however often they come', async () => {
    const play = await stage.perform(aScript(anInvitation({ replied: toCall() }), aCall({ id: 'call' })));
    await play.saw('sendMessage');
    const reply = replied('yes');
    await play.tell(reply, reply);
    const done = completed(await opened(play, 'openTask'), 'agreed');
    await play.tell(reply, done);
    expect(await play.ends()).toMatchObject({ ending: 'completed', repeated: 2, ignored: 0 });
    await play.keep('events-repeated');
  });

  it.concurrent('are heard when they come before the first task', async () => {
    const play = await stage.perform(aScript(anInvitation()), { early: [replied('yes'), replied('sorted')] });
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent('of a step that is over change nothing', async () => {
    const play = await stage.perform(aScript(anInvitation({ attempts: 1, silent: { step: 'call' } }), aCall()));
    await play.saw('sendMessage');
    await play.pass(8);
    const taskId = await opened(play, 'openTask');
    await play.tell(replied('not-now'), left('need-met'));
    expect(await play.ends()).toMatchObject({ ending: 'need-met', ignored: 1 });
    expect(play.all('cancelTask')).toMatchObject([{ taskId }]);
  });

  function toCall() {
    return { yes: { step: 'call' }, 'not-now': { ending: 'declined' }, sorted: { ending: 'completed' } } as const;
  }
});

describe('an effect', () => {
  it.concurrent('has a key of its own, and the same key when it is tried again', async () => {
    const keys: string[] = [];
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ key, at }) => {
          keys.push(key);
          if (keys.length < 3) throw new Error('not yet');
          return { taskId: `task/${key}`, dueAt: at, escalateAt: [] };
        },
      },
    });
    await play.pass(1);
    await play.reaches(() => keys.length === 3);
    expect(new Set(keys)).toEqual(new Set([`pathway/${play.episodeId}:1`]));
    await play.tell(left('need-met'));
    await play.ends();
    expect(new Set(play.calls.map(({ call }) => call.key)).size).toBe(play.calls.length);
  });

  it.concurrent('that fails for good is shown, tried again, and loses nobody', async () => {
    let broken = true;
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ key, at }) => {
          if (broken) throw ApplicationFailure.nonRetryable('no such team');
          return { taskId: `task/${key}`, dueAt: at, escalateAt: [at, at] };
        },
      },
    });
    expect(await play.reaches(({ stuckOn }) => stuckOn !== null)).toMatchObject({ stuckOn: { step: 'call' } });
    broken = false;
    await play.pass(1);
    expect(await play.reaches(({ stuckOn }) => stuckOn === null)).toMatchObject({ step: 'call' });
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    await play.keep('effect-failed-for-good');
  });

  it.concurrent('that fails for good does not keep a person from leaving', async () => {
    const play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async () => {
          throw ApplicationFailure.nonRetryable('no such team');
        },
      },
    });
    await play.reaches(({ stuckOn }) => stuckOn !== null);
    await play.tell(left('died'));
    expect(await play.ends()).toMatchObject({ ending: 'died' });
  });
});

describe('a whole pathway', () => {
  const script = aScript(
    anInvitation({
      silent: { step: 'call' },
      replied: { yes: { step: 'refer' }, 'not-now': { ending: 'declined' }, sorted: { ending: 'completed' } },
    }),
    aCall({
      outcomes: [
        { key: 'agreed', label: 'Agreed', marks: ['reached', 'accepted'], next: { step: 'refer' } },
        { key: 'declined', label: 'Declined', marks: ['reached'], next: { ending: 'declined' } },
      ],
    }),
    aReferral({ completed: { step: 'four-week-quit' } }),
    aMeasure(),
  );

  it.concurrent('goes from invitation to result, with a short history and few effects', async () => {
    const play = await stage.perform(script);
    await play.saw('sendMessage');
    await play.pass(22);
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    const referralId = await opened(play, 'sendReferral');
    await play.tell(answered(referralId, 'accepted'));
    await play.saw('noteWaiting');
    await play.pass(40);
    await play.tell(answered(referralId, 'completed'));
    await play.saw('noteWaiting', 2);
    await play.pass(29);
    await play.tell(completed(await opened(play, 'openTask', 2), 'quit'));
    expect(await play.ends()).toEqual({
      version: 1,
      paused: null,
      heldUp: false,
      branches: [],
      step: null,
      enteredAt: expect.any(String),
      ending: 'completed',
      ignored: 0,
      repeated: 0,
      stuckOn: null,
    });
    expect(play.effects).toEqual([
      ...['sendMessage', 'sendMessage', 'sendMessage', 'openTask', 'sendReferral', 'noteWaiting'],
      ...['noteWaiting', 'openTask', 'recordEnding'],
    ]);
    expect(play.calls.map(({ call }) => call.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(await play.historyLength()).toBeLessThan(160);
    await play.keep('whole-pathway');
  });
});
