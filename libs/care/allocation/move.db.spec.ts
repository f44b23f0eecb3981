import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Audit } from '#platform/audit';
import { newId } from '#platform/kernel';
import type { Step } from '#care/programmes';
import { NOW, Stage } from '../../../test/factories/stage.js';
import { AllocationModule } from './allocation.module.js';
import {
  MoveMappingWrong,
  MoveMissing,
  MoveOfNobody,
  MoveUnderWay,
  MoveUndoLate,
  MoveVersionMissing,
} from './move.faults.js';
import { MoveService, type MoveOrder } from './move.service.js';

const end = { ending: 'completed' };
const task = (id: string): Step => ({
  kind: 'task',
  id,
  title: `Task ${id}`,
  role: 'link-worker',
  due: { amount: 5, unit: 'days' },
  escalate: [],
  outcomes: [{ key: 'done', label: 'Done', marks: [], next: end }],
});
const wait = (id: string): Step => ({
  kind: 'wait',
  id,
  title: `Wait ${id}`,
  for: { amount: 1, unit: 'days' },
  next: end,
});

/** Version 1 phones and rests; version 2 no longer rests, and may visit. */
const OLD: readonly Step[] = [task('call'), wait('rest')];
const NEW: readonly Step[] = [task('call'), task('visit')];

const MINUTE = 60_000;

let stage: Stage;
let moves: MoveService;
let oldId: string;
let newVersionId: string;

beforeAll(async () => {
  stage = await Stage.open([AllocationModule]);
  moves = stage.get(MoveService);
  oldId = await aVersion(1, OLD);
  newVersionId = await aVersion(2, NEW);
});
afterAll(() => stage.close());
beforeEach(async () => {
  stage.clock.moveTo(NOW);
  await stage.db.move.deleteMany();
  await stage.db.moveBatch.deleteMany();
  await stage.db.outboxEntry.deleteMany();
  await stage.db.task.deleteMany();
  await stage.db.episode.deleteMany();
});

async function aVersion(version: number, steps: readonly Step[]): Promise<string> {
  const script = { programme: 'stay-well', version, start: steps[0]!.id, steps, endings: [] };
  const row = await stage.db.programmeVersion.create({
    data: {
      programme: 'stay-well',
      version,
      title: 'Stay well',
      hash: `stay-well-${version}`,
      loadedAt: NOW,
      live: version === 2,
      definition: JSON.parse(JSON.stringify({ programme: 'stay-well', version, script })) as object,
    },
  });
  return row.id;
}

function anEpisode(changes: Parameters<Stage['anEpisode']>[0] = {}): Promise<string> {
  return stage.anEpisode({ programme: 'stay-well', programmeVersionId: oldId, step: 'call', ...changes });
}

function anOrder(changes: Partial<MoveOrder> = {}): MoveOrder {
  return {
    programme: 'stay-well',
    fromVersion: 1,
    toVersion: 2,
    batchId: newId(),
    reason: 'Fewer waits',
    limit: 100,
    ...changes,
  };
}

const start = (changes: Partial<MoveOrder> = {}) =>
  Audit.as({ kind: 'user', id: 'manager-1' }, () => moves.start(anOrder(changes)));

function moved(batchId: string, episodeId: string, changes: { version?: number; toStep?: string; seq?: number } = {}) {
  return moves.noteMoved({
    episodeId,
    batchId,
    version: 2,
    toStep: 'call',
    key: `${episodeId}:7`,
    seq: 7,
    at: NOW.toISOString(),
    ...changes,
  });
}

function later(milliseconds: number): void {
  stage.clock.moveTo(new Date(NOW.getTime() + milliseconds));
}

async function episode(id: string) {
  return stage.db.episode.findUniqueOrThrow({ where: { id } });
}

async function standing(batchId: string): Promise<Record<string, string | null>> {
  const rows = await stage.db.move.findMany({ where: { batchId } });
  return Object.fromEntries(
    rows.map(({ episodeId, status, because }) => [episodeId, because ? `${status}: ${because}` : status]),
  );
}

