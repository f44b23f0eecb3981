import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { completed, gate, left, opened, paused, resumed } from '../test/temporal/events.js';
import { arrive, scenes } from '../test/temporal/scenes.js';
import { aCall, aRecheck, aScript, aWait } from '../test/temporal/scripts.js';
import { type Play, Stage } from '../test/temporal/stage.js';
import type { ExitReason } from './contracts/index.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

async function pause(play: Play, pauseId?: string): Promise<void> {
  await play.tell(paused(play.instant(), pauseId));
  await play.reaches((state) => state.paused !== null);
}

async function resume(play: Play, pauseId?: string): Promise<void> {
  const earlier = play.all('resumeClocks').length;
  await play.tell(resumed(play.instant(), pauseId));
  await play.saw('resumeClocks', earlier + 1);
  await play.reaches((state) => state.paused === null);
}

/** Days that are short of, and past, any deadline of a scene. */
const LONG = 100;

describe('a pause', () => {
  const timed = scenes(({ deadline }) => deadline);

  it.concurrent.each(timed)('keeps the time that was left in %s', async (name, scene) => {
    const { play } = await arrive(stage, scene);
    const before = play.effects.length;
    const { days, effects, live } = scene.deadline ?? { days: 0, effects: [], live: 0 };
    await play.pass(days - 1);
    await pause(play);
    await play.pass(LONG);
    expect(play.effects.slice(before)).toEqual([]);
    await resume(play);
    const [call] = play.all('resumeClocks');
    expect(call?.deadlines).toHaveLength(live);
    await play.pass(0.5);
    expect(play.effects.slice(before)).toEqual(['resumeClocks']);
    await play.pass(1);
    await play.sawAll(before + 1 + effects.length);
    expect(play.effects.slice(before)).toEqual(['resumeClocks', ...effects]);
    await play.isToldAgain();
    await play.keep(`paused-${name.replaceAll(' ', '-')}`);
  });

  it.concurrent.each(scenes(({ deadline, name }) => deadline && !/wait|to come/.test(name)))(
    'lets what comes in wait in %s',
    async (_name, scene) => {
      const { play } = await arrive(stage, scene);
      const events = await scene.done(play);
      const before = play.effects.length;
      await pause(play);
      await play.tell(...events);
      await play.pass(LONG);
      expect(await play.state()).toMatchObject({ step: scene.script.start, paused: { pauseId: 'pause/1' } });
      expect(play.effects.slice(before)).toEqual([]);
      await resume(play);
      expect(await play.ends()).toMatchObject({ ending: 'completed', paused: null, ignored: 0 });
      expect(play.effects.slice(before)).toEqual(['resumeClocks', 'recordEnding']);
    },
  );

  it.concurrent.each(scenes(({ momentary }) => momentary))('begins nothing after %s', async (name, scene) => {
    const { play, held } = await arrive(stage, scene);
    await pause(play);
    held.open();
    await play.reaches(({ step, heldUp }) => step === 'call' && heldUp);
    await play.pass(LONG);
    expect(play.all('openTask')).toEqual([]);
    await resume(play);
    const call = await play.saw('openTask');
    expect(await play.state()).toMatchObject({ step: 'call', heldUp: false });
    expect(Date.parse(call.at)).toBeGreaterThan(Date.parse(play.instant(-1)));
    await play.tell(...(await scene.done(play)));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    await play.keep(`paused-${name.replaceAll(' ', '-')}`);
  });

  const reasons: readonly ExitReason[] = ['died', 'opted-out', 'need-met-by-others'];
  const exits = scenes().flatMap(([name, scene]) => reasons.map((reason) => [name, reason, scene] as const));

  it.concurrent.each(exits)('keeps nobody in %s from leaving because of %s', async (_name, reason, scene) => {
    const { play, held } = await arrive(stage, scene);
    const before = play.effects.length;
    await pause(play);
    held.open();
    await play.tell(left(reason));
    expect(await play.ends()).toMatchObject({ ending: reason, step: null });
    expect(play.effects.slice(before)).toEqual([...scene.closes, 'recordEnding']);
  });

  it('before the first step holds it back', async () => {
    const play = await stage.perform(aScript(aCall()), { early: [paused(new Date().toISOString())] });
    await play.reaches((state) => state.paused !== null);
    await play.pass(30);
    expect(play.effects).toEqual([]);
    await resume(play);
    const call = await play.saw('openTask');
    expect(Date.parse(call.at)).toBeGreaterThan(Date.parse(play.instant(-1)));
    await play.tell(completed(`task/${call.key}`, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it('that comes again, or ends again, changes nothing', async () => {
    const play = await stage.perform(aScript(aCall()));
    const taskId = await opened(play, 'openTask');
    await pause(play);
    expect(await play.state()).toMatchObject({ step: 'call', heldUp: false });
    await play.tell(paused(play.instant(1)));
    await play.pass(3);
    await resume(play);
    await play.tell(resumed(play.instant()), paused(play.instant()));
    await play.tell(completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', paused: null, ignored: 3 });
    expect(play.all('resumeClocks')).toHaveLength(1);
  });

  it('whose end overtakes it never begins', async () => {
    const play = await stage.perform(aScript(aCall()));
    const taskId = await opened(play, 'openTask');
    await play.tell(resumed(play.instant()), paused(play.instant()), completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 2 });
    expect(play.all('resumeClocks')).toEqual([]);
  });

  it('can follow another, and each moves the deadlines once', async () => {
    const play = await stage.perform(aScript(aWait()));
    await play.saw('noteWaiting');
    for (const pauseId of ['pause/1', 'pause/2']) {
      await play.pass(10);
      await pause(play, pauseId);
      await play.pass(50);
      await resume(play, pauseId);
    }
    await play.pass(9);
    expect(await play.state()).toMatchObject({ step: 'pause', ending: null });
    await play.pass(2);
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
    expect(play.all('resumeClocks').map(({ pauseId }) => pauseId)).toEqual(['pause/1', 'pause/2']);
  });

  it('that begins while an effect is under way moves its deadline too, once it is known', async () => {
    const shown = gate();
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ at, due, key }) => {
          await shown.opened;
          return { taskId: `task/${key}`, dueAt: play.later(at, due), escalateAt: [play.later(at, due)] };
        },
      },
    });
    await play.saw('openTask');
    await pause(play);
    await play.tell(resumed(play.instant(10)));
    await play.reaches((state) => state.paused !== null);
    expect(play.all('resumeClocks')).toEqual([]);
    shown.open();
    const { deadlines } = await play.saw('resumeClocks');
    expect(deadlines.map(({ key }) => key.replace(/^task.*:(due|rung)/, '$1'))).toEqual(['due', 'rung:0']);
    await play.pass(14);
    expect(play.all('escalateTask')).toEqual([]);
    await play.pass(2);
    await play.saw('escalateTask');
    await play.tell(completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it('tells which deadlines were counted in working days', async () => {
    const play = await stage.perform(aScript(aCall({ due: { amount: 2, unit: 'working-days' } })));
    await play.saw('openTask');
    await pause(play);
    await resume(play);
    const [call] = play.all('resumeClocks');
    expect(call?.deadlines.map(({ working }) => working)).toEqual([true, false, false]);
    await play.tell(left('died'));
    await play.ends();
  });

  it('holds an effect that is to be tried again, and tries it after its end', async () => {
    const seen: string[] = [];
    const play: Play = await stage.perform(aScript(aRecheck()), {
      answers: {
        recheck: async ({ key }) => {
          seen.push(key);
          if (seen.length === 1) throw ApplicationFailure.nonRetryable('no such programme');
          return { result: 'still-eligible' };
        },
      },
    });
    await play.reaches(({ stuckOn }) => stuckOn !== null);
    await pause(play);
    await play.pass(10);
    expect(seen).toHaveLength(1);
    await resume(play);
    expect(await play.ends()).toMatchObject({ ending: 'completed', stuckOn: null });
    expect(new Set(seen).size).toBe(1);
  });
});
