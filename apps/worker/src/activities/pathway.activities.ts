import { Injectable } from '@nestjs/common';
import { AllocationService, CommandsService, LeavingService, MoveService } from '#care/allocation';
import { ContactService, NO_WORDS } from '#care/contact';
import { DetectionService } from '#care/detection';
import { OutcomesService } from '#care/outcomes';
import type { Rule } from '#care/programmes';
import { ReferralsService } from '#care/referrals';
import { TasksService } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { after, type Duration, Fault, type Nation, shiftDeadline } from '#platform/kernel';
import type {
  Closed,
  Deadline,
  OpenedTask,
  OpenTask,
  PathwayActivities,
  RecheckResult,
  SendMessage,
  SendReferral,
  SentMessage,
  SentReferral,
} from '#workflows';
import { Activity } from './activity.js';

type CallOf<Name extends keyof PathwayActivities> = Parameters<PathwayActivities[Name]>[0];

/** Thrown when an effect of a pathway comes after its episode has ended: nothing may be opened then. */
export class EpisodeEnded extends Fault {
  readonly kind = 'gone';
  readonly code = 'worker.episode_ended';

  constructor(episodeId: string) {
    super('This episode has ended', { episodeId });
  }
}

/** Hands each effect of a pathway to the room that owns it, and works out the instants it asks for. */
@Injectable()
export class PathwayActivityHandlers implements PathwayActivities {
  constructor(
    private readonly database: Database,
    private readonly allocation: AllocationService,
    private readonly commands: CommandsService,
    private readonly leaving: LeavingService,
    private readonly moves: MoveService,
    private readonly detection: DetectionService,
    private readonly contact: ContactService,
    private readonly tasks: TasksService,
    private readonly referrals: ReferralsService,
    private readonly outcomes: OutcomesService,
    private readonly audit: Audit,
  ) {}

  @Activity()
  async sendMessage({ every, ...call }: SendMessage): Promise<SentMessage> {
    const nextAt = await this.instantAfter(call.episodeId, call.at, every);
    const sent = await this.contact.sendMessage({ ...call, nextAt });
    if (sent.because === NO_WORDS) await this.whileOpen(call.episodeId, () => this.tasks.raiseMissingWords(call));
    return { fate: sent.fate, nextAt: sent.nextAt ?? nextAt };
  }

  @Activity()
  async openTask(call: OpenTask): Promise<OpenedTask> {
    return this.whileOpen(call.episodeId, () => this.tasks.open(call));
  }

  @Activity()
  async escalateTask(call: CallOf<'escalateTask'>): Promise<void> {
    await this.tasks.escalate(call);
  }

  @Activity()
  async cancelTask(call: CallOf<'cancelTask'>): Promise<Closed> {
    return this.tasks.cancel(call);
  }

  @Activity()
  async sendReferral(call: SendReferral): Promise<SentReferral> {
    return this.whileOpen(call.episodeId, () => this.referrals.send(call));
  }

  @Activity()
  async closeReferral(call: CallOf<'closeReferral'>): Promise<Closed> {
    return this.referrals.close(call);
  }

  @Activity()
  async noteWaiting(call: CallOf<'noteWaiting'>): Promise<{ readonly until: string }> {
    const until = await this.instantAfter(call.episodeId, call.from, call.for);
    await this.noteUntil({ ...call, until, clock: call.clock ?? 'planned' });
    return { until };
  }

  @Activity()
  async noteUntil(call: CallOf<'noteUntil'>): Promise<void> {
    const { episodeId, seq, step, title, what, until, clock } = call;
    await this.allocation.recordProgress({
      ...{ episodeId, seq, step, clock },
      stepTitle: title,
      nextWhat: what,
      nextAt: new Date(until),
      at: new Date(call.at),
    });
  }

  @Activity()
  async recheck(call: CallOf<'recheck'>): Promise<{ readonly result: RecheckResult }> {
    const { episodeId, at } = call;
    const { programmeVersionId, personId, openedAt } = await this.allocation.getEpisode(episodeId);
    const helpedByUs = await this.leaving.isHelpedByUs(episodeId);
    const result = await this.detection.recheck({
      ...{ programmeVersionId, personId, helpedByUs },
      episodeOpenedAt: openedAt,
      at: new Date(at),
    });
    await this.noteDecided(call, 'episode.rechecked', { result });
    return { result };
  }

  @Activity()
  async chooseWay(call: CallOf<'chooseWay'>): Promise<{ readonly way: number | null }> {
    const { episodeId, ways, at } = call;
    const { personId } = await this.allocation.getEpisode(episodeId);
    // As the version's definition has them: the loader has checked each when the version was loaded.
    const way = await this.detection.chooseWay(personId, ways as readonly Rule[], new Date(at));
    await this.noteDecided(call, 'episode.way-chosen', { step: call.step, way });
    return { way };
  }