describe('a preview', () => {
  it('counts who can move, who cannot and why, and what happens to their tasks, and changes nothing', async () => {
    const one = await anEpisode();
    const resting = await anEpisode({ step: 'rest' });
    await anEpisode({ step: null });
    await anEpisode({ pausedAt: NOW });
    await anEpisode({ status: 'ended', endedAt: NOW });
    await anEpisode({ programmeVersionId: newVersionId });
    await stage.db.task.create({
      data: {
        key: 'k1',
        episodeId: one,
        personId: (await episode(one)).personId,
        programme: 'stay-well',
        teamKey: 'northamptonshire',
        step: 'call',
        kind: 'call',
        title: 'Call',
        role: 'link-worker',
        priority: 1,
        openedAt: NOW,
        dueAt: NOW,
        outcomes: [],
      },
    });
    const plan = await moves.preview({ programme: 'stay-well', fromVersion: 1, toVersion: 2 });
    expect(plan).toMatchObject({
      canMove: 1,
      mapping: { call: 'call' },
      steps: [
        { step: 'call', toStep: 'call', canMove: 1, examples: [one] },
        { step: 'rest', toStep: null, canMove: 0 },
      ],
      work: { task: { kept: 1, ended: 0 } },
    });
    expect(plan.stays).toEqual(
      expect.arrayContaining([
        { because: 'no-counterpart', count: 1, examples: [resting] },
        expect.objectContaining({ because: 'not-begun', count: 1 }),
        expect.objectContaining({ because: 'paused', count: 1 }),
      ]),
    );
    const byHand = await moves.preview({
      programme: 'stay-well',
      fromVersion: 1,
      toVersion: 2,
      mapping: { call: 'visit' },
    });
    expect(byHand.work.task).toEqual({ kept: 0, ended: 1 });
    expect(await stage.db.outboxEntry.count()).toBe(0);
  });

  it('says how many walk each version', async () => {
    await anEpisode();
    expect(await moves.listVersions('stay-well')).toMatchObject([
      { version: 2, live: true, open: 0 },
      { version: 1, live: false, open: 1 },
    ]);
  });

  it('refuses versions and steps that are not there', async () => {
    await expect(moves.preview({ programme: 'stay-well', fromVersion: 1, toVersion: 9 })).rejects.toThrow(
      MoveVersionMissing,
    );
    await expect(
      moves.preview({ programme: 'stay-well', fromVersion: 1, toVersion: 2, mapping: { rest: 'rest' } }),
    ).rejects.toThrow(MoveMappingWrong);
  });
});

