import type {
  BranchStep,
  ContactStep,
  Duration,
  MeasureStep,
  PathwayScript,
  RecheckStep,
  ReferralStep,
  Step,
  TaskStep,
  TogetherStep,
  WaitStep,
} from '../../workflows/contracts/index.js';

export const days = (amount: number): Duration => ({ amount, unit: 'days' });

/** A script that begins with the first of `steps`. */
export function aScript(...steps: readonly [Step, ...Step[]]): PathwayScript {
  return {
    programme: 'stop-smoking',
    version: 1,
    start: steps[0].id,
    steps,
    endings: [
      { key: 'completed', title: 'Completed', good: true },
      { key: 'declined', title: 'Declined', good: false },
      { key: 'silent', title: 'Not reached', good: false },
      { key: 'no-service', title: 'No service', good: false },
      { key: 'lost', title: 'Lost', good: false },
    ],
  };
}

/** Three messages, a week apart. */
export function anInvitation(changes: Partial<ContactStep> = {}): ContactStep {
  return {
    kind: 'contact',
    id: 'invite',
    title: 'Invitation',
    template: 'stop-smoking-invite',
    channels: ['email'],
    attempts: 3,
    every: days(7),
    linkLasts: days(28),
    replied: { yes: { ending: 'completed' }, 'not-now': { ending: 'declined' }, sorted: { ending: 'completed' } },
    silent: { ending: 'silent' },
    ...changes,
  };
}

/** A call due in five days, passed on after two and four more. */
export function aCall(changes: Partial<TaskStep> = {}): TaskStep {
  return {
    kind: 'task',
    id: 'call',
    title: 'Phone about stopping smoking',
    role: 'link-worker',
    due: days(5),
    escalate: [
      { after: days(2), to: 'team-lead' },
      { after: days(4), to: 'programme-manager' },
    ],
    outcomes: [
      { key: 'agreed', label: 'Agreed', marks: ['reached', 'accepted'], next: { ending: 'completed' } },
      { key: 'declined', label: 'Declined', marks: ['reached'], next: { ending: 'declined' } },
    ],
    ...changes,
  };
}

/** A referral to be answered in five days and finished in twelve weeks, with two more services to try. */
export function aReferral(changes: Partial<ReferralStep> = {}): ReferralStep {
  return {
    kind: 'referral',
    id: 'refer',
    title: 'Stop smoking service',
    service: 'stop-smoking',
    need: 'Help with stopping smoking',
    acceptWithin: days(5),
    reroute: 2,
    finishWithin: days(84),
    completed: { ending: 'completed' },
    notCompleted: { ending: 'declined' },
    refused: { ending: 'no-service' },
    ...changes,
  };
}

export function aWait(changes: Partial<WaitStep> = {}): WaitStep {
  return { kind: 'wait', id: 'pause', title: 'Waiting', for: days(30), next: { ending: 'completed' }, ...changes };
}

/** A measure after four weeks, lost when two more have passed. */
export function aMeasure(changes: Partial<MeasureStep> = {}): MeasureStep {
  return {
    kind: 'measure',
    id: 'four-week-quit',
    title: 'Four-week quit',
    instrument: 'russell-standard-4-week',
    role: 'link-worker',
    after: days(28),
    window: days(14),
    results: [
      { key: 'quit', label: 'Quit', good: true, next: { ending: 'completed' } },
      { key: 'not-quit', label: 'Not quit', good: false, next: { ending: 'declined' } },
    ],
    lost: { ending: 'lost' },
    ...changes,
  };
}

/** A recheck before the step `call`. */
export function aRecheck(changes: Partial<RecheckStep> = {}): RecheckStep {
  return { kind: 'recheck', id: 'still', title: 'Still needed?', still: { ending: 'completed' }, ...changes };
}

/** One way with a rule, and one for everybody else. */
export function aBranch(changes: Partial<BranchStep> = {}): BranchStep {
  return {
    kind: 'branch',
    id: 'which',
    title: 'Which way',
    ways: [{ when: { flag: 'pregnant' }, because: 'Pregnant', next: { ending: 'declined' } }],
    otherwise: { ending: 'completed' },
    ...changes,
  };
}

/** Branches that begin at the given steps. */
export function aTogether(starts: readonly string[], changes: Partial<TogetherStep> = {}): TogetherStep {
  return {
    kind: 'together',
    id: 'both',
    title: 'Side by side',
    branches: starts.map((start) => ({ key: start, title: start, start })),
    until: 'all',
    next: { ending: 'completed' },
    ...changes,
  };
}

/** E-mail, then a phone call, then e-mail again: a week each. */
export function aPlannedInvitation(changes: Partial<ContactStep> = {}): ContactStep {
  return anInvitation({
    plan: [
      { channels: ['email'], wait: days(7) },
      { channels: ['phone'], wait: days(7) },
      { channels: ['sms', 'letter'], wait: days(7), template: 'stop-smoking-last' },
    ],
    hours: { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] },
    phone: { title: 'Phone about the invitation', role: 'link-worker', due: days(3) },
    ...changes,
  });
}
