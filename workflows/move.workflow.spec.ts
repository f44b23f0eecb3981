import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { answered, completed, gate, left, moved, opened, paused, replied, resumed } from '../test/temporal/events.js';
import { arrive, type Scene, scene, scenes } from '../test/temporal/scenes.js';
import { aCall, anInvitation, aReferral, aScript, aWait, days } from '../test/temporal/scripts.js';
import { type Play, shifted, Stage } from '../test/temporal/stage.js';
import type { PathwayScript } from './contracts/index.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

const NEXT = 2;

/** The next version of a script, with one more step to go to. */
function nextOf(script: PathwayScript): PathwayScript {
  return { ...script, version: NEXT, steps: [...script.steps, aWait({ id: 'elsewhere' })] };
}

async function move(play: Play, script: PathwayScript, step: string): Promise<void> {
  await play.tell(moved(script, step, script.start));
  expect(await play.saw('noteMoved')).toMatchObject({ batchId: 'batch/1', version: NEXT, toStep: step });
  await play.reaches(({ version }) => version === NEXT);
}

const movable = (one: Scene): boolean => !one.momentary && !one.name.startsWith('branches');

/** What a step asks for again in the new version, and is answered with what is open. */
const AGAIN: Readonly<Record<string, readonly string[]>> = {
  'a contact by phone': ['openTask'],
  'a task': ['openTask'],
  'a wait': ['noteWaiting'],
  'a measure that is to come': ['noteWaiting'],
  'a measure that is open': ['openTask'],
};

/** As the rooms do: a step whose work is open is answered with it, and a pause moves open work along. */
async function arriveKeeping(one: Scene): Promise<Play> {
  const open = new Map<string, { taskId: string; dueAt: string; escalateAt: string[] }>();
  const { play } = await arrive(stage, {
    ...one,
    answers: (current, held) => ({
      ...one.answers?.(current, held),
      openTask: async ({ step, key, at, due, escalateAfter }) => {
        const dueAt = current().later(at, due);
        const escalateAt = escalateAfter.map((after) => current().later(dueAt, after));
        const task = open.get(step) ?? { taskId: `task/${key}`, dueAt, escalateAt };
        open.set(step, task);
        return task;
      },
      resumeClocks: async (call) => {
        for (const [step, { taskId, dueAt, escalateAt }] of open) {
          const rungs = escalateAt.map((at) => shifted(at, call));
          open.set(step, { taskId, dueAt: shifted(dueAt, call), escalateAt: rungs });
        }
        return { deadlines: call.deadlines.map((deadline) => ({ ...deadline, at: shifted(deadline.at, call) })) };
      },
    }),
  });
  return play;
}

