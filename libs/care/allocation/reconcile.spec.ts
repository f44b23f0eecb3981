import { describe, expect, it } from '@jest/globals';
import { DRIFT_KINDS, judgeOpenEpisode, mayRepair, REPAIRS, sidesDiffer, type TwoSides } from './reconcile.js';

function twoSides(episode: Partial<TwoSides['episode']> = {}, pathway: Partial<TwoSides['pathway']> = {}): TwoSides {
  return {
    episode: { step: 'call', version: 1, ...episode },
    pathway: { step: 'call', version: 1, branches: [], heldUp: false, ...pathway },
  };
}

describe('an open episode', () => {
  it.each([
    ['running', null],
    ['missing', 'no-pathway'],
    ['failed', 'pathway-failed'],
    ['closed', 'pathway-closed'],
  ] as const)('whose pathway is %s is told as %s', (standing, kind) => {
    expect(judgeOpenEpisode(standing)).toBe(kind);
  });
});

describe('where the two sides say that an episode is', () => {
  it.each([
    ['the same step', twoSides()],
    ['work beside the step', twoSides({ step: 'call:check' })],
    ['a branch of a step walked together', twoSides({ step: 'left' }, { step: 'both', branches: ['left', 'right'] })],
    ['nothing written yet', twoSides({ step: null })],
    ['between two steps', twoSides({}, { step: null })],
    ['a pause that holds up the next step', twoSides({}, { step: 'rest', heldUp: true })],
  ])('agrees for %s', (_what, sides) => {
    expect(sidesDiffer(sides)).toBe(false);
  });

  it.each([
    ['another step', twoSides({ step: 'rest' })],
    ['a step whose name begins alike', twoSides({ step: 'call-2' })],
    ['another version', twoSides({ version: 2 })],
    ['a branch that is not walked', twoSides({ step: 'middle' }, { step: 'both', branches: ['left', 'right'] })],
  ])('differs for %s', (_what, sides) => {
    expect(sidesDiffer(sides)).toBe(true);
  });
});

describe('repairs', () => {
  it('are there for every kind of difference, and each kind takes only its own', () => {
    const table = DRIFT_KINDS.map(
      (kind) => `${kind}: ${REPAIRS.filter((repair) => mayRepair(kind, repair)).join(' ')}`,
    );
    expect(table).toEqual([
      'no-pathway: start',
      'pathway-closed: start',
      'pathway-failed: start',
      'pathway-orphaned: end',
      'stuck: ask-again',
      'step-differs: correct',
      'entry-held: release drop',
      'entry-waiting: release',
    ]);
  });
});
