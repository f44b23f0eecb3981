import { Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AllocationModule, AllocationService, CommandsService } from '#care/allocation';
import { ContactModule } from '#care/contact';
import { DetectionModule } from '#care/detection';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule } from '#care/population';
import { ReferralsModule } from '#care/referrals';
import { TasksModule, TasksService } from '#care/tasks';
import { newId } from '#platform/kernel';
import { MailModule } from '#platform/mail';
import type { ActivityCall, OpenTask } from '#workflows';
import { NOW, Stage } from '../../../../test/factories/stage.js';
import { PathwayActivityHandlers } from './pathway.activities.js';

jest.setTimeout(60_000);

@Module({
  imports: [
    ...[
      PopulationModule,
      DetectionModule,
      AllocationModule,
      ContactModule,
      TasksModule,
      ReferralsModule,
      OutcomesModule,
    ],
    MailModule,
  ],
  providers: [PathwayActivityHandlers],
})
class Worker {}

let stage: Stage;
let handlers: PathwayActivityHandlers;
const team = 'northamptonshire';

beforeAll(async () => {
  stage = await Stage.open([Worker]);
  handlers = stage.get(PathwayActivityHandlers);
  await stage.aService();
});
beforeEach(() => stage.clock.moveTo(NOW));
afterAll(() => stage.close());

let seq = 0;
function aCall(episodeId: string, changes: Partial<ActivityCall> = {}): ActivityCall {
  seq += 1;
  return { episodeId, step: 'call', key: `${episodeId}:${seq}`, seq, at: NOW.toISOString(), ...changes };
}
const aTask = (episodeId: string, changes: Partial<OpenTask> = {}): OpenTask => ({
  ...aCall(episodeId),
  kind: 'call',
  title: 'Phone',
  role: 'link-worker',
  due: { amount: 2, unit: 'working-days' },
  escalateAfter: [{ amount: 1, unit: 'working-days' }],
  escalateTo: ['owner'],
  outcomes: [{ key: 'agreed', label: 'Wants help', marks: [] }],
  ...changes,
});
const aReferral = (episodeId: string) => ({
  ...aCall(episodeId, { step: 'refer' }),
  ...{ title: 'Refer', service: 'stop-smoking', need: 'Help', tried: [] },
  answerWithin: { amount: 2, unit: 'working-days' } as const,
});
const episode = (episodeId: string) => stage.db.episode.findUniqueOrThrow({ where: { id: episodeId } });
const minutes = (instant: string | Date): string => new Date(instant).toISOString().slice(0, 16);

describe('the instants a pathway is told', () => {
  it('are counted in the working days of the person’s nation', async () => {
    const until = async (nation: string): Promise<string> => {
      const episodeId = await stage.anEpisode({ personId: await stage.aPerson({ nation }) });
      const waiting = { ...aCall(episodeId), title: 'Wait', what: 'Waiting', from: '2026-11-27T10:00:00.000Z' };
      return minutes((await handlers.noteWaiting({ ...waiting, for: { amount: 1, unit: 'working-days' } })).until);
    };
    expect([await until('england'), await until('scotland')]).toEqual(['2026-11-30T17:00', '2026-12-01T17:00']);
  });

  it('stand on the episode, with whose clock runs', async () => {
    const episodeId = await stage.anEpisode();
    const until = '2027-01-11T09:00:00.000Z';
    await handlers.noteUntil({ ...aCall(episodeId), title: 'Invite', what: 'Ask again', until, clock: 'person' });
    expect(await episode(episodeId)).toMatchObject({ nextWhat: 'Ask again', nextAt: new Date(until) });
    expect(await stage.db.clockSpan.findMany({ where: { episodeId } })).toEqual([
      expect.objectContaining({ clock: 'person', from: NOW, to: null }),
    ]);
  });
});

