import type { PathwayState } from '#workflows';
import type { Delivered } from '../factories/post-office.js';
import { type Page, readLedger } from './ledger.js';
import { RIGHT_VALUE, type Traveller } from './traveller.js';
import type { World } from './world.js';

const EXITS = new Set(['died', 'opted-out', 'need-met-by-others', 'no-longer-eligible', 'data-corrected']);
/** The milliseconds at the head of a version 7 UUID: when its row was written. */
const writtenAt = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

export interface Judgement {
  readonly ended: boolean;
  /** Everything that must never be, in words; nothing when all is well. */
  readonly wrong: readonly string[];
}

/** Judges walks that have come to rest, by their episode. */
export async function judge(world: World, walks: readonly Traveller[]): Promise<ReadonlyMap<string, Judgement>> {
  const pageOf = await readLedger(world.stage.db, walks);
  const judged = walks.map(
    async (walked) => [walked.episodeId, await judgeOne(world, walked, pageOf(walked))] as const,
  );
  return new Map(await Promise.all(judged));
}

async function judgeOne(world: World, walked: Traveller, page: Page): Promise<Judgement> {
  try {
    const state = await world.state(walked.episodeId);
    const wrong = findWrong(walked, page, state, world.takeMailTo(walked.address));
    return { ended: state.ending !== null, wrong };
  } catch (problem) {
    return { ended: false, wrong: [String(problem)] };
  }
}

function findWrong(walked: Traveller, page: Page, state: PathwayState, mails: readonly Delivered[]): string[] {
  const { episode, tasks, referrals, messages, measurements, entries, ending, held } = page;
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || wrong.push(what));

  // Never two open tasks for a step, now or at any time before.
  for (const step of new Set(tasks.map((task) => task.step))) {
    let open = 0;
    const ids = new Set(tasks.filter((task) => task.step === step).map(({ id }) => id));
    for (const { action, subjectId } of entries.filter((entry) => ids.has(entry.subjectId))) {
      if (action === 'task.opened') open += 1;
      if (action === 'task.completed' || action === 'task.cancelled') open -= 1;
      must(open <= 1, `two open tasks at ${step}, one of them ${subjectId}`);
      must(open >= 0, `a task at ${step} was closed twice: ${subjectId}`);
    }
  }

  // Never a message twice, and none after somebody had said no, died or left.
  const ids = mails.map(({ mail }) => mail.messageId);
  must(new Set(ids).size === ids.length, 'one message reached the mail server twice');
  const left = messages.filter(({ fate, mergedInto }) => ['sent', 'unknown', 'claimed'].includes(fate) && !mergedInto);
  const attempts = left.map(({ step, attempt }) => `${step}/${attempt}`);
  must(new Set(attempts).size === attempts.length, `an attempt was sent twice: ${attempts.join(', ')}`);
  must(mails.length === left.length, `${mails.length} mails reached the server, ${left.length} messages say they left`);
  for (const { id, fate } of left) {
    const since = walked.forbiddenSince;
    must(since === null || writtenAt(id) <= since, `message ${id} was ${fate} after it was forbidden`);
  }

  // Every accepted command stands in the audit exactly once.
  for (const { action, subjectId } of new Set(walked.accepted)) {
    const asked = walked.accepted.filter((one) => one.action === action && one.subjectId === subjectId).length;
    const found = entries.filter((one) => one.action === action && one.subjectId === subjectId).length;
    must(found === asked, `${action} of ${subjectId} was accepted ${asked} times and audited ${found} times`);
  }

  // A wrong completion is answered only when it repeats a right one, and what it says is never recorded.
  for (const { taskId, how } of walked.answeredThoughWrong) {
    const right = walked.accepted.some(({ action, subjectId }) => action === 'task.completed' && subjectId === taskId);
    must(right, `task ${taskId} was completed although its ${how} was wrong`);
  }
  for (const { key, value } of measurements) must(Number(value ?? RIGHT_VALUE) === RIGHT_VALUE, `${key} has ${value}`);

  // Both truths agree, and nobody is lost: whoever is under way has somebody or some day to wait for.
  const openTasks = tasks.filter(({ status }) => status === 'open');
  const openReferrals = referrals.filter(({ status }) => ['sent', 'accepted', 'started'].includes(status));
  must((ending !== null) === (episode.status === 'ended'), `the episode is ${episode.status}, the ledger differs`);
  must((state.ending !== null) === (episode.status === 'ended'), `episode ${episode.status}, pathway ${state.ending}`);
  must(state.stuckOn === null, `stuck on ${state.stuckOn?.step}`);
  if (episode.status === 'ended') {
    must(openTasks.length === 0, `open tasks after the end: ${openTasks.map(({ step }) => step).join(', ')}`);
    must(openReferrals.length === 0, 'open referrals after the end');
    must(state.ending === ending?.ending, `ended as ${ending?.ending} here and ${state.ending} there`);
  } else {
    must(walked.leaving.length === 0, `left for ${walked.leaving.join(', ')} and is still under way`);
    const there = [state.step, ...state.branches.map(({ step }) => step)];
    const same = state.heldUp || there.includes(sideOf(episode.step));
    must(same, `at ${episode.step} here and at ${there.join(', ')} there`);
    must(!state.heldUp || state.paused !== null, 'held up, and not paused');
    const waits = state.heldUp || openTasks.length > 0 || openReferrals.length > 0 || episode.nextAt !== null;
    must(waits, `waits for nobody at ${episode.step}`);
  }
  // Leaving for a reason and ending by the script may race; what the person said is never turned into something else.
  if (ending && EXITS.has(ending.ending)) {
    must(walked.leaving.includes(ending.ending), `ended as ${ending.ending}, which nobody asked for`);
    must(ending.exit, `${ending.ending} is not told apart as an exit`);
  }
  must(!held, 'an outbox entry is held');
  return wrong;
}

/** The step beside which something is asked, such as the phone call of an invitation. */
function sideOf(step: string | null): string | null {
  return step?.split(':')[0] ?? null;
}
