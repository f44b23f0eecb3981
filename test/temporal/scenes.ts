import type { PathwayEvent, PathwayScript, Step } from '../../workflows/contracts/index.js';
import { answered, completed, gate, type Gate, opened, replied } from './events.js';
import { aBranch, aCall, aMeasure, anInvitation, aRecheck, aReferral } from './scripts.js';
import { aScript, aTogether, aWait } from './scripts.js';
import type { Answers, Play, Stage } from './stage.js';

/** A place where a pathway can be: how it gets there, what leads on from there, and what is open meanwhile. */
export interface Scene {
  readonly name: string;
  readonly script: PathwayScript;
  /** What the effects answer in place of the usual. */
  answers?(play: () => Play, held: Gate): Answers;
  /** Plays until the pathway waits there. */
  reach(play: Play): Promise<unknown>;
  /** What leads to the ending `completed`. An effect that is held back has been let go by then. */
  done(play: Play): Promise<readonly PathwayEvent[]>;
  /** What leads to `declined`; none where nobody can say no. */
  decline?(play: Play): Promise<readonly PathwayEvent[]>;
  /** Waits for an effect that is held back, and for nothing else. */
  readonly momentary?: boolean;
  /** Closed as cancelled or withdrawn when the person leaves. */
  readonly closes: readonly ('cancelTask' | 'closeReferral')[];
  /** The days until something happens by itself, what that is, and which deadlines a pause moves. */
  readonly deadline?: { readonly days: number; readonly effects: readonly string[]; readonly live: number };
  /** The days after which the pathway has ended by itself, and how; none where it waits for somebody for ever. */
  readonly timeout?: { readonly days: number; readonly ending: string };
}

/** A play of the scene that has come to where it waits. */
export async function arrive(stage: Stage, scene: Scene): Promise<{ readonly play: Play; readonly held: Gate }> {
  const held = gate();
  const started: { play?: Play } = {};
  const play = await stage.perform(scene.script, {
    answers: scene.answers?.(() => started.play as Play, held) ?? {},
  });
  started.play = play;
  await scene.reach(play);
  return { play, held };
}

const byPhone = (play: () => Play): Answers => ({
  sendMessage: async ({ at, every, channels }) => ({
    fate: channels.includes('phone') ? 'phone' : 'sent',
    nextAt: play().later(at, every),
  }),
});

const phoneFirst = anInvitation({
  attempts: 1,
  plan: [{ channels: ['phone'], wait: { amount: 7, unit: 'days' } }],
  phone: { title: 'Phone about the invitation', role: 'link-worker', due: { amount: 3, unit: 'days' } },
});

async function accept(play: Play): Promise<void> {
  await play.tell(answered(await opened(play, 'sendReferral'), 'accepted'));
  await play.saw('noteWaiting');
}

async function openMeasure(play: Play): Promise<void> {
  await play.saw('noteWaiting');
  await play.pass(28.5);
  await play.saw('openTask');
}

const task = async (play: Play, outcome: string): Promise<readonly PathwayEvent[]> => [
  completed(await opened(play, 'openTask'), outcome),
];
const report = async (play: Play, answer: 'completed' | 'not-completed'): Promise<readonly PathwayEvent[]> => [
  answered(await opened(play, 'sendReferral'), answer),
];

const both: readonly [Step, Step, Step] = [
  aTogether(['call', 'refer']),
  aCall({
    outcomes: [
      { key: 'agreed', label: 'Agreed', marks: ['reached', 'accepted'], next: { back: 'both' } },
      { key: 'declined', label: 'Declined', marks: ['reached'], next: { ending: 'declined' } },
    ],
  }),
  aReferral({ completed: { back: 'both' } }),
];

