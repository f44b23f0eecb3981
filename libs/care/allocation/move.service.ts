import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database, type Prisma } from '#platform/database';
import { after, Clock, type Duration, isId } from '#platform/kernel';
import { type LoadedProgramme, ProgrammesService } from '#care/programmes';
import { AllocationService } from './allocation.service.js';
import {
  baseStep,
  judgeMove,
  landingSteps,
  mapSteps,
  type MovePlan,
  planMove,
  type StaysBecause,
  type StepMapping,
  togetherSteps,
  wrongChoices,
} from './move.js';
import {
  MoveMappingWrong,
  MoveMissing,
  MoveOfNobody,
  MoveUnderWay,
  MoveUndoLate,
  MoveVersionMissing,
} from './move.faults.js';
import {
  type Move,
  type MoveAsked,
  type MoveBatch,
  type MoveCount,
  MoveRepository,
  type MoveStanding,
  type VersionInUse,
} from './move.repository.js';

/** How long a move can be undone. */
export const UNDO_WINDOW: Duration = { amount: 24, unit: 'hours' };

/** A batch is small enough to be watched, and to be written in one transaction. */
export const LARGEST_BATCH = 500;

/** A pathway that was told to move and has said nothing for so long is not going to. */
const ANSWERS_WITHIN: Duration = { amount: 10, unit: 'minutes' };

/** Batches shown for a programme. */
const LATEST = 20;

export interface MoveQuestion {
  readonly programme: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  /** Steps chosen by hand, where the same step is not wanted or not there. */
  readonly mapping?: StepMapping;
}

export interface MovePreview extends MovePlan {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly mapping: StepMapping;
  /** The steps of the new version that can be chosen by hand. */
  readonly landings: readonly { readonly step: string; readonly title: string }[];
}

export interface MoveOrder extends MoveQuestion {
  /** Chosen by who asks: sending the same order twice starts one batch. */
  readonly batchId: string;
  readonly reason: string;
  /** At most so many, those open longest first. */
  readonly limit: number;
}

export interface MoveReport extends Omit<MoveBatch, 'fromVersionId' | 'toVersionId'> {
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly moves: readonly MoveCount[];
  /** False when the time is over, or it was undone. */
  readonly canUndo: boolean;
}

/** What a pathway says once it walks another version. */
export interface MovedCall {
  readonly episodeId: string;
  readonly batchId: string;
  readonly version: number;
  readonly toStep: string;
  readonly key: string;
  readonly seq: number;
  /** ISO 8601. */
  readonly at: string;
}

