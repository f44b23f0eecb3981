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
  outcomes: [{ label: 'No thank you', next: { ending: 'declined' } }],
};

describe('inWords', () => {
  it('says who does what by when', () => {
    const [first, second] = inWords({ steps: [contact, call], endings });
    expect(first?.what).toBe('We write by e-mail or text message, up to 3 times, 7 days apart.');
    expect(second?.what).toBe(
      'A link worker does this within 5 working days. If it is 2 working days late, a care coordinator is told.',
    );
  });

  it('says where each answer leads, by the title of the step or the ending', () => {
    const [first] = inWords({ steps: [contact, call], endings });
    expect(first?.ways).toContainEqual({ when: 'They say yes', leads: 'Phone about stopping smoking' });
    expect(first?.ways).toContainEqual({ when: 'They say not now', leads: 'Ends: did not want help' });
  });

  it('says when nobody else is asked after a refusal', () => {
    const [step] = inWords({
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
});
