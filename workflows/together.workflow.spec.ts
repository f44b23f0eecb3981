import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { answered, completed, gate, left, opened, paused, replied, resumed, snoozed } from '../test/temporal/events.js';
import {
  aBranch,
  aCall,
  anInvitation,
  aRecheck,
  aReferral,
  aScript,
  aTogether,
  aWait,
} from '../test/temporal/scripts.js';
import { type Play, Stage } from '../test/temporal/stage.js';
import type { Next, RecheckResult, TaskStep, TogetherStep } from './contracts/index.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

/** A call that leads on with `agreed` and ends the pathway with `declined`. */
function aCallTo(id: string, next: Next): TaskStep {
  return aCall({
    id,
    outcomes: [
      { key: 'agreed', label: 'Agreed', marks: [], next },
      { key: 'declined', label: 'Declined', marks: [], next: { ending: 'declined' } },
    ],
  });
}

/** Two calls at a time, then one more. */
const calls = (changes: Partial<TogetherStep> = {}) =>
  aScript(
    aTogether(['left', 'right'], { next: { step: 'last' }, ...changes }),
    aCallTo('left', { back: 'both' }),
    aCallTo('right', { back: 'both' }),
    aCallTo('last', { ending: 'completed' }),
  );

async function taskOf(play: Play, step: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const { step: at, key } = await play.saw('openTask', count);
    if (at === step) return `task/${key}`;
  }
}

describe('a recheck', () => {
  it.concurrent.each([
    ['need-met-by-us', true],
    ['need-met-by-others', false],
    ['no-longer-eligible', false],
    ['data-corrected', false],
  ] as const)('lets a person go because of %s', async (result, good) => {
    const play = await stage.perform(aScript(aRecheck()), { answers: { recheck: async () => ({ result }) } });
    expect(await play.ends()).toMatchObject({ ending: result });
    expect(play.effects).toEqual(['recheck', 'recordEnding']);
    expect(play.all('recordEnding')).toMatchObject([{ ending: result, exit: true, good }]);
    if (good) await play.keep('recheck-need-met');
  });

  it.concurrent('lets a person stay who still needs it', async () => {
    const play = await stage.perform(aScript(aRecheck({ still: { step: 'call' } }), aCall()));
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('recheck')).toMatchObject([{ step: 'still', title: 'Still needed?' }]);
    await play.keep('recheck-still');
  });
});

describe('a branch', () => {
  it.concurrent.each([
    [0, 'declined'],
    [null, 'completed'],
  ] as const)('takes the way %s', async (way, ending) => {
    const play = await stage.perform(aScript(aBranch()), { answers: { chooseWay: async () => ({ way }) } });
    expect(await play.ends()).toMatchObject({ ending });
    expect(play.all('chooseWay')).toMatchObject([{ ways: [{ flag: 'pregnant' }] }]);
    await play.keep(`branch-${way ?? 'otherwise'}`);
  });
});