describe('a move to the same step', () => {
  it.concurrent.each(scenes(movable))('keeps what is open in %s, and what leads on from it', async (name, one) => {
    const play = await arriveKeeping(one);
    const before = play.effects.length;
    await move(play, nextOf(one.script), one.script.start);
    const again = AGAIN[name] ?? [];
    await play.sawAll(before + 1 + again.length);
    expect(play.effects.slice(before)).toEqual(['noteMoved', ...again]);
    await play.tell(...(await one.done(play)));
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: NEXT, ignored: 0 });
    for (const effect of ['cancelTask', 'closeReferral'] as const) expect(play.all(effect)).toEqual([]);
    await play.keep(`moved-${name.replaceAll(' ', '-')}`);
  });

  it.concurrent.each(scenes(movable, ({ deadline }) => deadline))('keeps the deadline of %s', async (name, one) => {
    const play = await arriveKeeping(one);
    const { days: length, effects } = one.deadline ?? { days: 0, effects: [] };
    await play.pass(length - 1);
    await move(play, nextOf(one.script), one.script.start);
    const again = AGAIN[name] ?? [];
    await play.saw('noteMoved');
    const before = play.effects.indexOf('noteMoved') + 1;
    await play.pass(0.5);
    expect(play.effects.slice(before)).toEqual(again);
    await play.pass(1);
    await play.sawAll(before + again.length + effects.length);
    expect(play.effects.slice(before)).toEqual([...again, ...effects]);
  });

  it.concurrent.each(scenes(movable, ({ deadline }) => deadline))(
    'in a pause keeps the pause and the deadline of %s',
    async (name, one) => {
      const play = await arriveKeeping(one);
      const { days: length, effects } = one.deadline ?? { days: 0, effects: [] };
      await play.pass(length - 1);
      await play.tell(paused(play.instant()));
      await play.reaches((state) => state.paused !== null);
      await move(play, nextOf(one.script), one.script.start);
      const before = play.effects.indexOf('noteMoved') + 1;
      await play.pass(60);
      expect(play.effects.slice(before)).toEqual([]);
      expect(await play.state()).toMatchObject({ paused: { pauseId: 'pause/1' }, version: NEXT });
      await play.tell(resumed(play.instant()));
      await play.saw('resumeClocks');
      await play.pass(0.5);
      const again = ['resumeClocks', ...(AGAIN[name] ?? [])];
      expect(play.effects.slice(before)).toEqual(again);
      await play.pass(1);
      await play.sawAll(before + again.length + effects.length);
      expect(play.effects.slice(before)).toEqual([...again, ...effects]);
    },
  );

  it.concurrent('goes on with the attempt it had come to', async () => {
    const script = aScript(anInvitation());
    const play = await stage.perform(script);
    await play.saw('sendMessage');
    await play.pass(8);
    await play.saw('sendMessage', 2);
    await move(play, nextOf(script), 'invite');
    await play.pass(5);
    expect(play.all('sendMessage')).toHaveLength(2);
    await play.pass(2.5);
    expect(await play.saw('sendMessage', 3)).toMatchObject({ attempt: 3 });
    await play.pass(8);
    expect(await play.ends()).toMatchObject({ ending: 'silent' });
  });

  it.concurrent('sends the attempt that was held back', async () => {
    const script = aScript(anInvitation({ attempts: 1 }));
    let calls = 0;
    const play: Play = await stage.perform(script, {
      answers: {
        sendMessage: async ({ at, every }) => {
          calls += 1;
          return calls === 1
            ? { fate: 'later', nextAt: play.later(at, days(2)) }
            : { fate: 'sent', nextAt: play.later(at, every) };
        },
      },
    });
    await play.saw('sendMessage');
    await move(play, nextOf(script), 'invite');
    await play.pass(2.5);
    expect(await play.saw('sendMessage', 2)).toMatchObject({ attempt: 1 });
    await play.tell(replied('yes'));
    expect(await play.ends()).toMatchObject({ ending: 'completed' });
  });

  it.concurrent('does not ask the services again that were asked in vain', async () => {
    const script = aScript(aReferral());
    const play = await stage.perform(script);
    const first = await opened(play, 'sendReferral');
    await play.tell(answered(first, 'declined'));
    const second = await opened(play, 'sendReferral', 2);
    await move(play, nextOf(script), 'refer');
    await play.tell(answered(second, 'declined'));
    expect((await play.saw('sendReferral', 3)).tried).toEqual([first, second]);
    await play.tell(answered(await opened(play, 'sendReferral', 3), 'declined'));
    expect(await play.ends()).toMatchObject({ ending: 'no-service', ignored: 0 });
  });

  it.concurrent('waits for a task that was completed in the same moment, and has nobody do it twice', async () => {
    const script = aScript(aCall());
    const play = await stage.perform(script);
    const first = await opened(play, 'openTask');
    await move(play, nextOf(script), 'call');
    const second = await opened(play, 'openTask', 2);
    await play.saw('cancelTask');
    await play.tell(completed(first, 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0 });
    expect(play.all('cancelTask')).toMatchObject([{ taskId: second, because: 'done-already' }]);
  });

  it.concurrent('lets a person leave, and closes what was kept', async () => {
    const play = await arriveKeeping(scene('a referral that is accepted'));
    await move(play, nextOf(aScript(aReferral())), 'refer');
    await play.tell(left('opted-out'));
    expect(await play.ends()).toMatchObject({ ending: 'opted-out', version: NEXT });
    expect(play.all('closeReferral')).toMatchObject([{ as: 'withdrawn' }]);
  });
});

