import { describe, expect, it } from '@jest/globals';
import type { Script, Step } from '#care/programmes';
import {
  type Candidate,
  judgeMove,
  landingSteps,
  mapSteps,
  type OpenWork,
  planMove,
  startingStep,
  togetherSteps,
  wrongChoices,
} from './move.js';

const end = { ending: 'completed' };
const wait = (id: string, next: { step: string } | { ending: string } | { back: string } = end): Step => ({
  kind: 'wait',
  id,
  title: `Wait ${id}`,
  for: { amount: 1, unit: 'days' },
  next,
});
const task = (id: string): Step => ({
  kind: 'task',
  id,
  title: `Task ${id}`,
  role: 'link-worker',
  due: { amount: 5, unit: 'days' },
  escalate: [],
  outcomes: [{ key: 'done', label: 'Done', marks: [], next: end }],
});
const both: Step = {
  kind: 'together',
  id: 'both',
  title: 'Both at once',
  branches: [
    { key: 'one', title: 'One', start: 'left' },
    { key: 'two', title: 'Two', start: 'right' },
  ],
  until: 'all',
  next: { step: 'after' },
};

function aScript(...steps: Step[]): Script {
  return { programme: 'stop-smoking', version: 1, start: steps[0]!.id, steps, endings: [] };
}

function aCandidate(changes: Partial<Candidate> = {}): Candidate {
  return { episodeId: 'e1', status: 'open', step: 'call', paused: false, moving: false, ...changes };
}

const withBranches = aScript(
  wait('start', { step: 'both' }),
  both,
  wait('left', { step: 'left-2' }),
  wait('left-2', { back: 'both' }),
  wait('right', { back: 'both' }),
  wait('after'),
);

describe('the steps inside a together step', () => {
  it('are those that its branches reach, and itself', () => {
    expect([...togetherSteps(withBranches)].sort()).toEqual(['both', 'left', 'left-2', 'right']);
  });

  it('are taken up from the together step around them', () => {
    expect(['start', 'left-2', 'both', 'after', 'gone'].map((step) => startingStep(withBranches, step))).toEqual([
      'start',
      'both',
      'both',
      'after',
      'start',
    ]);
  });

  it('are no place to put somebody down', () => {
    expect(landingSteps(withBranches).map(({ id }) => id)).toEqual(['start', 'both', 'after']);
  });
});

describe('mapping steps', () => {
  it('keeps a step of the same name and kind', () => {
    expect(mapSteps(aScript(task('call'), wait('rest')), aScript(task('call'), task('rest')))).toEqual({
      call: 'call',
    });
  });

  it('takes what was chosen by hand before the same step', () => {
    const from = aScript(task('call'), task('ring'));
    const to = aScript(task('call'), task('phone'));
    expect(mapSteps(from, to, { ring: 'phone', call: 'phone' })).toEqual({ call: 'phone', ring: 'phone' });
  });

  it('names choices of steps that are not there or stand inside a together step', () => {
    const choices = { call: 'left', gone: 'after', rest: 'nowhere', 'rest-2': 'after' };
    expect(wrongChoices(aScript(task('call'), task('rest'), task('rest-2')), withBranches, choices)).toEqual([
      ['call', 'left'],
      ['gone', 'after'],
      ['rest', 'nowhere'],
    ]);
  });
});

it('refuses to keep a step whose kind has changed', () => {
  const [from, to] = [aScript(task('call'), task('rest')), aScript(task('call'), wait('rest'))];
  expect(wrongChoices(from, to, { rest: 'rest', call: 'rest' })).toEqual([['rest', 'rest']]);
});

describe('who can be moved', () => {
  const mapping = { call: 'call' };

  it('is who is at a step with a counterpart, whatever that step has opened', () => {
    expect(judgeMove(aCandidate(), mapping, new Set())).toEqual({ toStep: 'call' });
    expect(judgeMove(aCandidate({ step: 'call:check' }), mapping, new Set())).toEqual({ toStep: 'call' });
  });

  it.each([
    ['no-counterpart', aCandidate({ step: 'gone' })],
    ['not-begun', aCandidate({ step: null })],
    ['paused', aCandidate({ paused: true })],
    ['moving', aCandidate({ moving: true })],
    ['ended', aCandidate({ status: 'ended' })],
  ])('is not who is %s', (stays, candidate) => {
    expect(judgeMove(candidate, mapping, new Set())).toEqual({ stays });
  });

  it('is not who walks several branches at once', () => {
    expect(judgeMove(aCandidate({ step: 'left' }), { left: 'left' }, new Set(['left']))).toEqual({ stays: 'together' });
  });
});

describe('a plan', () => {
  const from = aScript(task('call'), task('ring'), wait('rest'), task('gone'));
  const to = aScript(task('call'), task('phone'), wait('rest'));
  const work: OpenWork[] = [
    { atStep: 'call', kind: 'task', count: 2 },
    { atStep: 'ring', kind: 'task', count: 3 },
    { atStep: 'ring', kind: 'task', count: 1 },
    { atStep: 'gone', kind: 'task', count: 9 },
    { atStep: 'call', kind: 'referral', count: 4 },
  ];
  const plan = planMove(
    from,
    to,
    mapSteps(from, to, { ring: 'phone' }),
    [
      aCandidate({ episodeId: 'a' }),
      aCandidate({ episodeId: 'b' }),
      aCandidate({ episodeId: 'c', step: 'ring' }),
      aCandidate({ episodeId: 'd', step: 'gone' }),
      aCandidate({ episodeId: 'e', paused: true }),
    ],
    work,
  );

  it('counts who moves from which step to which', () => {
    expect(plan.canMove).toBe(3);
    expect(plan.steps).toMatchObject([
      { step: 'call', toStep: 'call', same: true, canMove: 2, examples: ['a', 'b'] },
      { step: 'ring', toStep: 'phone', toTitle: 'Task phone', same: false, canMove: 1 },
      { step: 'gone', toStep: null, same: false, canMove: 0 },
    ]);
  });

  it('counts who stays, and why', () => {
    expect(plan.stays).toEqual([
      { because: 'no-counterpart', count: 1, examples: ['d'] },
      { because: 'paused', count: 1, examples: ['e'] },
    ]);
  });

  it('keeps the open work of a step that stays, and ends that of a step that is left', () => {
    expect(plan.work).toEqual({
      task: { kept: 2, ended: 4 },
      referral: { kept: 4, ended: 0 },
      message: { kept: 0, ended: 0 },
    });
  });
});
