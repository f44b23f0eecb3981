import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { bounced, completed, left, opened, replied } from '../test/temporal/events.js';
import { aCall, anInvitation, aPlannedInvitation, aScript } from '../test/temporal/scripts.js';
import { type Answers, type Play, Stage } from '../test/temporal/stage.js';
import type { MessageFate, PathwayScript } from './contracts/index.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

/** A play whose messages have these fates, one a call, and then `sent`. Phoning is what a channel of that name means. */
async function perform(script: PathwayScript, ...fates: readonly MessageFate[]): Promise<Play> {
  let calls = 0;
  const answers: Answers = {
    sendMessage: async ({ at, every, channels }) => {
      calls += 1;
      const fate = fates[calls - 1] ?? (channels[0] === 'phone' ? 'phone' : 'sent');
      return { fate, nextAt: play.later(at, fate === 'later' ? { amount: 1, unit: 'days' } : every) };
    },
  };
  const play: Play = await stage.perform(script, { answers });
  return play;
}

const planned = aScript(aPlannedInvitation());

describe('a contact with a plan', () => {
  it.concurrent('tries each attempt on its own channels, with its own template, in its own time', async () => {
    const play = await perform(planned);
    await play.saw('sendMessage');
    await play.pass(8);
    const phone = await play.saw('openTask');
    expect(phone).toMatchObject({ step: 'invite:phone', kind: 'call', role: 'link-worker' });
    expect(phone.outcomes.map(({ key }) => key)).toEqual(['yes', 'not-now', 'later', 'sorted', 'no-answer']);
    await play.tell(completed(`task/${phone.key}`, 'no-answer'));
    await play.pass(5);
    expect(play.all('sendMessage')).toHaveLength(2);
    await play.pass(2.5);
    await play.saw('sendMessage', 3);
    await play.pass(8);
    expect(await play.ends()).toMatchObject({ ending: 'silent', ignored: 0 });
    const hours = { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] };
    expect(play.all('sendMessage')).toMatchObject([
      { attempt: 1, channels: ['email'], template: 'stop-smoking-invite', hours },
      { attempt: 2, channels: ['phone'], template: 'stop-smoking-invite', hours },
      { attempt: 3, channels: ['sms', 'letter'], template: 'stop-smoking-last', hours },
    ]);
    await play.keep('contact-planned');
  });

  it.concurrent.each(['unreachable', 'suppressed'] as const)(
    'goes on to the next attempt at once when one is %s',
    async (fate) => {
      const play = await perform(planned, fate);
      await play.saw('openTask');
      expect(play.all('sendMessage').map(({ attempt }) => attempt)).toEqual([1, 2]);
      await play.tell(replied('yes'));
      expect(await play.ends()).toMatchObject({ ending: 'completed' });
    },
  );

  it.concurrent('ends in silence at once when no attempt can be made', async () => {
    const play = await perform(planned, 'unreachable', 'unreachable', 'unreachable');
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
    expect(play.effects).toEqual(['sendMessage', 'sendMessage', 'sendMessage', 'recordEnding']);
  });
});