describe('a message of whose template no version is approved', () => {
  const send = (episodeId: string, at: string) =>
    handlers.sendMessage({
      ...aCall(episodeId, { step: 'invite', at }),
      ...{ title: 'Invitation', template: 'never-approved', channels: ['email'], attempt: 1 },
      linkLasts: { amount: 14, unit: 'days' },
      every: { amount: 7, unit: 'days' },
    });
  const raised = () => stage.db.task.findMany({ where: { step: 'invite:no-words' }, orderBy: { id: 'asc' } });

  it('is raised once a day for a team at most, however many people wait, as long as it lasts', async () => {
    const waiting = [await stage.anEpisode(), await stage.anEpisode()];
    const elsewhere = await stage.anEpisode({ teamKey: 'walsall' });
    const sendAll = (at: string) => {
      stage.clock.moveTo(new Date(at));
      return Promise.all([...waiting, ...waiting].map((episodeId) => send(episodeId, at)));
    };
    const [first] = await sendAll('2026-11-23T10:00:00.000Z');
    expect(first).toEqual({ fate: 'later', nextAt: '2026-11-23T11:00:00.000Z' });
    await send(elsewhere, '2026-11-23T10:00:00.000Z');
    const [task, other] = (await raised()).toSorted((a, b) => a.teamKey.localeCompare(b.teamKey));
    expect([task?.teamKey, other?.teamKey, (await raised()).length]).toEqual([team, 'walsall', 2]);
    expect(task).toMatchObject({
      kind: 'review',
      role: 'care-coordinator',
      title: 'Messages wait: no version of the template “never-approved” is approved',
    });

    await sendAll('2026-11-24T10:00:00.000Z');
    expect(await raised()).toHaveLength(2);
    const worker = { accountId: await stage.anAccount(), teamKey: team };
    await stage.get(TasksService).complete({ taskId: task!.id, worker, outcome: 'asked', version: 0 });
    await sendAll('2026-11-24T11:00:00.000Z');
    expect(await raised()).toHaveLength(3);
    await sendAll('2026-11-24T12:00:00.000Z');
    expect(await raised()).toHaveLength(3);
  });
});

describe('the end of a pause', () => {
  it('moves every deadline, the work and the next line by the time that was left, once', async () => {
    const episodeId = await stage.anEpisode();
    const sent = await handlers.sendReferral(aReferral(episodeId));
    const { taskId, dueAt, escalateAt } = await handlers.openTask(aTask(episodeId));
    const by = { accountId: await stage.anAccount(), teamKey: team };
    const { id: pauseId } = await stage.get(CommandsService).pause({ episodeId, by, reason: 'away' });
    stage.clock.moveTo(new Date('2026-12-01T10:00:00Z'));
    await stage.get(CommandsService).resume({ episodeId, by, pauseId });

    const call = {
      ...aCall(episodeId),
      ...{ pauseId, pausedAt: NOW.toISOString(), resumedAt: '2026-12-01T10:00:00.000Z' },
      deadlines: [
        { key: 'due', at: dueAt, working: true },
        { key: 'rung', at: escalateAt[0]!, working: true },
        { key: 'wait', at: '2026-11-30T09:00:00.000Z', working: false },
        { key: 'passed', at: '2026-11-20T09:00:00.000Z', working: true },
      ],
    };
    const first = await handlers.resumeClocks(call);
    expect(first.deadlines.map(({ key, at }) => [key, minutes(at)])).toEqual([
      ['due', '2026-12-03T17:00'],
      ['rung', '2026-12-04T17:00'],
      ['wait', '2026-12-08T09:00'],
      ['passed', '2026-11-20T09:00'],
    ]);
    expect(await handlers.resumeClocks(call)).toEqual(first);

    const task = await stage.db.task.findUniqueOrThrow({ where: { id: taskId }, include: { rungs: true } });
    const referral = await stage.db.referral.findFirstOrThrow({ where: { episodeId } });
    expect([task.dueAt, task.rungs[0]!.dueAt, referral.answerBy].map(minutes)).toEqual([
      ...['2026-12-03T17:00', '2026-12-04T17:00', '2026-12-03T17:00'],
    ]);
    expect(minutes((await episode(episodeId)).nextAt!)).toBe('2026-12-03T17:00');
    expect(sent.sent).toBe(true);
    expect(await stage.db.pause.findUnique({ where: { id: pauseId } })).toMatchObject({ appliedAt: stage.clock.now() });
  });
});

