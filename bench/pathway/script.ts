import type { Duration, PathwayScript } from '../../workflows/contracts/index.js';

const days = (amount: number): Duration => ({ amount, unit: 'days' });
const title = 'Phone about stopping smoking';

/** From a message by a call and a referral to an ending: six effects, four events, five timers of which one fires. */
export const SCRIPT: PathwayScript = {
  programme: 'stop-smoking',
  version: 1,
  start: 'invite',
  steps: [
    {
      kind: 'contact',
      id: 'invite',
      title,
      template: 'stop-smoking-invite',
      channels: ['email'],
      attempts: 1,
      every: days(7),
      linkLasts: days(28),
      replied: { yes: { step: 'call' }, 'not-now': { ending: 'completed' }, sorted: { ending: 'completed' } },
      silent: { ending: 'completed' },
    },
    {
      kind: 'task',
      id: 'call',
      title,
      role: 'link-worker',
      due: days(5),
      escalate: [{ after: days(2), to: 'team-lead' }],
      outcomes: [
        { key: 'agreed', label: 'Agreed', marks: ['reached', 'accepted'], next: { step: 'refer' } },
        { key: 'declined', label: 'Declined', marks: ['reached'], next: { ending: 'completed' } },
      ],
    },
    {
      kind: 'referral',
      id: 'refer',
      title,
      service: 'stop-smoking',
      need: 'Help with stopping smoking',
      acceptWithin: days(5),
      reroute: 0,
      finishWithin: days(84),
      completed: { step: 'pause' },
      notCompleted: { ending: 'completed' },
      refused: { ending: 'completed' },
    },
    { kind: 'wait', id: 'pause', title, for: { amount: 1, unit: 'seconds' }, next: { ending: 'completed' } },
  ],
  endings: [{ key: 'completed', title: 'Completed', good: true }],
};

/** Waits in its first task, for nobody answers. */
export const IDLE: PathwayScript = { ...SCRIPT, start: 'call' };
