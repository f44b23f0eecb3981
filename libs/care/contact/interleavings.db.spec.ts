import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PopulationService } from '#care/population';
import { ContactStage } from '../../../test/factories/contact-stage.js';
import { NOW } from '../../../test/factories/stage.js';
import type { MessageCall, SendingOutcome } from './index.js';

const PROGRAMMES = ['stop-smoking', 'housing-referral'] as const;
const EPISODES = 4;
const ATTEMPTS = 3;
const ROUNDS = 8;
const DAY = 86_400_000;

let room: ContactStage;

beforeAll(async () => {
  room = await ContactStage.open();
  await room.inForce({
    budget: { messages: 3, within: { amount: 7, unit: 'days' }, apart: { amount: 1, unit: 'days' } },
  });
}, 60_000);
afterAll(() => room.close());
beforeEach(() => room.reset());

/** The same numbers for the same seed (Numerical Recipes' linear congruence), each a whole number below `sides`. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

/** Where an attempt of one episode stands with its pathway: as in the engine, one attempt after the other. */
interface Walk {
  readonly episodeId: string;
  readonly template: string;
  attempt: number;
  seq: number;
  ended: boolean;
}

/** A person with several open episodes; the database allows one of a programme, so some are of programmes made here. */
async function aPersonOfMany(seed: number): Promise<{ personId: string; walks: Walk[] }> {
  const personId = await room.stage.aPerson();
  const versions = await room.stage.db.programmeVersion.findMany({ where: { programme: { in: [...PROGRAMMES] } } });
  const walks: Walk[] = [];
  for (let at = 0; at < EPISODES; at += 1) {
    const programme = at < PROGRAMMES.length ? PROGRAMMES[at]! : `other-${seed}-${at}`;
    const { id: _id, live: _live, ...version } = versions[at % versions.length]!;
    if (at >= PROGRAMMES.length) {
      await room.stage.db.programmeVersion.create({
        data: { ...version, programme, hash: programme, definition: version.definition as object },
      });
    }
    const episodeId = await room.stage.anEpisode({ personId, programme });
    const template = at % 2 ? 'housing-referral-invite' : 'stop-smoking-invite';
    walks.push({ episodeId, template, attempt: 1, seq: 0, ended: false });
  }
  return { personId, walks };
}

/** Asks for the walk's attempt, sometimes twice at once or under two keys, and goes on as the pathway would. */
async function step(walk: Walk, roll: (sides: number) => number): Promise<void> {
  walk.seq += 1;
  const { episodeId, template, attempt, seq } = walk;
  const call = (changes: Partial<MessageCall> = {}): Promise<SendingOutcome> =>
    room.send({ episodeId, template, attempt, seq, ...changes });
  const calls = [call()];
  if (roll(3) === 0) calls.push(call());
  if (roll(4) === 0) {
    walk.seq += 1;
    calls.push(call({ seq: walk.seq }));
  }
  const outcomes = await Promise.all(calls);
  const left = outcomes.some(({ fate }) => fate === 'sent' || fate === 'unknown');
  if (outcomes.some(({ fate }) => fate === 'suppressed')) walk.ended = true;
  else if (left) walk.attempt += 1;
  if (walk.attempt > ATTEMPTS) walk.ended = true;
}

describe.each([1, 2, 3, 4, 5, 6])('many programmes writing to one person at once (seed %i)', (seed) => {
  it('never pass the budget, never send an attempt twice, and never write after a no', async () => {
    const roll = dice(seed);
    const { personId, walks } = await aPersonOfMany(seed);
    const optOutRound = 2 + roll(ROUNDS - 3);
    const wait = roll(25);
    let sentWhenRefused: number | null = null;

    for (let round = 0; round < ROUNDS; round += 1) {
      room.stage.clock.moveTo(new Date(NOW.getTime() + round * DAY));
      const work: Promise<unknown>[] = walks.filter(({ ended }) => !ended).map((walk) => step(walk, roll));
      if (round === optOutRound) {
        work.push(
          new Promise((resolve) => setTimeout(resolve, wait)).then(async () => {
            const population = room.stage.get(PopulationService);
            await population.recordOptOut({ personId, purpose: 'all', source: 'test', sourceId: `${seed}` });
            // What was claimed before the no was committed may still be on its way; nothing may be claimed from here on.
            sentWhenRefused = await claimedOf(personId);
          }),
        );
      }
      await Promise.all(work);
    }

    expect(sentWhenRefused).not.toBeNull();
    expect(await claimedOf(personId)).toBe(sentWhenRefused);
    await expectKept(personId);
    const person = await room.stage.db.person.findUniqueOrThrow({ where: { id: personId } });
    const mails = room.post.delivered.filter(({ recipients }) => recipients.includes(person.email!));
    const hosts = await room.stage.db.message.count({ where: { personId, fate: { in: ['sent', 'unknown'] } } });
    expect(mails).toHaveLength(hosts);
    expect(new Set(mails.map(({ mail }) => mail.messageId)).size).toBe(mails.length);
    expect(mails.length).toBeGreaterThan(0);
  }, 90_000);
});

/** How many messages a sender has ever had in hand. */
function claimedOf(personId: string): Promise<number> {
  return room.stage.db.message.count({ where: { personId, fate: { in: ['claimed', 'sent', 'merged', 'unknown'] } } });
}

/** Holds what is written down against the budget, and against one message an attempt. */
async function expectKept(personId: string): Promise<void> {
  const rows = await room.stage.db.message.findMany({ where: { personId }, orderBy: { sentAt: 'asc' } });
  const left = rows.filter(({ fate }) => fate === 'sent' || fate === 'merged' || fate === 'unknown');
  const attempts = left.map(({ episodeId, step: at, attempt }) => `${episodeId} ${at} ${attempt}`);
  expect(new Set(attempts).size).toBe(attempts.length);

  const times = left.filter(({ mergedInto }) => mergedInto === null).map(({ sentAt }) => sentAt!.getTime());
  times.forEach((at, nth) => {
    const before = times.slice(0, nth);
    expect(before.filter((earlier) => at - earlier < DAY)).toEqual([]);
    expect(before.filter((earlier) => at - earlier < 7 * DAY).length).toBeLessThan(3);
  });

  const [audited, known] = [
    await room.stage.db.auditEntry.count({ where: { action: 'message.sent', personId } }),
    left.filter(({ fate }) => fate !== 'unknown').length,
  ];
  expect(audited).toBe(known);
}
