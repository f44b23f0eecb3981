import type { Attempt, ContactStep, Next, PathwayEvent } from '../contracts/index.js';
import { activities, now } from '../effects.js';
import type { Line, LiveDeadline } from '../line.js';
import { REVIEW } from './review.js';

/** What came of an attempt: where the answer leads, when they want to be asked again, that it never arrived, or silence. */
type Heard = Next | { readonly askAgain: string | undefined } | 'failed' | null;

/** Tries to reach the person, attempt after attempt, until they answer. */
export async function contact(line: Line, step: ContactStep): Promise<Next> {
  const plan = planOf(step);
  let last = plan.length;
  let { attempt = 0 } = line.reached;
  let heard = await pickUp(line, step);
  for (;;) {
    // An answer beats what happened to the message it answers.
    if (heard === 'failed') heard = line.take(answerTo(step));
    if (heard !== null) {
      if (!('askAgain' in heard)) return heard;
      last = Math.max(last, attempt + 1);
      heard = await restUntil(line, step, attempt, heard.askAgain);
      continue;
    }
    if (attempt >= last) return step.silent;
    attempt += 1;
    heard = await tryOnce(line, step, attempt, plan[Math.min(attempt, plan.length) - 1]!);
  }
}

function planOf({ plan, channels, every, attempts }: ContactStep): readonly Attempt[] {
  return plan ?? Array.from({ length: attempts }, () => ({ channels, wait: every }));
}

/** Goes on where another version of the programme had come to. */
async function pickUp(line: Line, step: ContactStep): Promise<Heard> {
  const { attempt = 0, phoning, until } = line.reached;
  if (!until) return null;
  return (phoning ? phone : listen)(line, step, attempt, until);
}

async function tryOnce(line: Line, step: ContactStep, attempt: number, its: Attempt): Promise<Heard> {
  const { id, title, linkLasts, hours } = step;
  const { channels, wait: every, template = step.template } = its;
  const due = line.reached.until?.at ?? line.enteredAt;
  if (line.wasBeforeJoining(due)) {
    const until = await line.waitingFor(step, 'Waiting for an answer', { from: due, length: every, clock: 'person' });
    return listen(line, step, attempt, until);
  }
  for (;;) {
    const { fate, nextAt } = await line.effect(id, (call) =>
      activities.sendMessage({ ...call, title, template, channels, attempt, linkLasts, every, hours }),
    );
    switch (fate) {
      case 'later': {
        // It has not left: a move to another version begins this attempt anew.
        const heard = await waitForAnswer(line, step, attempt - 1, line.deadline('later', nextAt));
        if (heard !== null) return heard;
        break;
      }
      case 'unreachable':
      case 'suppressed':
        // Another attempt of a plan may have another channel.
        return line.take(answerTo(step)) ?? (step.plan ? null : step.silent);
      case 'phone':
        return phone(line, step, attempt, line.deadline('answer', nextAt, every));
      case 'unknown':
        await openCheck(line, id);
        return listen(line, step, attempt, line.deadline('answer', nextAt, every));
      case 'sent':
      case 'failed':
        return listen(line, step, attempt, line.deadline('answer', nextAt, every));
    }
  }
}

/** Waits for an answer, or to hear that the message of the attempt never arrived. */
async function listen(line: Line, step: ContactStep, attempt: number, until: LiveDeadline): Promise<Heard> {
  line.reached = { attempt, until };
  const answer = answerTo(step);
  return line.next<Heard>((event) => {
    if (event.kind !== 'message-failed') return answer(event);
    return event.step === step.id && event.attempt === attempt ? 'failed' : null;
  }, until);
}

/** As `listen`, when no message of the attempt is on its way. */
async function waitForAnswer(line: Line, step: ContactStep, attempt: number, until: LiveDeadline): Promise<Heard> {
  line.reached = { attempt, until };
  return line.next<Heard>(answerTo(step), until);
}

/** They asked to be asked again: the day is kept, and then one fresh attempt is made at least. */
async function restUntil(line: Line, step: ContactStep, attempt: number, day: string | undefined): Promise<Heard> {
  const what = 'They asked us to ask again';
  const { id, title, every: length } = step;
  if (day === undefined) {
    const until = await line.waitingFor(step, what, { from: now(), length, clock: 'person' });
    return waitForAnswer(line, step, attempt, until);
  }
  await line.effect(id, (call) => activities.noteUntil({ ...call, title, what, until: day, clock: 'person' }));
  return waitForAnswer(line, step, attempt, line.deadline('again', day));
}

const BY_PHONE = [
  { key: 'yes', label: 'Yes please', marks: ['reached', 'accepted'] },
  { key: 'not-now', label: 'Not now', marks: ['reached'] },
  { key: 'later', label: 'Ask me later', marks: ['reached'] },
  { key: 'sorted', label: 'Already sorted', marks: ['reached'] },
  { key: 'no-answer', label: 'Nobody answered', marks: [] },
] as const;

/** Somebody phones. What the person says leads as their reply would; without an answer the attempt still takes its time. */
async function phone(line: Line, step: ContactStep, attempt: number, until: LiveDeadline): Promise<Heard> {
  line.reached = { attempt, phoning: true, until };
  const { title, role, due } = step.phone ?? { title: step.title, role: REVIEW.role, due: REVIEW.due };
  const task = await line.openTask(`${step.id}:phone`, {
    kind: 'call',
    title,
    role,
    due,
    escalateAfter: [],
    outcomes: BY_PHONE,
  });
  const answer = answerTo(step);
  const completed = (event: PathwayEvent): { readonly said: Heard } | null =>
    event.kind === 'task-completed' && event.taskId === task.taskId ? { said: saidOnThePhone(step, event) } : null;

  const first = await line.next((event) => completed(event) ?? answer(event), task.due);
  if (first === null) {
    const told = (await line.cancelTask(task, 'nobody-phoned')) ? null : await line.next(completed);
    if (told?.said) return told.said;
  } else if ('said' in first) {
    if (first.said) return first.said;
  } else {
    await line.cancelTask(task, 'they-replied');
    return first;
  }
  return listen(line, step, attempt, until);
}

function saidOnThePhone(
  { replied }: ContactStep,
  { outcome, until }: Extract<PathwayEvent, { kind: 'task-completed' }>,
): Heard {
  if (outcome === 'later') return { askAgain: until };
  return outcome === 'yes' || outcome === 'not-now' || outcome === 'sorted' ? replied[outcome] : null;
}

function answerTo({ id, replied }: ContactStep) {
  return (event: PathwayEvent): Exclude<Heard, 'failed'> => {
    if (event.kind !== 'replied' || (event.step ?? id) !== id) return null;
    return event.answer === 'later' ? { askAgain: event.until } : (replied[event.answer] ?? null);
  };
}

/** A crash hides whether a message left. It is not sent again; a person looks, while the pathway goes on. */
async function openCheck(line: Line, id: string): Promise<void> {
  await line.openSideTask(`${id}:check`, {
    ...REVIEW,
    title: 'Check whether our message arrived',
    outcomes: [
      { key: 'arrived', label: 'It arrived', marks: [] },
      { key: 'not-arrived', label: 'It did not arrive', marks: [] },
      { key: 'not-known', label: 'Could not find out', marks: [] },
    ],
  });
}
