import { condition, proxyActivities, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { happened, type PathwayActivities, type PathwayInput } from '../../workflows/contracts/index.js';

const activities = proxyActivities<PathwayActivities>({
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const title = 'Phone about stopping smoking';
const days = (amount: number) => ({ amount, unit: 'days' }) as const;

/** What the script of the bench comes to, written out: as many effects, timers and signals, and as much said in each. */
export async function bare({ episodeId }: PathwayInput): Promise<{ readonly ending: string }> {
  let heard = 0;
  let seq = 0;
  setHandler(happened, () => void (heard += 1));
  const call = (step: string) => {
    seq += 1;
    return { episodeId, step, key: `${workflowInfo().workflowId}:${seq}`, seq, at: new Date().toISOString() };
  };
  const until = (count: number, length: '5 days' | '7 days' | '84 days') => condition(() => heard >= count, length);

  const message = { title, template: 'stop-smoking-invite', channels: ['email'], attempt: 1 };
  await activities.sendMessage({ ...call('invite'), ...message, linkLasts: days(28), every: days(7) });
  await until(1, '7 days');
  await activities.openTask({
    ...call('call'),
    ...{ kind: 'call', title, role: 'link-worker', due: days(5) },
    escalateAfter: [days(2)],
    escalateTo: ['team-lead'],
    outcomes: [
      { key: 'agreed', label: 'Agreed', marks: ['reached', 'accepted'] },
      { key: 'declined', label: 'Declined', marks: ['reached'] },
    ],
  });
  await until(2, '7 days');
  const need = { service: 'stop-smoking', need: 'Help with stopping smoking', answerWithin: days(5), tried: [] };
  await activities.sendReferral({ ...call('refer'), title, ...need });
  await until(3, '5 days');
  const what = 'The service accepted; waiting to hear how it went';
  const from = new Date().toISOString();
  await activities.noteWaiting({ ...call('refer'), title, what, from, for: days(84), clock: 'partner' });
  await until(4, '84 days');
  const second = { amount: 1, unit: 'seconds' } as const;
  await activities.noteWaiting({ ...call('pause'), title, what, from, for: second, clock: 'planned' });
  await sleep(1000);
  await activities.recordEnding({ ...call('pause'), ending: 'completed', exit: false, good: true });
  return { ending: 'completed' };
}

/** Waits for one signal and has one effect for it: the least that a step taken for an answer can cost. */
export async function bareStep({ episodeId }: PathwayInput): Promise<void> {
  let heard = 0;
  setHandler(happened, () => void (heard += 1));
  await condition(() => heard > 0);
  const at = new Date().toISOString();
  const call = { episodeId, step: 'only', key: `${workflowInfo().workflowId}:1`, seq: 1, at };
  await activities.recordEnding({ ...call, ending: 'completed', exit: false, good: true });
}
