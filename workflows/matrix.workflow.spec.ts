import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { left, replied, completed, answered } from '../test/temporal/events.js';
import { arrive, scenes } from '../test/temporal/scenes.js';
import { Stage } from '../test/temporal/stage.js';
import type { ExitReason } from './contracts/index.js';

jest.setTimeout(60_000);

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterAll(async () => stage.close());

const GOOD: ReadonlySet<string> = new Set(['need-met', 'need-met-by-us']);
const REASONS: readonly ExitReason[] = [
  'died',
  'moved-away',
  'opted-out',
  'need-met',
  'need-met-by-us',
  'need-met-by-others',
  'no-longer-eligible',
  'data-corrected',
];

describe('what is done', () => {
  it.concurrent.each(scenes())('leads on from %s', async (_name, scene) => {
    const { play, held } = await arrive(stage, scene);
    held.open();
    await play.tell(...(await scene.done(play)));
    expect(await play.ends()).toMatchObject({ ending: 'completed', ignored: 0, repeated: 0 });
    for (const name of ['cancelTask', 'closeReferral', 'noteIgnored'] as const) expect(play.all(name)).toEqual([]);
  });
});

describe('a no', () => {
  it.concurrent.each(scenes(({ decline }) => decline))('is followed from %s', async (_name, scene) => {
    const { play } = await arrive(stage, scene);
    await play.tell(...((await scene.decline?.(play)) ?? []));
    expect(await play.ends()).toMatchObject({ ending: 'declined', ignored: 0 });
    expect(play.all('recordEnding')).toMatchObject([{ ending: 'declined', exit: false, good: false }]);
  });
});

describe('a deadline', () => {
  const timed = scenes(({ deadline }) => deadline);

  it.concurrent.each(timed)('does nothing before its time in %s', async (_name, scene) => {
    const { play } = await arrive(stage, scene);
    const before = play.effects.length;
    await play.pass((scene.deadline?.days ?? 0) - 0.5);
    expect(play.effects.slice(before)).toEqual([]);
    await play.tell(left('died'));
    await play.ends();
  });

  it.concurrent.each(timed)('does what the programme says in %s', async (_name, scene) => {
    const { play } = await arrive(stage, scene);
    const before = play.effects.length;
    const { days, effects } = scene.deadline ?? { days: 0, effects: [] };
    await play.pass(days + 0.5);
    await play.sawAll(before + effects.length);
    expect(play.effects.slice(before)).toEqual(effects);
    await play.isToldAgain();
  });
});

describe('silence', () => {
  it.concurrent.each(scenes(({ timeout }) => timeout))('ends %s in its time', async (_name, scene) => {
    const { play } = await arrive(stage, scene);
    await play.pass(scene.timeout?.days ?? 0);
    expect(await play.ends()).toMatchObject({ ending: scene.timeout?.ending, ignored: 0 });
  });

  it.concurrent.each(scenes(({ timeout, deadline }) => !timeout && deadline))(
    'keeps %s waiting for years, and nobody is lost',
    async (_name, scene) => {
      const { play, held } = await arrive(stage, scene);
      await play.pass(800);
      expect(await play.state()).toMatchObject({ ending: null, step: scene.script.start });
      held.open();
      await play.tell(...(await scene.done(play)));
      expect(await play.ends()).toMatchObject({ ending: 'completed' });
    },
  );
});

describe('leaving', () => {
  const cases = scenes().flatMap(([name, scene]) => REASONS.map((reason) => [name, reason, scene] as const));

  it.concurrent.each(cases)('%s because of %s ends at once and closes what is open', async (_name, reason, scene) => {
    const { play, held } = await arrive(stage, scene);
    const before = play.effects.length;
    await play.tell(left(reason));
    held.open();
    expect(await play.ends()).toMatchObject({ ending: reason, step: null, branches: [] });
    expect(play.effects.slice(before)).toEqual([...scene.closes, 'recordEnding']);
    expect(play.all('recordEnding')).toMatchObject([{ ending: reason, exit: true, good: GOOD.has(reason) }]);
    for (const { because } of play.all('cancelTask')) expect(because).toBe(reason);
    for (const { as } of play.all('closeReferral')) expect(as).toBe('withdrawn');
  });
});

describe('what comes twice, late or astray', () => {
  const strays = [
    replied('sorted', { step: 'no-such-step' }),
    completed('task/no', 'yes'),
    answered('referral/no', 'completed'),
  ];

  it.concurrent.each(scenes())('changes nothing in %s, and the audit hears of it', async (_name, scene) => {
    const { play, held } = await arrive(stage, scene);
    await play.tell(...strays, ...strays);
    const before = await play.state();
    expect(before).toMatchObject({ ending: null, repeated: strays.length });
    held.open();
    const events = await scene.done(play);
    await play.tell(...events.flatMap((event) => [event, event]));
    const { ending, repeated, ignored } = await play.ends();
    expect({ ending, ignored }).toEqual({ ending: 'completed', ignored: strays.length });
    expect(repeated).toBeGreaterThanOrEqual(strays.length);
    expect(play.all('noteIgnored').flatMap(({ events: noted }) => noted)).toEqual(
      strays.map(({ id, kind }) => ({ id, kind })),
    );
  });
});
