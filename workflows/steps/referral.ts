import type { Next, PathwayEvent, ReferralStep } from '../contracts/index.js';
import { activities, now } from '../effects.js';
import type { Line, LiveDeadline } from '../line.js';
import { REVIEW } from './review.js';

type ReferralAnswer = Extract<PathwayEvent, { kind: 'referral-answered' }>['answer'];
type ReferralResult = 'completed' | 'not-completed';

/** A referral that a service has; `until` is the deadline of what comes next, unknown just after it has been accepted. */
interface OpenReferral {
  readonly referralId: string;
  readonly accepted: boolean;
  readonly until?: LiveDeadline;
}

export async function referral(line: Line, step: ReferralStep): Promise<Next> {
  const tried = [...(line.reached.tried ?? [])];
  let open = findKept(line) ?? (await send(line, step, tried));
  while (open) {
    const { referralId } = open;
    const answer = await answerOf(line, step, open, tried);
    if (answer === 'accepted' || answer === 'started') {
      return underWay(line, step, { ...open, until: open.accepted ? open.until : undefined }, tried);
    }
    if (answer === 'completed' || answer === 'not-completed') return reported(line, step, referralId, answer);
    line.referralIsOver(referralId);
    tried.push(referralId);
    line.reached = { tried };
    open = tried.length <= step.reroute ? await send(line, step, tried) : null;
  }
  return step.refused;
}

/** What was open when the walk came here from another version. */
function findKept({ reached: { referral: kept, until } }: Line): OpenReferral | null {
  return kept ? { ...kept, until } : null;
}

/** Null when no service is left. */
async function send(line: Line, step: ReferralStep, tried: readonly string[]): Promise<OpenReferral | null> {
  const { id, title, service, need, acceptWithin: answerWithin } = step;
  const sent = await line.effect(
    id,
    (call) => activities.sendReferral({ ...call, title, service, need, answerWithin, tried: [...tried] }),
    tried.length === 0 ? line.enteredAt : undefined,
  );
  if (!sent.sent) return null;
  const { referralId, answerBy, status = 'sent' } = sent;
  line.referralIsOpen(referralId, id);
  if (status !== 'sent') return { referralId, accepted: true };
  return { referralId, accepted: false, until: line.deadline('answer', answerBy, answerWithin) };
}

/** The service's first word, or expired. */
async function answerOf(
  line: Line,
  { id }: ReferralStep,
  { referralId, accepted, until }: OpenReferral,
  tried: readonly string[],
): Promise<ReferralAnswer | 'expired'> {
  if (accepted) return 'accepted';
  line.reached = { tried, referral: { referralId, accepted }, until };
  const answer = answerTo(referralId);
  const inTime = until ? await line.next(answer, until) : await line.next(answer);
  if (inTime) return inTime;
  const { closed } = await line.effect(id, (call) => activities.closeReferral({ ...call, referralId, as: 'expired' }));
  return closed ? 'expired' : line.next(answer);
}

/** A service has the person. Waits to hear how it went; when too long, somebody asks. */
async function underWay(
  line: Line,
  step: ReferralStep,
  { referralId, until: kept }: OpenReferral,
  tried: readonly string[],
): Promise<Next> {
  const { id, finishWithin: length } = step;
  const answer = answerTo(referralId);
  line.reached = { tried, referral: { referralId, accepted: true } };
  const what = 'The service accepted; waiting to hear how it went';
  const until = kept ?? (await line.waitingFor(step, what, { from: now(), length, clock: 'partner' }));
  line.reached = { ...line.reached, until };
  for (let heard = await line.next(answer, until); heard !== null; heard = await line.next(answer, until)) {
    if (isResult(heard)) return reported(line, step, referralId, heard);
  }

  const overdue = await line.openTask(`${id}:overdue`, {
    ...REVIEW,
    title: 'Ask the service how it went',
    outcomes: [
      { key: 'completed', label: 'The person got the help', marks: [] },
      { key: 'not-completed', label: 'The person did not get the help', marks: [] },
    ],
  });
  const { result, asked } = await line.next((event) => {
    const told = answer(event);
    if (told && isResult(told)) return { result: told, asked: false };
    if (event.kind !== 'task-completed' || event.taskId !== overdue.taskId || !isResult(event.outcome)) return null;
    return { result: event.outcome, asked: true };
  });
  if (asked) await line.effect(id, (call) => activities.closeReferral({ ...call, referralId, as: result }));
  else await line.cancelTask(overdue, 'service-reported');
  return reported(line, step, referralId, result);
}

function isResult(text: string): text is ReferralResult {
  return text === 'completed' || text === 'not-completed';
}

function reported(line: Line, step: ReferralStep, referralId: string, result: ReferralResult): Next {
  line.referralIsOver(referralId);
  return result === 'completed' ? step.completed : step.notCompleted;
}

function answerTo(referralId: string) {
  return (event: PathwayEvent): ReferralAnswer | null =>
    event.kind === 'referral-answered' && event.referralId === referralId ? event.answer : null;
}
