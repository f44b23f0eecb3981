import { describe, expect, it } from '@jest/globals';
import type { Next, Script } from '#care/programmes';
import { stepsAhead } from './demo-under-way.js';

const DAY = { amount: 1, unit: 'days' } as const;
const aWait = (id: string, next: Next) => ({
  ...{ kind: 'wait' as const, id, title: id, for: DAY, next },
});

const script: Script = {
  ...{ programme: 'walk-more', version: 1, start: 'how-soon', endings: [{ key: 'done', title: 'Done', good: true }] },
  steps: [
    {
      ...{ kind: 'branch', id: 'how-soon', title: 'How soon', otherwise: { step: 'later' } },
      ways: [{ when: { test: 'age', from: 60 }, because: 'Older', next: { step: 'soon' } }],
    },
    aWait('soon', { step: 'both' }),
    aWait('later', { ending: 'done' }),
    {
      ...{ kind: 'together', id: 'both', title: 'Both', until: 'all', next: { step: 'later' } },
      branches: [{ key: 'walk', title: 'Walk', start: 'walk' }],
    },
    aWait('walk', { ending: 'done' }),
  ],
};

describe('the steps ahead of a person', () => {
  it('are those of the way that fits them', () => {
    expect([...stepsAhead(script, new Map([['how-soon', null]]))]).toEqual(['how-soon', 'later']);
  });

  it('go on after what runs side by side, which is nowhere to join', () => {
    expect([...stepsAhead(script, new Map([['how-soon', 0]]))]).toEqual(['how-soon', 'soon', 'both', 'later']);
  });
});
