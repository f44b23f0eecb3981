import { hashOf } from './clients.js';
import type { Evidence } from './evidence.js';
import type { Acknowledged, Ledger } from './ledger.js';

/** One way of looking at a run; `find` answers what is wrong, each in a line. */
export interface Check {
  readonly name: string;
  readonly find: (ledger: Ledger, evidence: Evidence) => string[];
}

export const CHECKS: readonly Check[] = [
  { name: 'once', find: missingOrTwice },
  { name: 'led on', find: leftBehind },
  { name: 'one task', find: secondTasks },
  { name: 'no duplicate', find: duplicateMessages },
  { name: 'suppression', find: writtenAfterSuppression },
  { name: 'audit', find: gapsInTheAudit },
];

/** Every acknowledged operation is there exactly once, as it was acknowledged. */
function missingOrTwice(ledger: Ledger, evidence: Evidence): string[] {
  const found = [...ledger.contradictions];
  for (const operation of ledger.all()) {
    const count = countOf(operation, evidence);
    if (count !== 1) found.push(`${nameOf(operation)} is there ${count} times`);
  }
  const open = groups(evidence.episodes, ({ personId }) => personId).filter((group) => group.length > 1);
  for (const group of open) found.push(`person ${group[0]!.personId} has ${group.length} episodes`);
  return found;
}

function countOf(operation: Acknowledged, evidence: Evidence): number {
  switch (operation.kind) {
    case 'trigger': {
      const told = evidence.triggers.filter(({ webhookId }) => webhookId === operation.webhookId);
      const right =
        told.length === 1 && told[0]!.episodeId === operation.episodeId && told[0]!.id === operation.triggerId;
      return right ? evidence.episodes.filter(({ id }) => id === operation.episodeId).length : 0;
    }
    case 'reply': {
      const { own, step } = messagesOf(operation.tokenHash, evidence);
      const same = evidence.replies.filter(({ answer }) => answer === operation.answer);
      const told = same.filter(({ messageId }) => messageId === own).length;
      return told > 0 ? told : Math.min(1, same.filter(({ messageId }) => step.has(messageId)).length);
    }
    case 'claim':
      return evidence.tasks.filter(({ id }) => id === operation.taskId).length;
    case 'completion':
      return evidence.tasks.filter(
        ({ id, status, outcome, closedBy }) =>
          id === operation.taskId &&
          status === 'completed' &&
          outcome === operation.outcome &&
          closedBy === operation.accountId,
      ).length;
    case 'referral':
      return evidence.referrals.filter(
        ({ id, status }) => id === operation.referralId && (REACHES[operation.status] ?? []).includes(status),
      ).length;
    case 'opt-out':
      return evidence.refusals.filter(({ personId }) => personId === operation.personId).length;
  }
}

/** Where a referral may have got to since it was acknowledged to be somewhere. */
const REACHES: Readonly<Record<string, readonly string[]>> = {
  accepted: ['accepted', 'started', 'completed', 'not-completed', 'withdrawn'],
  started: ['started', 'completed', 'not-completed', 'withdrawn'],
  completed: ['completed'],
  declined: ['declined'],
};

/** Nobody is lost: every pathway came to its end, and nothing stays in the outbox. */
function leftBehind(ledger: Ledger, { episodes, outbox, tasks, messages }: Evidence): string[] {
  const ended = new Set(episodes.filter(({ status }) => status === 'ended').map(({ id }) => id));
  const held = outbox.filter(({ delivered }) => !delivered);
  const looked = new Set(tasks.filter(({ kind }) => kind === 'review').map(({ episodeId }) => episodeId));
  // Who has left is not asked about any more.
  const left = new Set(episodes.filter((episode) => episode.left).map(({ id }) => id));
  const unseen = messages.filter(
    ({ fate, episodeId }) => fate === 'unknown' && !looked.has(episodeId) && !left.has(episodeId),
  );
  return [
    ...ledger
      .of('trigger')
      .filter(({ episodeId }) => !ended.has(episodeId))
      .map(({ episodeId }) => `episode ${episodeId} did not come to its end`),
    ...held.map(({ id, fate }) => `outbox entry ${id} is ${fate ?? 'waiting'}`),
    ...unseen.map(({ id }) => `nobody was asked to look at message ${id}, whose fate is unknown`),
  ];
}

/**
 * No step of a pathway has two tasks; the suite's pathway walks each step once. Somebody is asked to look into a message
 * once for each whose fate is unknown.
 */
function secondTasks(_ledger: Ledger, { tasks, messages }: Evidence): string[] {
  const unknown = messages.filter(({ fate }) => fate === 'unknown');
  return groups(tasks, ({ episodeId, step }) => `${episodeId} ${step}`)
    .filter((group) => {
      const { kind, episodeId } = group[0]!;
      const reviews = unknown.filter((message) => message.episodeId === episodeId).length;
      return group.length > (kind === 'review' ? Math.max(1, reviews) : 1);
    })
    .map((group) => `step ${group[0]!.step} of episode ${group[0]!.episodeId} has ${group.length} tasks`);
}