describe('a message that may not go yet', () => {
  it.concurrent('is tried again as the same attempt, under a key of its own', async () => {
    const play = await perform(aScript(anInvitation({ attempts: 1 })), 'later', 'later');
    await play.saw('sendMessage');
    await play.pass(2.5);
    await play.saw('sendMessage', 3);
    await play.pass(6);
    expect(await play.state()).toMatchObject({ ending: null });
    await play.pass(2);
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
    const calls = play.all('sendMessage');
    expect(calls.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
    expect(new Set(calls.map(({ key }) => key)).size).toBe(3);
    await play.keep('contact-later');
  });

  it.concurrent('is not sent when the answer comes first', async () => {
    const play = await perform(aScript(anInvitation()), 'later');
    await play.saw('sendMessage');
    await play.tell(replied('sorted'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('sendMessage')).toHaveLength(1);
  });
});

describe('a contact by phone', () => {
  const phoneFirst = aScript(
    aPlannedInvitation({
      plan: [
        { channels: ['phone'], wait: { amount: 7, unit: 'days' } },
        { channels: ['email'], wait: { amount: 7, unit: 'days' } },
      ],
    }),
  );

  it.concurrent.each([
    ['yes', 'completed'],
    ['not-now', 'declined'],
    ['sorted', 'completed'],
  ])('leads as the reply would when they say %s', async (outcome, ending) => {
    const play = await perform(phoneFirst);
    await play.tell(completed(await opened(play, 'openTask'), outcome));
    expect(await play.ends()).toMatchObject({ ending, ignored: 0 });
    expect(play.effects).toEqual(['sendMessage', 'openTask', 'recordEnding']);
    if (outcome === 'yes') await play.keep('contact-phoned');
  });

  it.concurrent('goes on without it when nobody has phoned in time', async () => {
    const play = await perform(phoneFirst);
    const taskId = await opened(play, 'openTask');
    await play.pass(3.5);
    expect(await play.saw('cancelTask')).toMatchObject({ taskId, because: 'nobody-phoned' });
    await play.pass(4);
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 2 });
    await play.tell(completed(taskId, 'yes'), replied('not-now'));
    expect(await play.ends()).toMatchObject({ ending: 'declined', ignored: 1 });
    await play.keep('contact-not-phoned');
  });

  it.concurrent('believes a call that was made just before it was given up', async () => {
    const play: Play = await stage.perform(phoneFirst, {
      answers: {
        sendMessage: async ({ at, every }) => ({ fate: 'phone', nextAt: play.later(at, every) }),
        cancelTask: async () => ({ closed: false }),
      },
    });
    const taskId = await opened(play, 'openTask');
    await play.pass(4);
    await play.saw('cancelTask');
    await play.tell(completed(taskId, 'yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent('takes the call back when they reply themselves', async () => {
    const play = await perform(phoneFirst);
    const taskId = await opened(play, 'openTask');
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('cancelTask')).toMatchObject([{ taskId, because: 'they-replied' }]);
  });

  it.concurrent('asks again on the day they named on the phone', async () => {
    const play = await perform(phoneFirst);
    const until = play.instant(40);
    await play.tell(completed(await opened(play, 'openTask'), 'later', until));
    expect(await play.saw('noteUntil')).toMatchObject({ until });
    await play.pass(39);
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.pass(2);
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 2 });
    await play.tell(left('died'));
    await play.ends();
  });
});

describe('a person who asks to be asked later', () => {
  it.concurrent('is asked again on the day, and then as the plan goes on', async () => {
    const play = await perform(aScript(anInvitation({ attempts: 2 })));
    await play.saw('sendMessage');
    const until = play.instant(60);
    await play.tell(replied('later', { until }));
    expect(await play.saw('noteUntil')).toMatchObject({
      until,
      what: 'They asked us to ask again',
      clock: 'person',
      step: 'invite',
    });
    await play.pass(59);
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.pass(2);
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 2 });
    await play.pass(8);
    expect(await play.ends()).toMatchObject({ ending: 'silent', ignored: 0 });
    await play.keep('contact-ask-later');
  });

  it.concurrent('gets one fresh attempt when all had been made, however often', async () => {
    const play = await perform(aScript(anInvitation({ attempts: 1 })));
    for (const round of [1, 2]) {
      await play.saw('sendMessage', round);
      await play.tell(replied('later', { until: play.instant(30) }));
      await play.saw('noteUntil', round);
      await play.pass(31);
    }
    expect(await play.saw('sendMessage', 3)).toMatchObject({ attempt: 3 });
    await play.pass(8);
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
    expect(play.all('sendMessage')).toHaveLength(3);
  });

  it.concurrent('can still answer, or name another day, before it comes', async () => {
    const play = await perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.tell(replied('later', { until: play.instant(10) }));
    await play.saw('noteUntil');
    await play.tell(replied('later', { until: play.instant(90) }));
    await play.saw('noteUntil', 2);
    await play.pass(80);
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent('without a day is asked again after the usual spacing', async () => {
    const play = await perform(aScript(anInvitation({ attempts: 1 })));
    await play.saw('sendMessage');
    await play.tell(replied('later'));
    expect(await play.saw('noteWaiting')).toMatchObject({ what: 'They asked us to ask again', clock: 'person' });
    await play.pass(8);
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 2 });
    await play.tell(left('died'));
    await play.ends();
  });
});

