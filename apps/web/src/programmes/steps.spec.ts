import { describe, expect, it } from '@jest/globals';
import { inWords, type Step } from './steps';

const endings = [{ key: 'declined', title: 'Did not want help' }];
const contact: Step = {
  kind: 'contact',
  id: 'invite',
  title: 'Invite by e-mail',
  channels: ['email', 'sms'],
  attempts: 3,
  every: { amount: 7, unit: 'days' },
  replied: { yes: { step: 'call' }, 'not-now': { ending: 'declined' }, sorted: { ending: 'declined' } },
  silent: { step: 'call' },
};
const call: Step = {
  kind: 'task',
  id: 'call',
  title: 'Phone about stopping smoking',
  role: 'link-worker',
  due: { amount: 5, unit: 'working-days' },
  escalate: [{ after: { amount: 2, unit: 'working-days' }, to: 'care-coordinator' }],
  outcomes: [{ label: 'No thank you', hint: 'Ends here', next: { ending: 'declined' } }],
};

describe('inWords', () => {
  it('says who does what by when', () => {
    const [first, second] = inWords({ start: 'invite', steps: [contact, call], endings });
    expect(first?.what).toBe('We write by e-mail or text message, up to 3 times, 7 days apart.');
    expect(second?.what).toBe('A link worker does this within 5 working days.');
    expect(second?.ladder).toEqual(['2 working days late: raised to a care coordinator']);
  });

  it('says where each answer leads, by the title of the step or the ending', () => {
    const [first, second] = inWords({ start: 'invite', steps: [contact, call], endings });
    expect(first?.ways).toContainEqual({
      when: 'They say yes',
      leads: 'Phone about stopping smoking',
      step: 'call',
      hint: null,
    });
    expect(second?.ways[0]?.hint).toBe('Ends here');
    expect(first?.ways).toContainEqual({
      when: 'They say not now',
      leads: 'Ends: did not want help',
      step: null,
      hint: null,
    });
  });

  it('says when nobody else is asked after a refusal', () => {
    const [step] = inWords({
      start: 'refer',
      steps: [
        {
          kind: 'referral',
          id: 'refer',
          title: 'Refer',
          service: 'stop-smoking',
          acceptWithin: { amount: 1, unit: 'days' },
          reroute: 0,
          completed: { ending: 'declined' },
          notCompleted: { ending: 'declined' },
          refused: { ending: 'declined' },
        },
      ],
      endings,
    });
    expect(step?.what).toBe(
      'A stop smoking service is asked, and answers within 1 day. If it says no or nothing, nobody else is asked.',
    );
  });

  it('says of a plan on which day each attempt is made, by what, and who rings', () => {
    const planned: Step = {
      ...contact,
      plan: [
        { channels: ['email', 'sms'], wait: { amount: 7, unit: 'days' } },
        { channels: ['letter'], wait: { amount: 2, unit: 'weeks' } },
        { channels: ['phone'], wait: { amount: 5, unit: 'working-days' } },
        { channels: ['letter'], wait: { amount: 1, unit: 'months' } },
      ],
      hours: { from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] },
      phone: { title: 'Ring', role: 'link-worker', due: { amount: 3, unit: 'days' } },
    };
    const [step] = inWords({ start: 'invite', steps: [planned, call], endings });
    expect(step?.what).toBe(
      'We try 4 times at most, and stop as soon as they answer. Only Monday to Friday, 09:00 to 18:00.',
    );
    expect(step?.plan).toEqual([
      'At once: e-mail, else text message. 7 days to answer.',
      'Day 8: letter. 2 weeks to answer.',
      'Day 22: phone: a link worker rings. 5 working days to answer.',
      'Then: letter. 1 month to answer.',
    ]);
  });

  it('puts the steps of each branch within the step that opens them', () => {
    const wait = (id: string, next: string | null): Step => ({
      kind: 'wait',
      id,
      title: `Wait ${id}`,
      for: { amount: 1, unit: 'days' },
      next: next ? { step: next } : { back: 'both' },
    });
    const both: Step = {
      kind: 'together',
      id: 'both',
      title: 'Both',
      branches: [
        { key: 'one', title: 'One', start: 'a' },
        { key: 'two', title: 'Two', start: 'c' },
      ],
      until: 'all',
      next: { ending: 'declined' },
    };
    const [step, ...others] = inWords({
      start: 'both',
      steps: [both, wait('a', 'b'), wait('b', null), wait('c', null)],
      endings,
    });
    expect(others).toEqual([]);
    expect(step?.branches.map(({ title, steps }) => [title, steps.map(({ id }) => id)])).toEqual([
      ['One', ['a', 'b']],
      ['Two', ['c']],
    ]);
    expect(step?.branches[1]?.steps[0]?.ways).toEqual([
      { when: 'Then', leads: 'This part is done', step: null, hint: null },
    ]);
  });

  it('says of a branch why each way is taken, and of a recheck who goes on', () => {
    const steps: Step[] = [
      {
        kind: 'branch',
        id: 'which',
        title: 'Which',
        ways: [{ because: 'Pregnant', next: { step: 'call' } }],
        otherwise: { step: 'again' },
      },
      { kind: 'recheck', id: 'again', title: 'Look again', still: { step: 'call' } },
      call,
    ];
    const [branch, recheck] = inWords({ start: 'which', steps, endings });
    expect(branch?.ways.map(({ when, leads }) => [when, leads])).toEqual([
      ['Pregnant', 'Phone about stopping smoking'],
      ['Otherwise', 'Look again'],
    ]);
    expect(recheck?.ways.map(({ when }) => when)).toEqual(['They still need it']);
  });
});
