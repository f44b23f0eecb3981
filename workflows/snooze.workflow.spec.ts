import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { askedAgain, completed, gate, left, opened, paused, resumed, snoozed } from '../test/temporal/events.js';
import { transferred } from '../test/temporal/events.js';
import { arrive, scene, scenes } from '../test/temporal/scenes.js';
import { aCall, aScript } from '../test/temporal/scripts.js';
import { type Play, Stage } from '../test/temporal/stage.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

describe('a task that is snoozed', () => {
  it.concurrent('climbs its rungs when it is told, and not before', async () => {
    const { play } = await arrive(stage, scene('a task'));
    const taskId = await opened(play, 'openTask');
    await play.tell(snoozed(taskId, play.instant(20), [play.instant(22), play.instant(24)]));
    await play.pass(21);
    expect(play.all('escalateTask')).toEqual([]);
    await play.pass(2);
    await play.saw('escalateTask');
    await play.pass(2);
    await play.saw('escalateTask', 2);
    await play.tell(completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    await play.keep('snoozed-task');
  });

  it.concurrent('can be brought forward', async () => {
    const { play } = await arrive(stage, scene('a task'));
    const taskId = await opened(play, 'openTask');
    await play.tell(snoozed(taskId, play.instant(40), [play.instant(42), play.instant(44)]));
    await play.tell(snoozed(taskId, play.instant(1), [play.instant(2), play.instant(44)]));
    await play.pass(3);
    await play.saw('escalateTask');
    expect(play.all('escalateTask')).toMatchObject([{ to: 'team-lead', rung: 0 }]);
    await play.tell(left('died'));
    await play.ends();
  });

  it.concurrent('climbs no rung twice', async () => {
    const { play } = await arrive(stage, scene('a task'));
    const taskId = await opened(play, 'openTask');
    await play.pass(8);
    await play.saw('escalateTask');
    await play.tell(snoozed(taskId, play.instant(10), [play.instant(11), play.instant(12)]));
    await play.pass(11.5);
    expect(play.all('escalateTask')).toHaveLength(1);
    await play.pass(1);
    await play.saw('escalateTask', 2);
    expect(play.all('escalateTask').map(({ rung }) => rung)).toEqual([0, 1]);
    await play.tell(left('died'));
    await play.ends();
  });

  it.concurrent.each([
    ['a measure that is open', 'lost'],
    ['a contact by phone', 'silent'],
  ])('counts its window anew in %s', async (name, ending) => {
    const { play } = await arrive(stage, scene(name));
    await play.tell(snoozed(await opened(play, 'openTask'), play.instant(40)));
    await play.pass(39);
    expect(play.all('cancelTask')).toEqual([]);
    await play.pass(2);
    await play.saw('cancelTask');
    expect(await play.ends()).toMatchObject({ ending, ignored: 0 });
    if (name.startsWith('a measure')) await play.keep('snoozed-measure');
  });

  it.concurrent('may be snoozed before the pathway has heard that it is open', async () => {
    const shown = gate();
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ at, due, key }) => {
          await shown.opened;
          return { taskId: `task/${key}`, dueAt: play.later(at, due), escalateAt: [play.later(at, due)] };
        },
      },
    });
    const taskId = await opened(play, 'openTask');
    await play.tell(snoozed(taskId, play.instant(20), [play.instant(20)]));
    shown.open();
    await play.pass(19);
    expect(play.all('escalateTask')).toEqual([]);
    await play.pass(2);
    await play.saw('escalateTask');
    await play.tell(completed(taskId, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
  });

  it.concurrent('and then paused keeps what was left of the new time', async () => {
    const { play } = await arrive(stage, scene('a task'));
    const taskId = await opened(play, 'openTask');
    await play.tell(snoozed(taskId, play.instant(20), [play.instant(20), play.instant(400)]));
    await play.pass(10);
    await play.tell(paused(play.instant()));
    await play.pass(50);
    await play.tell(resumed(play.instant()));
    await play.saw('resumeClocks');
    await play.pass(9);
    expect(play.all('escalateTask')).toEqual([]);
    await play.pass(2);
    await play.saw('escalateTask');
    await play.tell(left('died'));
    await play.ends();
  });

  it.concurrent('that is not open is ignored, and recorded', async () => {
    const { play } = await arrive(stage, scene('a task'));
    const event = snoozed('task/another', play.instant(20), [play.instant(20)]);
    await play.tell(event, completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 1 });
    expect(play.all('noteIgnored')).toMatchObject([{ events: [{ id: event.id, kind: 'task-snoozed' }] }]);
  });
});

describe('a transfer', () => {
  it.concurrent.each(scenes())('changes nothing in %s', async (_name, one) => {
    const { play, held } = await arrive(stage, one);
    await play.tell(transferred());
    held.open();
    await play.tell(...(await one.done(play)));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0, repeated: 0 });
  });
});

describe('an effect that rests before its next try', () => {
  it.concurrent('is tried at once when it is asked again', async () => {
    let broken = true;
    const play: Play = await stage.perform(aScript(aCall()), {
      answers: {
        openTask: async ({ key, at }) => {
          if (broken) throw ApplicationFailure.nonRetryable('no such team');
          return { taskId: `task/${key}`, dueAt: at, escalateAt: [] };
        },
      },
    });
    await play.reaches(({ stuckOn }) => stuckOn !== null);
    broken = false;
    await play.tell(askedAgain());
    await play.reaches(({ stuckOn }) => stuckOn === null);
    await play.tell(askedAgain(), completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    await play.keep('asked-again');
  });
});
