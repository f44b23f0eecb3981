import type {
  ContactStep,
  Duration,
  MeasureStep,
  Next,
  PathwayEvent,
  ReferralStep,
  Step,
  TaskStep,
  WaitStep,
} from './contracts/index.js';
import { activities, now, type Walk } from './walk.js';

const REVIEW = { kind: 'review', role: 'care-coordinator', due: workingDays(2), escalateAfter: [] } as const;

/** Walks one step to its end and says where it leads. */
export async function walkStep(walk: Walk, step: Step): Promise<Next> {
  switch (step.kind) {
    case 'contact':
      return contact(walk, step);
    case 'task':
      return task(walk, step);
    case 'referral':
      return referral(walk, step);
    case 'wait':
      return wait(walk, step);
    case 'measure':
      return measure(walk, step);
  }
}

async function contact(walk: Walk, step: ContactStep): Promise<Next> {
  const { id, title, template, channels, linkLasts, every } = step;
  const reply = (event: PathwayEvent): Next | null =>
    event.kind === 'replied' && (event.step ?? id) === id ? (step.replied[event.answer] ?? null) : null;

  let due = walk.enteredAt;
  for (let attempt = 1; attempt <= step.attempts; attempt += 1) {
    if (walk.wasBeforeJoining(due)) {
      due = await waitingUntil(walk, step, 'Waiting for an answer', due, every);
    } else {
      const { fate, nextAt } = await walk.effect(id, (call) =>
        activities.sendMessage({ ...call, title, template, channels, attempt, linkLasts, every }),
      );
      if (fate === 'unreachable' || fate === 'suppressed') return walk.take(reply) ?? step.silent;
      if (fate === 'unknown') await openCheck(walk, id);
      due = nextAt;
    }
    const answered = await walk.next(reply, due);
    if (answered) return answered;
  }
  return step.silent;
}

/** A crash hides whether a message left. It is not sent again; a person looks, while the pathway goes on. */
async function openCheck(walk: Walk, id: string): Promise<void> {
  await walk.openTask(`${id}:check`, {
    ...REVIEW,
    title: 'Check whether our message arrived',
    outcomes: [
      { key: 'arrived', label: 'It arrived', marks: [] },
      { key: 'not-arrived', label: 'It did not arrive', marks: [] },
      { key: 'not-known', label: 'Could not find out', marks: [] },
    ],
  });
}

async function task(walk: Walk, step: TaskStep): Promise<Next> {
  const { id, title, role, due, escalate } = step;
  const outcomes = step.outcomes.map(({ key, label, hint, marks }) => ({ key, label, hint, marks }));
  const escalateAfter = escalate.map(({ after }) => after);
  const { taskId, escalateAt } = await walk.openTask(
    id,
    { kind: 'call', title, role, due, escalateAfter, outcomes },
    walk.enteredAt,
  );
  const completed = completionOf(taskId, step.outcomes);
  for (const [rung, { to }] of escalate.entries()) {
    const next = await walk.next(completed, escalateAt[rung]!);
    if (next) return next;
    await walk.effect(id, (call) => activities.escalateTask({ ...call, taskId, to }));
  }
  return walk.next(completed);
}

async function referral(walk: Walk, step: ReferralStep): Promise<Next> {
  const { id, title, service, need, acceptWithin: answerWithin } = step;
  const tried: string[] = [];
  while (tried.length <= step.reroute) {
    const sent = await walk.effect(
      id,
      (call) => activities.sendReferral({ ...call, title, service, need, answerWithin, tried: [...tried] }),
      tried.length === 0 ? walk.enteredAt : undefined,
    );
    if (!sent.sent) return step.refused;
    const { referralId } = sent;
    walk.referralIsOpen(referralId);
    const answer = await answerOf(walk, id, referralId, sent.answerBy);
    if (answer === 'accepted' || answer === 'started') return underWay(walk, step, referralId);
    if (answer === 'completed' || answer === 'not-completed') return reported(walk, step, answer);
    walk.referralIsOpen(null);
    tried.push(referralId);
  }
  return step.refused;
}

type ReferralAnswer = Extract<PathwayEvent, { kind: 'referral-answered' }>['answer'];