describe('an effect that comes late', () => {
  it('opens nothing for an episode that has ended', async () => {
    const episodeId = await stage.anEpisode();
    await stage.get(AllocationService).close({ episodeId, at: NOW });
    const ended = { code: 'worker.episode_ended' };
    await expect(handlers.openTask(aTask(episodeId))).rejects.toMatchObject(ended);
    await expect(handlers.sendReferral(aReferral(episodeId))).rejects.toMatchObject(ended);
    expect(await stage.db.task.count({ where: { episodeId } })).toBe(0);
    expect(await stage.db.referral.count({ where: { episodeId } })).toBe(0);
  });

  it('opens what rests with the pathway when that is paused', async () => {
    const episodeId = await stage.anEpisode();
    const by = { accountId: await stage.anAccount(), teamKey: team };
    await stage.get(CommandsService).pause({ episodeId, by, reason: 'away' });
    const { taskId } = await handlers.openTask(aTask(episodeId));
    expect(await stage.get(TasksService).getTask(taskId, team)).toMatchObject({ status: 'open', paused: true });
  });
});

describe('events that concerned nothing open', () => {
  it('are on the audit once, and a late yes is raised', async () => {
    const episodeId = await stage.anEpisode();
    const { personId } = await episode(episodeId);
    const message = await stage.db.message.create({
      data: {
        ...{ key: newId(), episodeId, personId, programme: 'stop-smoking', step: 'invite', template: 't', attempt: 1 },
        ...{ channel: 'email', fate: 'sent', createdAt: NOW },
      },
    });
    const reply = await stage.db.reply.create({
      data: { messageId: message.id, episodeId, personId, answer: 'yes', at: NOW },
    });
    const events = [
      { id: reply.id, kind: 'replied' },
      { id: 'x', kind: 'task-completed' },
    ];
    const call = { ...aCall(episodeId), events };
    for (const _twice of [1, 2]) await handlers.noteIgnored(call);
    const noted = await stage.db.auditEntry.findMany({ where: { action: 'event.ignored', subjectId: episodeId } });
    expect(noted.map(({ detail }) => detail)).toEqual(
      events.map(({ id, kind }) => ({ event: id, kind, effect: call.key })),
    );
    expect((await stage.db.task.findMany({ where: { episodeId } })).map(({ title }) => title)).toEqual([
      'They answered late: yes please',
    ]);
  });
});

describe('the ending of a person who leaves', () => {
  it.each(['died', 'need-met-by-us', 'need-met-by-others', 'no-longer-eligible', 'data-corrected', 'opted-out'])(
    'by %s closes the open work as cancelled with that reason, withdraws, stops the clocks and ends a pause',
    async (ending) => {
      const episodeId = await stage.anEpisode();
      const { taskId } = await handlers.openTask(aTask(episodeId));
      await handlers.sendReferral(aReferral(episodeId));
      const by = { accountId: await stage.anAccount(), teamKey: team };
      await stage.get(CommandsService).pause({ episodeId, by, reason: 'away' });
      const call = { ...aCall(episodeId), ending, exit: true, good: false };
      for (const _twice of [1, 2]) await handlers.recordEnding(call);
      const task = await stage.db.task.findUniqueOrThrow({ where: { id: taskId }, include: { rungs: true } });
      expect(task).toMatchObject({ status: 'cancelled', cancelledBecause: ending, outcome: null });
      expect(task.rungs.map(({ status }) => status)).toEqual(['cancelled']);
      expect(await stage.db.referral.findFirst({ where: { episodeId } })).toMatchObject({ status: 'withdrawn' });
      expect(await stage.db.ending.findUnique({ where: { episodeId } })).toMatchObject({ ending, exit: true });
      expect(await stage.db.clockSpan.count({ where: { episodeId, to: null } })).toBe(0);
      expect(await stage.db.pause.count({ where: { episodeId, to: null } })).toBe(0);
    },
  );
});