describe('starting a move', () => {
  it('asks each pathway in its own lane, with the step it is from and the step it goes to', async () => {
    const one = await anEpisode();
    const two = await anEpisode({ step: 'rest' });
    const report = await start({ mapping: { rest: 'visit' } });
    expect(report).toMatchObject({ status: 'moving', by: 'manager-1', canUndo: false, fromVersion: 1, toVersion: 2 });
    expect(report.moves).toMatchObject([{ status: 'asked', count: 2 }]);
    const event = { kind: 'moved', batchId: report.id, versionId: newVersionId };
    expect(await stage.told(one)).toEqual([{ ...event, id: `move/${report.id}/${one}`, from: 'call', step: 'call' }]);
    expect(await stage.told(two)).toEqual([{ ...event, id: `move/${report.id}/${two}`, from: 'rest', step: 'visit' }]);
    expect((await episode(one)).programmeVersionId).toBe(oldId);
  });

  it('starts one batch for the same order sent twice, also at once', async () => {
    await anEpisode();
    const order = anOrder();
    const reports = await Promise.all([moves.start(order), moves.start(order), moves.start(order)]);
    expect(new Set(reports.map(({ id }) => id)).size).toBe(1);
    expect(await stage.db.outboxEntry.count()).toBe(1);
  });

  it('refuses a second batch while one is under way, also at once', async () => {
    await anEpisode();
    await anEpisode();
    const both = await Promise.allSettled([start({ limit: 1 }), start({ limit: 1 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(start()).rejects.toThrow(MoveUnderWay);
    expect(await stage.db.moveBatch.count()).toBe(1);
  });

  it('takes those open longest, and no more than it may', async () => {
    const newest = await anEpisode();
    const oldest = await anEpisode({ openedAt: new Date(NOW.getTime() - 86_400_000) });
    const { id } = await start({ limit: 1 });
    expect(await standing(id)).toEqual({ [oldest]: 'asked' });
    expect(await stage.told(newest)).toEqual([]);
  });

  it('refuses a batch of nobody', async () => {
    await anEpisode({ pausedAt: NOW });
    await expect(start()).rejects.toThrow(MoveOfNobody);
    await expect(start({ toVersion: 1 })).rejects.toThrow(MoveOfNobody);
    expect(await stage.db.moveBatch.count()).toBe(0);
  });
});

describe('a pathway that has moved', () => {
  it('puts its episode on the new version once, and ends the batch with the last of them', async () => {
    const one = await anEpisode({ lastSeq: 5 });
    const two = await anEpisode();
    const { id } = await start();
    const before = await stage.audited('episode.moved');
    await moved(id, one);
    await moved(id, one);
    expect(await moves.report(id)).toMatchObject({ status: 'moving' });
    expect(await episode(one)).toMatchObject({
      programmeVersionId: newVersionId,
      step: 'call',
      stepTitle: 'Task call',
      lastSeq: 7,
    });
    await moved(id, two, { toStep: 'visit' });
    expect(await episode(two)).toMatchObject({ step: 'visit', stepTitle: 'Task visit' });
    expect(await moves.report(id)).toMatchObject({ status: 'moved', canUndo: true });
    expect(await stage.audited('episode.moved')).toBe(before + 2);
  });

  it('ends the batch also when the last two arrive at once', async () => {
    const episodes = await Promise.all(Array.from({ length: 8 }, () => anEpisode()));
    const { id } = await start();
    await Promise.all(episodes.map((one) => moved(id, one)));
    expect(await moves.report(id)).toMatchObject({ status: 'moved', moves: [{ status: 'moved', count: 8 }] });
  });

  it('does not take its step back when it has gone on since', async () => {
    const one = await anEpisode({ lastSeq: 9, step: 'visit', stepTitle: 'Later' });
    await stage.db.episode.update({ where: { id: one }, data: { step: 'call' } });
    const { id } = await start();
    await stage.db.episode.update({ where: { id: one }, data: { step: 'visit' } });
    await moved(id, one);
    expect(await episode(one)).toMatchObject({ programmeVersionId: newVersionId, step: 'visit', lastSeq: 9 });
  });

  it('refuses one that nobody asked to move', async () => {
    const { id } = (await anEpisode(), await start());
    await expect(moved(id, newId())).rejects.toThrow(MoveMissing);
    await expect(moved(newId(), newId())).rejects.toThrow(MoveMissing);
    await expect(moves.report('nothing')).rejects.toThrow(MoveMissing);
  });
});

describe('a pathway that does not move', () => {
  it('is refused when its episode ended meanwhile, and the batch ends', async () => {
    const one = await anEpisode();
    const two = await anEpisode();
    const { id } = await start();
    await moved(id, one);
    await stage.db.episode.update({ where: { id: two }, data: { status: 'ended', endedAt: NOW } });
    expect(await moves.report(id)).toMatchObject({ status: 'moved' });
    expect(await standing(id)).toEqual({ [one]: 'moved', [two]: 'refused: ended' });
  });

  it('is refused when it passed the message over because it had gone on', async () => {
    const one = await anEpisode();
    const { id } = await start();
    await moves.noteIgnored({
      episodeId: one,
      events: [
        { id: 'reply/1', kind: 'replied' },
        { id: `move/${id}/${one}`, kind: 'moved' },
      ],
    });
    expect(await standing(id)).toEqual({ [one]: 'refused: step-changed' });
    expect(await moves.report(id)).toMatchObject({ status: 'moved' });
  });

  it('is given up when its message was delivered and it said nothing, but believed when it says so late', async () => {
    const one = await anEpisode();
    const { id } = await start();
    later(11 * MINUTE);
    expect(await moves.report(id)).toMatchObject({ status: 'moving' });
    await stage.db.outboxEntry.updateMany({ data: { deliveredAt: NOW, fate: 'delivered' } });
    expect(await moves.report(id)).toMatchObject({ status: 'moved' });
    expect(await standing(id)).toEqual({ [one]: 'refused: no-answer' });
    await moved(id, one);
    expect(await standing(id)).toEqual({ [one]: 'moved' });
    expect((await episode(one)).programmeVersionId).toBe(newVersionId);
  });
});

describe('undoing a move', () => {
  it('moves back who is still at the step, keeps who has gone on, ended or paused, and says why', async () => {
    const [back, gone, ended, paused] = [await anEpisode(), await anEpisode(), await anEpisode(), await anEpisode()];
    const { id } = await start();
    for (const one of [back, gone, ended, paused]) await moved(id, one);
    await stage.db.episode.update({ where: { id: gone }, data: { step: 'visit' } });
    await stage.db.episode.update({ where: { id: ended }, data: { status: 'ended' } });
    await stage.db.episode.update({ where: { id: paused }, data: { pausedAt: NOW } });
    later(23 * 60 * MINUTE);
    expect(await moves.undo(id)).toMatchObject({ status: 'undoing', canUndo: false });
    expect(await standing(id)).toEqual({
      [back]: 'undo-asked',
      [gone]: 'kept: step-changed',
      [ended]: 'kept: ended',
      [paused]: 'kept: paused',
    });
    expect((await stage.told(back)).at(-1)).toEqual({
      kind: 'moved',
      id: `undo/${id}/${back}`,
      batchId: id,
      versionId: oldId,
      from: 'call',
      step: 'call',
    });
    await moved(id, back, { version: 1, seq: 12 });
    expect((await episode(back)).programmeVersionId).toBe(oldId);
    expect(await moves.report(id)).toMatchObject({ status: 'undone' });
    expect(await moves.undo(id)).toMatchObject({ status: 'undone' });
    expect(await stage.told(back)).toHaveLength(2);
  });

  it('is over at once when nobody can be moved back', async () => {
    const one = await anEpisode();
    const { id } = await start();
    await moved(id, one);
    await stage.db.episode.update({ where: { id: one }, data: { step: 'visit' } });
    expect(await moves.undo(id)).toMatchObject({
      status: 'undone',
      moves: [{ status: 'kept', because: 'step-changed' }],
    });
  });

  it('is refused while the move is under way, and when the time is over', async () => {
    const one = await anEpisode();
    const { id } = await start();
    await expect(moves.undo(id)).rejects.toThrow(MoveUnderWay);
    await moved(id, one);
    later(24 * 60 * MINUTE + 1);
    await expect(moves.undo(id)).rejects.toThrow(MoveUndoLate);
    expect(await moves.report(id)).toMatchObject({ status: 'moved', canUndo: false });
    expect(await standing(id)).toEqual({ [one]: 'moved' });
  });

  it('keeps who ended before it was moved back', async () => {
    const one = await anEpisode();
    const { id } = await start();
    await moved(id, one);
    await moves.undo(id);
    await stage.db.episode.update({ where: { id: one }, data: { status: 'ended' } });
    expect(await moves.report(id)).toMatchObject({ status: 'undone' });
    expect(await standing(id)).toEqual({ [one]: 'kept: ended' });
  });
});