describe('a move to another step', () => {
  it.concurrent.each(scenes(movable))('closes what is open in %s', async (name, one) => {
    const { play } = await arrive(stage, one);
    const before = play.effects.length;
    await move(play, nextOf(one.script), 'elsewhere');
    await play.reaches(({ step }) => step === 'elsewhere');
    await play.sawAll(before + one.closes.length + 2);
    expect(play.effects.slice(before)).toEqual([...one.closes, 'noteMoved', 'noteWaiting']);
    for (const { because } of play.all('cancelTask')) expect(because).toBe('moved-to-new-version');
    for (const { as } of play.all('closeReferral')) expect(as).toBe('withdrawn');
    await play.pass(31);
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: NEXT });
    if (name === 'a task') await play.keep('moved-elsewhere');
  });

  it.concurrent('works at once in a pause, and the pause goes on', async () => {
    const script = aScript(aCall());
    const play = await stage.perform(script);
    await play.saw('openTask');
    await play.tell(paused(play.instant()));
    await move(play, nextOf(script), 'elsewhere');
    await play.pass(90);
    expect(play.effects).toEqual(['openTask', 'cancelTask', 'noteMoved']);
    await play.tell(resumed(play.instant()));
    expect(Date.parse((await play.saw('noteWaiting')).from)).toBeGreaterThan(Date.parse(play.instant(-1)));
    await play.pass(31);
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: NEXT });
  });
});

describe('a move', () => {
  it.concurrent('is ignored beside branches, and recorded', async () => {
    const one = scene('branches side by side');
    const { play } = await arrive(stage, one);
    const event = moved(nextOf(one.script), 'both');
    await play.tell(event, ...(await one.done(play)));
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: 1, ignored: 1 });
    expect(play.all('noteIgnored')).toMatchObject([{ events: [{ id: event.id, kind: 'moved' }] }]);
  });

  it.concurrent.each([
    ['to a step that the version does not have', 'no-such-step', 'call'],
    ['from a step that the pathway has left', 'call', 'invite'],
  ])('%s is ignored', async (_what, step, from) => {
    const script = aScript(aCall());
    const play = await stage.perform(script);
    await play.tell(moved(nextOf(script), step, from), completed(await opened(play, 'openTask'), 'agreed'));
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: 1, ignored: 1 });
    expect(play.all('noteMoved')).toEqual([]);
  });

  it.concurrent('that comes while another is made is made after it', async () => {
    const noted = gate();
    const script = aScript(aCall());
    const play = await stage.perform(script, { answers: { noteMoved: async () => noted.opened } });
    await play.saw('openTask');
    await play.tell(moved(nextOf(script), 'call'));
    await play.saw('noteMoved');
    await play.tell(moved({ ...script, version: 3 }, 'call'));
    noted.open();
    await play.reaches(({ version }) => version === 3);
    expect(play.all('noteMoved').map(({ version }) => version)).toEqual([NEXT, 3]);
    await play.tell(left('died'));
    await play.ends();
  });

  it.concurrent('gives way to a person who leaves', async () => {
    const noted = gate();
    const script = aScript(aCall());
    const play = await stage.perform(script, { answers: { noteMoved: async () => noted.opened } });
    const taskId = await opened(play, 'openTask');
    await play.tell(moved(nextOf(script), 'call'));
    await play.saw('noteMoved');
    await play.tell(left('died'));
    noted.open();
    expect(await play.ends()).toMatchObject({ ending: 'died', version: 1 });
    expect(play.all('cancelTask')).toMatchObject([{ taskId }]);
  });

  it.concurrent('that is delivered twice is made once, and can be undone', async () => {
    const script = aScript(aWait());
    const play = await stage.perform(script);
    await play.saw('noteWaiting');
    const forth = moved(nextOf(script), 'elsewhere');
    await play.tell(forth, forth);
    await play.reaches(({ step }) => step === 'elsewhere');
    await play.tell(forth, moved(script, 'pause'));
    await play.reaches(({ version }) => version === 1);
    expect(play.all('noteMoved')).toHaveLength(2);
    await play.pass(31);
    expect(await play.ends()).toMatchObject({ ending: 'completed', version: 1, repeated: 2 });
  });
});
