import type { Traveller } from './traveller.js';
import type { World } from './world.js';

const EXITS = new Set(['died', 'opted-out', 'need-met-by-others', 'no-longer-eligible', 'data-corrected']);
/** The milliseconds at the head of a version 7 UUID: when its row was written. */
const writtenAt = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);

/** Everything about one walk that must never be, in words; nothing when all is well. */
export async function judge(world: World, walked: Traveller): Promise<string[]> {
  const { db } = world.stage;
  const { episodeId, personId } = walked;
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => void (holds || wrong.push(what));

  const [episode, tasks, referrals, messages, entries, ending] = await Promise.all([
    db.episode.findUniqueOrThrow({ where: { id: episodeId } }),
    db.task.findMany({ where: { episodeId } }),
    db.referral.findMany({ where: { episodeId } }),
    db.message.findMany({ where: { episodeId } }),
    db.auditEntry.findMany({ where: { personId }, orderBy: { seq: 'asc' } }),
    db.ending.findUnique({ where: { episodeId } }),
  ]);
  const state = await world.state(episodeId);

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
  const mails = world.mailTo(walked.address);
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
    must(there.includes(sideOf(episode.step)), `at ${episode.step} here and at ${there.join(', ')} there`);
    const waits = openTasks.length > 0 || openReferrals.length > 0 || episode.nextAt !== null;
    must(waits, `waits for nobody at ${episode.step}`);
  }
  // Leaving for a reason and ending by the script may race; what the person said is never turned into something else.
  if (ending && EXITS.has(ending.ending)) {
    must(walked.leaving.includes(ending.ending), `ended as ${ending.ending}, which nobody asked for`);
    must(ending.exit, `${ending.ending} is not told apart as an exit`);
  }
  const undelivered = await db.outboxEntry.count({ where: { lane: episodeId, fate: 'held' } });
  must(undelivered === 0, 'an outbox entry is held');
  return wrong;
}

/** The step beside which something is asked, such as the phone call of an invitation. */
function sideOf(step: string | null): string | null {
  return step?.split(':')[0] ?? null;
}