describe('branches side by side', () => {
  it.concurrent.each(['left', 'right'])('go on when all are back, %s first', async (first) => {
    const play = await stage.perform(calls());
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    const state = await play.state();
    expect(state).toMatchObject({ step: 'both' });
    expect(state.branches.map(({ step }) => step)).toEqual(['left', 'right']);
    const order = first === 'left' ? [one, other] : [other, one];
    await play.tell(completed(order[0]!, 'agreed'));
    expect((await play.reaches(({ branches }) => branches.length === 1)).step).toBe('both');
    await play.tell(completed(order[1]!, 'agreed'));
    await play.tell(completed(await taskOf(play, 'last'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0, branches: [] });
    expect(play.all('cancelTask')).toEqual([]);
    await play.keep(`together-all-${first}-first`);
  });

  it.concurrent('go on with the first, and the others are closed as cancelled', async () => {
    const play = await stage.perform(calls({ until: 'first' }));
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    await play.tell(completed(other, 'agreed'));
    await play.tell(completed(await taskOf(play, 'last'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.all('cancelTask')).toMatchObject([{ taskId: one, step: 'left', because: 'branch-over' }]);
    await play.keep('together-first');
  });

  it.concurrent('are all over when one ends the pathway', async () => {
    const play = await stage.perform(calls());
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    await play.tell(completed(one, 'declined'));
    expect(await play.ends()).toMatchObject({ ending: 'declined' });
    expect(play.all('cancelTask')).toMatchObject([{ taskId: other, because: 'branch-over' }]);
    await play.keep('together-ending');
  });

  it.concurrent('withdraw a referral and keep no deadline of a branch that is over', async () => {
    const play = await stage.perform(
      aScript(
        aTogether(['call', 'refer'], { until: 'first', next: { step: 'pause' } }),
        aCallTo('call', { back: 'both' }),
        aReferral({ completed: { back: 'both' } }),
        aWait(),
      ),
    );
    const referralId = await opened(play, 'sendReferral');
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    await play.saw('noteWaiting');
    await play.pass(31);
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('closeReferral')).toMatchObject([{ referralId, as: 'withdrawn' }]);
    expect(play.all('sendReferral')).toHaveLength(1);
  });

  it.concurrent('stop while one is still being opened, and close it then', async () => {
    const shown = gate();
    const play: Play = await stage.perform(calls({ until: 'first' }), {
      answers: {
        openTask: async ({ step, key, at }) => {
          if (step === 'left') await shown.opened;
          return { taskId: `task/${key}`, dueAt: at, escalateAt: [] };
        },
      },
    });
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    await play.tell(completed(other, 'agreed'));
    await play.reaches(({ branches }) => branches.length < 2);
    shown.open();
    await play.tell(completed(await taskOf(play, 'last'), 'agreed'));
    await play.ends();
    expect(play.all('cancelTask')).toMatchObject([{ taskId: one, because: 'branch-over' }]);
  });

  it.concurrent.each(['need-met-by-others', 'data-corrected'] as const satisfies readonly RecheckResult[])(
    'are left together when one finds %s',
    async (result) => {
      const play = await stage.perform(
        aScript(aTogether(['call', 'still']), aCallTo('call', { back: 'both' }), aRecheck({ still: { back: 'both' } })),
        { answers: { recheck: async () => ({ result }) } },
      );
      expect(await play.ends()).toMatchObject({ ending: result });
      expect(play.all('recordEnding')).toMatchObject([{ ending: result, exit: true }]);
      expect(play.all('cancelTask').length).toBe(play.all('openTask').length);
    },
  );

  it.concurrent('keep what has come for a branch that is still opening its work', async () => {
    const shown = gate();
    const play: Play = await stage.perform(calls(), {
      answers: {
        openTask: async ({ step, key, at, due }) => {
          if (step === 'right') await shown.opened;
          return { taskId: `task/${key}`, dueAt: play.later(at, due), escalateAt: [] };
        },
      },
    });
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    await play.tell(completed(other, 'agreed'), completed(one, 'agreed'));
    await play.reaches(({ branches }) => branches.length === 1);
    shown.open();
    await play.tell(completed(await taskOf(play, 'last'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
  });

  it.concurrent('record what came astray when all are over', async () => {
    const play = await stage.perform(calls());
    const stray = completed('task/no', 'agreed');
    await play.tell(stray, completed(await taskOf(play, 'left'), 'agreed'));
    await play.reaches(({ branches }) => branches.length === 1);
    expect(play.all('noteIgnored')).toEqual([]);
    await play.tell(completed(await taskOf(play, 'right'), 'agreed'));
    expect(await play.saw('noteIgnored')).toMatchObject({ events: [{ id: stray.id, kind: 'task-completed' }] });
    await play.tell(completed(await taskOf(play, 'last'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 1 });
  });

  it.concurrent('can have several steps each, and branches of their own', async () => {
    const play = await stage.perform(
      aScript(
        aTogether(['invite', 'inner']),
        anInvitation({ silent: { back: 'both' }, replied: { ...anInvitation().replied, yes: { step: 'call' } } }),
        aCallTo('call', { back: 'both' }),
        aTogether(['left', 'right'], { id: 'inner', next: { back: 'both' } }),
        aCallTo('left', { back: 'inner' }),
        aCallTo('right', { back: 'inner' }),
      ),
    );
    await play.tell(replied('yes'));
    for (const step of ['left', 'call', 'right']) await play.tell(completed(await taskOf(play, step), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    await play.keep('together-nested');
  });

  it.concurrent('each climb their own ladder, and a snooze moves only one', async () => {
    const play = await stage.perform(calls());
    const [one, other] = [await taskOf(play, 'left'), await taskOf(play, 'right')];
    await play.tell(snoozed(one, play.instant(30), [play.instant(32), play.instant(34)]));
    await play.pass(20);
    await play.saw('escalateTask', 2);
    expect(play.all('escalateTask').map(({ taskId }) => taskId)).toEqual([other, other]);
    await play.pass(20);
    await play.saw('escalateTask', 4);
    expect(play.all('escalateTask').map(({ taskId }) => taskId)).toEqual([other, other, one, one]);
    await play.tell(left('died'));
    expect(await play.ends()).toMatchObject({ ending: 'died', ignored: 0 });
  });

  it.concurrent('stand still together in a pause', async () => {
    const play = await stage.perform(calls());
    const one = await taskOf(play, 'left');
    const referred = answered('referral/no', 'completed');
    await play.pass(6);
    await play.tell(paused(play.instant()), referred, completed(one, 'agreed'));
    await play.reaches((state) => state.paused !== null);
    await play.pass(100);
    expect(play.all('escalateTask')).toEqual([]);
    expect((await play.state()).branches).toHaveLength(2);
    await play.tell(resumed(play.instant()));
    expect((await play.reaches(({ branches }) => branches.length === 1)).paused).toBeNull();
    await play.pass(2);
    await play.saw('escalateTask');
    await play.tell(left('died'));
    await play.ends();
  });
});