export const SCENES: readonly Scene[] = [
  {
    name: 'a contact',
    script: aScript(anInvitation()),
    reach: (play) => play.saw('sendMessage'),
    done: async () => [replied('yes')],
    decline: async () => [replied('not-now')],
    closes: [],
    deadline: { days: 7, effects: ['sendMessage'], live: 1 },
    timeout: { days: 22, ending: 'silent' },
  },
  {
    name: 'a contact by phone',
    script: aScript(phoneFirst),
    answers: byPhone,
    reach: (play) => play.saw('openTask'),
    done: (play) => task(play, 'yes'),
    decline: (play) => task(play, 'not-now'),
    closes: ['cancelTask'],
    deadline: { days: 3, effects: ['cancelTask'], live: 2 },
    timeout: { days: 8, ending: 'silent' },
  },
  {
    name: 'a task',
    script: aScript(aCall()),
    reach: (play) => play.saw('openTask'),
    done: (play) => task(play, 'agreed'),
    decline: (play) => task(play, 'declined'),
    closes: ['cancelTask'],
    deadline: { days: 7, effects: ['escalateTask'], live: 2 },
  },
  {
    name: 'a referral that is sent',
    script: aScript(aReferral()),
    reach: (play) => play.saw('sendReferral'),
    done: (play) => report(play, 'completed'),
    closes: ['closeReferral'],
    deadline: { days: 5, effects: ['closeReferral', 'sendReferral'], live: 1 },
    timeout: { days: 16, ending: 'no-service' },
  },
  {
    name: 'a referral that is accepted',
    script: aScript(aReferral()),
    reach: accept,
    done: (play) => report(play, 'completed'),
    decline: (play) => report(play, 'not-completed'),
    closes: ['closeReferral'],
    deadline: { days: 84, effects: ['openTask'], live: 1 },
  },
  {
    name: 'a wait',
    script: aScript(aWait()),
    reach: (play) => play.saw('noteWaiting'),
    done: async (play) => {
      await play.pass(31);
      return [];
    },
    closes: [],
    deadline: { days: 30, effects: ['recordEnding'], live: 1 },
    timeout: { days: 31, ending: 'completed' },
  },
  {
    name: 'a measure that is to come',
    script: aScript(aMeasure()),
    reach: (play) => play.saw('noteWaiting'),
    done: async (play) => {
      await openMeasure(play);
      return task(play, 'quit');
    },
    decline: async (play) => {
      await openMeasure(play);
      return task(play, 'not-quit');
    },
    closes: [],
    deadline: { days: 28, effects: ['openTask'], live: 1 },
    timeout: { days: 43, ending: 'lost' },
  },
  {
    name: 'a measure that is open',
    script: aScript(aMeasure()),
    reach: openMeasure,
    done: (play) => task(play, 'quit'),
    decline: (play) => task(play, 'not-quit'),
    closes: ['cancelTask'],
    deadline: { days: 13.5, effects: ['cancelTask', 'recordLost', 'recordEnding'], live: 1 },
    timeout: { days: 14, ending: 'lost' },
  },
  {
    name: 'a recheck',
    script: aScript(aRecheck({ still: { step: 'call' } }), aCall()),
    momentary: true,
    answers: (_play, held) => ({
      recheck: async () => {
        await held.opened;
        return { result: 'still-eligible' };
      },
    }),
    reach: (play) => play.saw('recheck'),
    done: (play) => task(play, 'agreed'),
    closes: [],
  },
  {
    name: 'a branch',
    script: aScript(aBranch({ otherwise: { step: 'call' } }), aCall()),
    momentary: true,
    answers: (_play, held) => ({
      chooseWay: async () => {
        await held.opened;
        return { way: null };
      },
    }),
    reach: (play) => play.saw('chooseWay'),
    done: (play) => task(play, 'agreed'),
    closes: [],
  },
  {
    name: 'branches side by side',
    script: aScript(...both),
    reach: async (play) => {
      await play.saw('openTask');
      await play.saw('sendReferral');
    },
    done: async (play) => [...(await task(play, 'agreed')), ...(await report(play, 'completed'))],
    decline: (play) => task(play, 'declined'),
    closes: ['cancelTask', 'closeReferral'],
    deadline: { days: 5, effects: ['closeReferral', 'sendReferral'], live: 4 },
    timeout: { days: 16, ending: 'no-service' },
  },
];

/** As `it.each` wants them: the name first, for the title of the test. */
export function scenes(...choose: readonly ((scene: Scene) => unknown)[]): readonly (readonly [string, Scene])[] {
  return SCENES.filter((scene) => choose.every((one) => one(scene))).map((scene) => [scene.name, scene]);
}

export function scene(name: string): Scene {
  const found = SCENES.find((one) => one.name === name);
  if (!found) throw new Error(`There is no scene ${name}`);
  return found;
}