describe('a person who answers when the step is over', () => {
  it.concurrent('is heard of at once, and the pathway goes on as it was', async () => {
    const play = await stage.perform(aScript(anInvitation({ attempts: 1, silent: { step: 'call' } }), aCall()));
    await play.saw('sendMessage');
    await play.pass(8);
    const taskId = await opened(play, 'openTask');
    const late = replied('yes');
    await play.tell(late);
    expect(await play.saw('noteIgnored')).toMatchObject({ step: 'call', events: [{ id: late.id, kind: 'replied' }] });
    expect(await play.state()).toMatchObject({ step: 'call', ending: null, ignored: 1 });
    await play.tell(completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 1 });
    expect(play.all('noteIgnored')).toHaveLength(1);
    await play.keep('contact-late-reply');
  });

  it.concurrent('does not keep anybody from leaving while that cannot be recorded', async () => {
    let broken = true;
    const play: Play = await stage.perform(aScript(anInvitation({ attempts: 1, silent: { step: 'call' } }), aCall()), {
      answers: {
        noteIgnored: async () => {
          if (broken) throw ApplicationFailure.nonRetryable('no audit');
        },
      },
    });
    await play.saw('sendMessage');
    await play.pass(8);
    await play.saw('openTask');
    await play.tell(replied('yes'));
    await play.reaches(({ stuckOn }) => stuckOn !== null);
    broken = false;
    await play.tell(left('opted-out'));
    expect(await play.ends()).toMatchObject({ ending: 'opted-out', ignored: 1 });
    expect(play.all('noteIgnored')).toHaveLength(2);
  });
});

describe('a message that came back', () => {
  it.concurrent('is followed by the next attempt at once', async () => {
    const play = await perform(planned);
    await play.saw('sendMessage');
    await play.tell(bounced(1));
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 2, channels: ['phone'] });
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    await play.keep('contact-bounced');
  });

  it.concurrent('changes nothing when a later attempt is under way', async () => {
    const play = await perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.pass(8);
    await play.saw('sendMessage', 2);
    const [earlier, other] = [bounced(1), bounced(2, 'another-step')];
    await play.tell(earlier, other);
    await play.pass(5);
    expect(play.all('sendMessage')).toHaveLength(2);
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 2 });
    expect(play.all('noteIgnored').flatMap(({ events }) => events.map(({ id }) => id))).toEqual([other.id, earlier.id]);
  });

  it.concurrent('ends the step in silence when it was the last', async () => {
    const play = await perform(aScript(anInvitation({ attempts: 1 })));
    await play.saw('sendMessage');
    await play.tell(bounced(1));
    expect(await play.ends()).toMatchObject({ ending: 'silent', ignored: 0 });
  });

  it.concurrent('does not hide an answer that came with it', async () => {
    const play = await stage.perform(aScript(anInvitation()), { early: [bounced(1), replied('yes')] });
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.all('sendMessage')).toHaveLength(1);
  });

  it.concurrent('leaves a day that they named standing', async () => {
    const play = await perform(aScript(anInvitation()));
    await play.saw('sendMessage');
    await play.tell(replied('later', { until: play.instant(30) }));
    await play.saw('noteUntil');
    await play.tell(bounced(1));
    await play.pass(29);
    expect(play.all('sendMessage')).toHaveLength(1);
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 1 });
  });
});

describe('a task of a script', () => {
  it.concurrent('tells to whom each rung raises it, and which one is climbed', async () => {
    const play = await stage.perform(aScript(aCall()));
    expect(await play.saw('openTask')).toMatchObject({ escalateTo: ['team-lead', 'programme-manager'] });
    await play.pass(20);
    await play.saw('escalateTask', 2);
    expect(play.all('escalateTask').map(({ rung }) => rung)).toEqual([0, 1]);
    await play.tell(left('died'));
    await play.ends();
  });
});