/** The mail server was given each message once, by its Message-ID and by what it is: episode, step and attempt. */
function duplicateMessages(_ledger: Ledger, evidence: Evidence): string[] {
  const { mail, messages } = evidence;
  const known = new Map(messages.map((message) => [message.id, message]));
  const found = groups(mail, ({ messageId }) => messageId)
    .filter((group) => group.length > 1)
    .map((group) => `${group[0]!.messageId} was given ${group.length} times`);
  const written: string[] = [];
  for (const { messageId, tokens } of mail) {
    const ids = new Set(tokens.map((token) => messageOfToken(token, evidence)).filter((id) => id !== null));
    const [id] = ids;
    const message = id === undefined ? undefined : known.get(id);
    if (ids.size !== 1 || !message) found.push(`${messageId} has links of ${ids.size} messages`);
    else written.push(`${message.episodeId} ${message.step} ${message.attempt}`);
  }
  const twice = groups(written, (one) => one).filter((group) => group.length > 1);
  return [...found, ...twice.map(([one, ...more]) => `${one} was written ${more.length + 1} times`)];
}

/** Nothing is claimed for sending once somebody's wish to be left alone is in the database. */
function writtenAfterSuppression(ledger: Ledger, evidence: Evidence): string[] {
  const owners = new Map(evidence.messages.map(({ id, personId }) => [id, personId]));
  const links = new Map(evidence.links.map((link) => [link.tokenHash, link]));
  const wishes = new Map(evidence.refusals.map(({ personId, keptAt }) => [personId, keptAt]));
  const found: string[] = [];
  for (const { messageId, tokens } of evidence.mail) {
    // A link that has been used has been written again since it was made.
    const link = tokens.map((token) => links.get(hashOf(token))).find((one) => one && !one.used);
    const personId = link && owners.get(link.messageId);
    const keptAt = personId ? wishes.get(personId) : undefined;
    if (!link || keptAt === undefined || link.madeAt <= keptAt) continue;
    found.push(
      `${messageId} was claimed ${Math.round(link.madeAt - keptAt)} ms after its person asked to be left alone`,
    );
  }
  const told = ledger.of('opt-out').filter(({ personId }) => !wishes.has(personId));
  return [...found, ...told.map(({ personId }) => `the wish of person ${personId} is not kept`)];
}

/** Each accepted command has its entry, by whoever gave it, and no more than one. */
function gapsInTheAudit(ledger: Ledger, evidence: Evidence): string[] {
  const byAction = new Map<string, Evidence['audit'][number][]>();
  for (const entry of evidence.audit) byAction.set(entry.action, [...(byAction.get(entry.action) ?? []), entry]);
  const found: string[] = [];
  const expect = (what: string, action: string, isIt: (entry: Evidence['audit'][number]) => boolean): void => {
    const count = (byAction.get(action) ?? []).filter(isIt).length;
    if (count !== 1) found.push(`${what} has ${count} entries ${action}`);
  };
  for (const operation of ledger.all()) {
    const what = nameOf(operation);
    switch (operation.kind) {
      case 'trigger':
        expect(what, 'trigger.answered', ({ subjectId }) => subjectId === operation.triggerId);
        expect(what, 'episode.opened', ({ subjectId }) => subjectId === operation.episodeId);
        break;
      case 'reply': {
        const { own, step } = messagesOf(operation.tokenHash, evidence);
        const entries = byAction.get('reply.received') ?? [];
        if (entries.some(({ subjectId }) => subjectId === own)) {
          expect(what, 'reply.received', ({ subjectId }) => subjectId === own);
        } else if (!entries.some(({ subjectId }) => step.has(subjectId))) {
          found.push(`${what} has no entry reply.received`);
        }
        break;
      }
      case 'claim':
      case 'completion': {
        const action = operation.kind === 'claim' ? 'task.claimed' : 'task.completed';
        const { taskId, accountId } = operation;
        expect(what, action, ({ subjectId, actorId }) => subjectId === taskId && actorId === accountId);
        break;
      }
      case 'referral':
        expect(what, `referral.${operation.status}`, ({ subjectId }) => subjectId === operation.referralId);
        break;
      case 'opt-out': {
        const { personId } = operation;
        const told = (byAction.get('person.opted-out') ?? []).filter((entry) => entry.personId === personId);
        if (told.length === 0) found.push(`${what} has no entry person.opted-out`);
      }
    }
  }
  return found;
}

function messageOf(tokenHash: string, { links }: Evidence): string | null {
  return links.find((link) => link.tokenHash === tokenHash)?.messageId ?? null;
}

/**
 * The message of a link, and all messages of its step. Whoever answers several of them may be told that the first answer
 * counts: then theirs is there by another of these.
 */
function messagesOf(
  tokenHash: string,
  evidence: Evidence,
): { readonly own: string | null; readonly step: Set<string> } {
  const own = messageOf(tokenHash, evidence);
  const message = evidence.messages.find(({ id }) => id === own);
  const same = evidence.messages.filter((one) => one.episodeId === message?.episodeId && one.step === message.step);
  return { own, step: new Set(same.map(({ id }) => id)) };
}

function messageOfToken(token: string, evidence: Evidence): string | null {
  return messageOf(hashOf(token), evidence);
}

function nameOf(operation: Acknowledged): string {
  switch (operation.kind) {
    case 'trigger':
      return `trigger ${operation.webhookId}`;
    case 'reply':
      return `answer ${operation.answer} by link ${operation.tokenHash.slice(0, 8)}`;
    case 'claim':
    case 'completion':
      return `${operation.kind} of task ${operation.taskId}`;
    case 'referral':
      return `referral ${operation.referralId} ${operation.status}`;
    case 'opt-out':
      return `opt-out of person ${operation.personId}`;
  }
}

function groups<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const grouped = new Map<string, Item[]>();
  for (const item of items) {
    const group = grouped.get(keyOf(item));
    if (group) group.push(item);
    else grouped.set(keyOf(item), [item]);
  }
  return [...grouped.values()];
}