/** The service's first word, or expired. */
async function answerOf(
  walk: Walk,
  id: string,
  referralId: string,
  answerBy: string,
): Promise<ReferralAnswer | 'expired'> {
  const answer = answerTo(referralId);
  const inTime = await walk.next(answer, answerBy);
  if (inTime) return inTime;
  const { closed } = await walk.effect(id, (call) => activities.closeReferral({ ...call, referralId, as: 'expired' }));
  return closed ? 'expired' : walk.next(answer);
}

/** A service has the person. Waits to hear how it went; when too long, somebody asks. */
async function underWay(walk: Walk, step: ReferralStep, referralId: string): Promise<Next> {
  const { id } = step;
  const answer = answerTo(referralId);
  const what = 'The service accepted; waiting to hear how it went';
  const until = await waitingUntil(walk, step, what, now(), step.finishWithin);
  for (let heard = await walk.next(answer, until); heard !== null; heard = await walk.next(answer, until)) {
    if (isResult(heard)) return reported(walk, step, heard);
  }

  const overdue = `${id}:overdue`;
  const { taskId } = await walk.openTask(overdue, {
    ...REVIEW,
    title: 'Ask the service how it went',
    outcomes: [
      { key: 'completed', label: 'The person got the help', marks: [] },
      { key: 'not-completed', label: 'The person did not get the help', marks: [] },
    ],
  });
  const { result, asked } = await walk.next((event) => {
    const told = answer(event);
    if (told && isResult(told)) return { result: told, asked: false };
    if (event.kind !== 'task-completed' || event.taskId !== taskId || !isResult(event.outcome)) return null;
    return { result: event.outcome, asked: true };
  });
  if (asked) await walk.effect(id, (call) => activities.closeReferral({ ...call, referralId, as: result }));
  else await walk.cancelTask({ taskId, step: overdue }, 'service-reported');
  return reported(walk, step, result);
}

type ReferralResult = 'completed' | 'not-completed';

function isResult(text: string): text is ReferralResult {
  return text === 'completed' || text === 'not-completed';
}

function reported(walk: Walk, step: ReferralStep, result: ReferralResult): Next {
  walk.referralIsOpen(null);
  return result === 'completed' ? step.completed : step.notCompleted;
}

async function wait(walk: Walk, step: WaitStep): Promise<Next> {
  await walk.until(await waitingUntil(walk, step, step.title, walk.enteredAt, step.for));
  return step.next;
}

async function measure(walk: Walk, step: MeasureStep): Promise<Next> {
  const { id, title, role, instrument, value } = step;
  const opens = await waitingUntil(walk, step, title, walk.enteredAt, step.after);
  await walk.until(opens);
  const { taskId, dueAt } = await walk.openTask(
    id,
    {
      kind: 'measure',
      title,
      role,
      due: step.window,
      escalateAfter: [],
      outcomes: step.results.map(({ key, label, hint, good }) => ({ key, label, hint, marks: [], good })),
      asks: { instrument, value },
    },
    opens,
  );
  const recorded = completionOf(taskId, step.results);
  const next = await walk.next(recorded, dueAt);
  if (next) return next;
  if (!(await walk.cancelTask({ taskId, step: id }, 'window-passed'))) return walk.next(recorded);
  await walk.effect(id, (call) => activities.recordLost({ ...call, instrument, taskId }));
  return step.lost;
}

/** Puts what the pathway waits for on the timeline; answers when the waiting ends. */
async function waitingUntil(walk: Walk, step: Step, what: string, from: string, length: Duration): Promise<string> {
  const { until } = await walk.effect(step.id, (call) =>
    activities.noteWaiting({ ...call, title: step.title, what, from, for: length }),
  );
  return until;
}

function completionOf(taskId: string, outcomes: readonly { readonly key: string; readonly next: Next }[]) {
  return (event: PathwayEvent): Next | null => {
    if (event.kind !== 'task-completed' || event.taskId !== taskId) return null;
    return outcomes.find(({ key }) => key === event.outcome)?.next ?? null;
  };
}

function answerTo(referralId: string) {
  return (event: PathwayEvent): ReferralAnswer | null =>
    event.kind === 'referral-answered' && event.referralId === referralId ? event.answer : null;
}

function workingDays(amount: number): Duration {
  return { amount, unit: 'working-days' };
}