/** Moves live pathways to another version of their programme, in batches, and back while there is time. */
@Injectable()
export class MoveService {
  constructor(
    private readonly moves: MoveRepository,
    private readonly allocation: AllocationService,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Versions of a programme with how many live pathways walk each, newest first. Throws ProgrammeMissing. */
  async listVersions(programme: string): Promise<readonly VersionInUse[]> {
    await this.programmes.getLive(programme);
    return this.moves.listVersions(programme);
  }

  /** What a move would do now; changes nothing. Throws ProgrammeMissing, MoveVersionMissing, MoveMappingWrong. */
  async preview(question: MoveQuestion): Promise<MovePreview> {
    const { from, to, mapping } = await this.understand(question);
    const [candidates, work] = [
      await this.moves.listCandidates(from.versionId),
      await this.moves.listOpenWork(from.versionId),
    ];
    return {
      ...planMove(from.script, to.script, mapping, candidates, work),
      fromVersion: from.version,
      toVersion: to.version,
      mapping,
      landings: landingSteps(to.script).map(({ id: step, title }) => ({ step, title })),
    };
  }

  /**
   * Asks the pathways of one batch to move; each says by `noteMoved` when it has. The same order again answers the same
   * batch. Throws ProgrammeMissing, MoveVersionMissing, MoveMappingWrong, MoveUnderWay, MoveOfNobody.
   */
  async start(order: MoveOrder): Promise<MoveReport> {
    const { programme, batchId, reason } = order;
    const { from, to, mapping } = await this.understand(order);
    const limit = Math.min(order.limit, LARGEST_BATCH);
    await this.database.inTransaction(async () => {
      await this.moves.takeTurn(programme);
      if (await this.moves.find(batchId)) return;
      await this.refuseSecond(programme);
      const chosen = await this.choose(from, mapping, limit);
      if (chosen.length === 0) throw new MoveOfNobody(programme);
      const createdAt = this.clock.now();
      await this.moves.insert(
        {
          id: batchId,
          programme,
          fromVersionId: from.versionId,
          toVersionId: to.versionId,
          mapping,
          reason,
          by: Audit.actor.id,
          createdAt,
          undoUntil: after(createdAt, UNDO_WINDOW),
        },
        chosen,
      );
      await this.moves.tell(
        chosen.map(({ episodeId, fromStep, toStep }) => ({
          lane: episodeId,
          body: movedEvent('move', batchId, episodeId, to.versionId, fromStep, toStep),
        })),
        createdAt,
      );
      await this.audit.record({
        action: 'move.started',
        subjectKind: 'move-batch',
        subjectId: batchId,
        detail: { programme, from: from.version, to: to.version, count: chosen.length },
      });
    });
    return this.report(batchId);
  }

  /** A pathway has moved, or moved back. A repeat changes nothing. Throws MoveMissing. */
  async noteMoved(call: MovedCall): Promise<void> {
    const { batchId, episodeId, version, toStep, seq } = call;
    await this.database.inTransaction(async () => {
      const { batch, move } = await this.hold(batchId, episodeId);
      const from = await this.programmes.getVersion(batch.fromVersionId);
      const to = await this.programmes.getVersion(batch.toVersionId);
      const isBack = version === from.version;
      const reached = isBack ? 'undone' : 'moved';
      // What was given up on and came true after all is true; what was moved back since stays moved back.
      const before: Move['status'][] = isBack ? ['undo-asked', 'kept'] : ['asked', 'refused'];
      if (!before.includes(move.status)) return;
      const now = isBack ? from : to;
      const stepTitle = now.script.steps.find(({ id }) => id === toStep)?.title ?? toStep;
      await this.moves.switchVersion(episodeId, now.versionId, { step: toStep, stepTitle, seq });
      await this.moves.setMove(batchId, episodeId, reached, null, new Date(call.at));
      const { personId, teamKey } = await this.allocation.getEpisode(episodeId);
      await this.audit.record({
        action: isBack ? 'episode.moved-back' : 'episode.moved',
        subjectKind: 'episode',
        subjectId: episodeId,
        personId,
        detail: { batch: batchId, version, step: toStep },
      });
      await this.finish(batch);
      await this.database.announce({ team: teamKey, episode: episodeId, what: 'episode' });
    });
  }

  /** Of the events a pathway passed over, those that asked it to move: they are refused, with why. */
  async noteIgnored(call: {
    readonly episodeId: string;
    readonly events: readonly { readonly id: string; readonly kind: string }[];
  }): Promise<void> {
    const { episodeId } = call;
    for (const { id, kind } of call.events) {
      const batchId = kind === 'moved' ? id.split('/')[1] : undefined;
      if (batchId === undefined || !isId(batchId)) continue;
      await this.database.inTransaction(async () => {
        const { batch, move } = await this.hold(batchId, episodeId);
        if (move.status !== 'asked' && move.status !== 'undo-asked') return;
        await this.stay(move, 'step-changed');
        await this.finish(batch);
      });
    }
  }

  /**
   * Moves a batch back while there is time: who is still at the step they were moved to goes back to where they came
   * from; the others are kept, with why. A repeat changes nothing. Throws MoveMissing, MoveUnderWay, MoveUndoLate.
   */
  async undo(batchId: string): Promise<MoveReport> {
    await this.settle(batchId);
    const { programme } = await this.get(batchId);
    await this.database.inTransaction(async () => {
      await this.moves.takeTurn(programme);
      const batch = await this.get(batchId);
      if (batch.status === 'undoing' || batch.status === 'undone') return;
      await this.refuseSecond(programme);
      const now = this.clock.now();
      if (now > batch.undoUntil) throw new MoveUndoLate(batchId);
      const asked: Move[] = [];
      for (const move of await this.moves.holdMoved(batchId)) {
        const because = whyKept(move, batch.toVersionId);
        if (because) await this.stay(move, because);
        else {
          await this.moves.setMove(batchId, move.episodeId, 'undo-asked', null, now);
          asked.push(move);
        }
      }
      await this.moves.tell(
        asked.map(({ episodeId, fromStep, toStep }) => ({
          lane: episodeId,
          body: movedEvent('undo', batchId, episodeId, batch.fromVersionId, toStep, fromStep),
        })),
        now,
      );
      await this.moves.setBatch(batchId, { status: 'undoing', undoneAt: now, undoneBy: Audit.actor.id });
      await this.audit.record({
        action: 'move.undo-asked',
        subjectKind: 'move-batch',
        subjectId: batchId,
        detail: { programme, count: asked.length },
      });
      await this.finish(await this.get(batchId));
    });
    return this.report(batchId);
  }

  /** How a batch stands. Throws MoveMissing. */
  async report(batchId: string): Promise<MoveReport> {
    await this.settle(batchId);
    const { fromVersionId, toVersionId, ...batch } = await this.get(batchId);
    const [from, to] = [await this.programmes.getVersion(fromVersionId), await this.programmes.getVersion(toVersionId)];
    return {
      ...batch,
      fromVersion: from.version,
      toVersion: to.version,
      moves: await this.moves.countMoves(batchId),
      canUndo: batch.status === 'moved' && this.clock.now() <= batch.undoUntil,
    };
  }

  /** The latest batches of a programme, newest first. */
  async list(programme: string): Promise<readonly MoveReport[]> {
    const reports: MoveReport[] = [];
    for (const { id } of await this.moves.list(programme, LATEST)) reports.push(await this.report(id));
    return reports;
  }

  /** Gives up the moves of episodes that ended meanwhile, or whose pathway never answered. Throws MoveMissing. */
  private async settle(batchId: string): Promise<void> {
    const { status } = await this.get(batchId);
    if (status !== 'moving' && status !== 'undoing') return;
    await this.database.inTransaction(async () => {
      const now = this.clock.now();
      const latest = new Date(2 * now.getTime() - after(now, ANSWERS_WITHIN).getTime());
      for (const { episodeId } of await this.moves.giveUp(batchId, latest, now)) {
        const move = await this.moves.findMove(batchId, episodeId);
        if (move) await this.auditStay(move);
      }
      await this.finish(await this.get(batchId));
    });
  }

  /** The batch is over when nobody in it is under way. */
  private async finish({ id }: MoveBatch): Promise<void> {
    // Held first: of the last two to arrive at once, the later one sees both.
    const status = await this.moves.holdBatch(id);
    if (await this.moves.countUnderWay(id)) return;
    if (status === 'moving') await this.moves.setBatch(id, { status: 'moved' });
    if (status === 'undoing') await this.moves.setBatch(id, { status: 'undone' });
  }

  private async stay(move: Move, because: string): Promise<void> {
    const status = move.status === 'asked' ? 'refused' : 'kept';
    await this.moves.setMove(move.batchId, move.episodeId, status, because, this.clock.now());
    await this.auditStay({ ...move, status, because });
  }

  private async auditStay({ batchId, episodeId, status, because }: Move): Promise<void> {
    const { personId } = await this.allocation.getEpisode(episodeId);
    await this.audit.record({
      action: status === 'refused' ? 'episode.move-refused' : 'episode.move-kept',
      subjectKind: 'episode',
      subjectId: episodeId,
      personId,
      detail: { batch: batchId, because },
    });
  }

  /** Those who can be moved and are held until the transaction ends: what was true for the preview is asked again. */
  private async choose(from: LoadedProgramme, mapping: StepMapping, limit: number): Promise<readonly MoveAsked[]> {
    const inside = togetherSteps(from.script);
    const wanted = (await this.moves.listCandidates(from.versionId))
      .filter((candidate) => 'toStep' in judgeMove(candidate, mapping, inside))
      .slice(0, limit);
    const held = await this.moves.hold(wanted.map(({ episodeId }) => episodeId));
    return held.flatMap(({ versionId, ...candidate }) => {
      const verdict = judgeMove(candidate, mapping, inside);
      if (versionId !== from.versionId || !('toStep' in verdict)) return [];
      return [{ episodeId: candidate.episodeId, fromStep: baseStep(candidate.step!), toStep: verdict.toStep }];
    });
  }

  private async understand(
    question: MoveQuestion,
  ): Promise<{ from: LoadedProgramme; to: LoadedProgramme; mapping: StepMapping }> {
    const { programme, fromVersion, toVersion, mapping: byHand = {} } = question;
    const versions = await this.listVersions(programme);
    const load = async (version: number): Promise<LoadedProgramme> => {
      const found = versions.find((one) => one.version === version);
      if (!found) throw new MoveVersionMissing(programme, version);
      return this.programmes.getVersion(found.versionId);
    };
    const [from, to] = [await load(fromVersion), await load(toVersion)];
    if (fromVersion === toVersion) throw new MoveOfNobody(programme);
    const [wrong] = wrongChoices(from.script, to.script, byHand);
    if (wrong) throw new MoveMappingWrong(...wrong);
    return { from, to, mapping: mapSteps(from.script, to.script, byHand) };
  }

  private async refuseSecond(programme: string): Promise<void> {
    const underWay = await this.moves.findUnderWay(programme);
    if (!underWay) return;
    await this.settle(underWay.id);
    if (await this.moves.findUnderWay(programme)) throw new MoveUnderWay(programme, underWay.id);
  }

  private async hold(batchId: string, episodeId: string): Promise<{ batch: MoveBatch; move: Move }> {
    // In the order in which a start takes them: the episode before its move.
    await this.moves.hold([episodeId]);
    const move = await this.moves.findMove(batchId, episodeId);
    if (!move) throw new MoveMissing(batchId, episodeId);
    return { batch: await this.get(batchId), move };
  }

  private async get(batchId: string): Promise<MoveBatch> {
    const batch = isId(batchId) ? await this.moves.find(batchId) : null;
    if (!batch) throw new MoveMissing(batchId);
    return batch;
  }
}

/** Why a moved episode is not moved back; null when it is. */
function whyKept({ toStep, episode }: MoveStanding, versionId: string): StaysBecause | 'step-changed' | null {
  if (episode.status === 'ended') return 'ended';
  if (episode.moving || episode.versionId !== versionId) return 'moving';
  if (episode.step === null || baseStep(episode.step) !== toStep) return 'step-changed';
  return episode.paused ? 'paused' : null;
}

function movedEvent(
  what: 'move' | 'undo',
  batchId: string,
  episodeId: string,
  versionId: string,
  from: string,
  step: string,
): Prisma.InputJsonObject {
  return { kind: 'moved', id: `${what}/${batchId}/${episodeId}`, batchId, versionId, from, step };
}