  @Activity()
  async resumeClocks(call: CallOf<'resumeClocks'>): Promise<{ readonly deadlines: readonly Deadline[] }> {
    const { episodeId, pauseId } = call;
    const [pausedAt, resumedAt] = [new Date(call.pausedAt), new Date(call.resumedAt)];
    const nation = await this.allocation.nationOf(episodeId);
    const shift = (at: Date, working: boolean): Date => shiftDeadline({ at, working }, pausedAt, resumedAt, nation);
    const deadlines = call.deadlines.map(({ key, at, working }) => ({
      ...{ key, working },
      at: shift(new Date(at), working).toISOString(),
    }));
    await this.database.inTransaction(async () => {
      if (!(await this.commands.applyPause(pauseId))) return;
      await this.tasks.shiftOpen(episodeId, shift);
      await this.referrals.shiftOpen(episodeId, shift);
      await this.allocation.moveNext(episodeId, ({ at }) => {
        const same = call.deadlines.find((deadline) => Date.parse(deadline.at) === at.getTime());
        return { at: shift(at, same?.working ?? false) };
      });
    });
    return { deadlines };
  }

  @Activity()
  async noteMoved(call: CallOf<'noteMoved'>): Promise<void> {
    await this.moves.noteMoved(call);
  }

  /** A repeat is noted once: the effect's key stands in the entry. */
  @Activity()
  async noteIgnored(call: CallOf<'noteIgnored'>): Promise<void> {
    const { episodeId, key, events } = call;
    await this.database.inTransaction(async () => {
      await this.allocation.hold(episodeId);
      const { personId, status } = await this.allocation.getEpisode(episodeId);
      const entry = { action: 'event.ignored', subjectKind: 'episode', subjectId: episodeId };
      const noted = await this.database.client.auditEntry.count({
        where: { ...entry, detail: { path: ['effect'], equals: key } },
      });
      if (noted > 0) return;
      await this.audit.recordAll(
        events.map(({ id: event, kind }) => ({ ...entry, personId, detail: { event, kind, effect: key } })),
      );
      await this.moves.noteIgnored({ episodeId, events });
      for (const { id: replyId, kind } of events) {
        if (kind === 'replied' && status === 'open') await this.tasks.raiseLateReply({ ...call, replyId });
      }
    });
  }

  @Activity()
  async recordLost(call: CallOf<'recordLost'>): Promise<void> {
    await this.outcomes.recordLost(call);
  }

  @Activity()
  async recordEnding(call: CallOf<'recordEnding'>): Promise<void> {
    await this.database.inTransaction(async () => {
      // The ending holds the episode's row, so that nothing can be opened between it and the sweep.
      await this.outcomes.recordEnding(call);
      const { episodeId, key, seq, at } = call;
      const because = call.exit ? call.ending : 'pathway-ended';
      for (const { id: taskId, step } of await this.tasks.listOpenOf(episodeId)) {
        await this.tasks.cancel({ episodeId, key, seq, at, step, taskId, because });
      }
      await this.contact.noteEnded(episodeId);
      for (const { id: referralId, step } of await this.referrals.listOpenOf(episodeId)) {
        await this.referrals.close({ episodeId, key, seq, at, step, referralId, as: 'withdrawn' });
      }
    });
  }

  /** What the pathway decided by itself, once. */
  private async noteDecided(
    { episodeId, seq, step, title, at }: CallOf<'recheck'>,
    action: string,
    detail: Readonly<Record<string, string | number | null>>,
  ): Promise<void> {
    await this.database.inTransaction(async () => {
      const progress = { episodeId, seq, step, stepTitle: title, nextWhat: null, nextAt: null, at: new Date(at) };
      if (!(await this.allocation.recordProgress(progress))) return;
      const { personId } = await this.allocation.getEpisode(episodeId);
      await this.audit.record({ action, subjectKind: 'episode', subjectId: episodeId, personId, detail });
    });
  }

  private async instantAfter(episodeId: string, from: string, length: Duration): Promise<string> {
    return after(new Date(from), length, await this.nationFor(episodeId, length)).toISOString();
  }

  /** Only working days differ between the nations. */
  private async nationFor(episodeId: string, { unit }: Duration): Promise<Nation> {
    return unit === 'working-days' ? this.allocation.nationOf(episodeId) : 'england';
  }

  /** A try that was given up on may still be running when the person has left: what it opened is undone. */
  private async whileOpen<Result>(episodeId: string, open: () => Promise<Result>): Promise<Result> {
    return this.database.inTransaction(async () => {
      const result = await open();
      if (!(await this.allocation.isOpen(episodeId))) throw new EpisodeEnded(episodeId);
      return result;
    });
  }
}
