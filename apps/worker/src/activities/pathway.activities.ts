import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { ContactService } from '#care/contact';
import { OutcomesService } from '#care/outcomes';
import { ReferralsService } from '#care/referrals';
import { TasksService } from '#care/tasks';
import { Database } from '#platform/database';
import { after, type Duration, Fault } from '#platform/kernel';
import type {
  Closed,
  OpenedTask,
  OpenTask,
  PathwayActivities,
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
    private readonly contact: ContactService,
    private readonly tasks: TasksService,
    private readonly referrals: ReferralsService,
    private readonly outcomes: OutcomesService,
  ) {}

  @Activity()
  async sendMessage({ every, ...call }: SendMessage): Promise<SentMessage> {
    const nextAt = instantAfter(call.at, every);
    const { fate } = await this.contact.sendMessage({ ...call, nextAt });
    return { fate, nextAt };
  }

  @Activity()
  async openTask({ escalateAfter, ...call }: OpenTask): Promise<OpenedTask> {
    return this.whileOpen(call.episodeId, async () => {
      const { taskId, dueAt } = await this.tasks.open(call);
      return { taskId, dueAt, escalateAt: escalateAfter.map((length) => instantAfter(dueAt, length)) };
    });
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
    const { episodeId, seq, step, title, what, from } = call;
    const until = instantAfter(from, call.for);
    await this.allocation.recordProgress({
      episodeId,
      seq,
      step,
      stepTitle: title,
      nextWhat: what,
      nextAt: new Date(until),
    });
    return { until };
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
      for (const { id: taskId, step } of await this.tasks.listOpenOf(episodeId)) {
        await this.tasks.cancel({ episodeId, key, seq, at, step, taskId, because: 'pathway-ended' });
      }
      for (const { id: referralId, step } of await this.referrals.listOpenOf(episodeId)) {
        await this.referrals.close({ episodeId, key, seq, at, step, referralId, as: 'withdrawn' });
      }
    });
  }

  /** A try that was given up on may still be running when the person has left: what it opened is undone. */
  private async whileOpen<Result>(episodeId: string, open: () => Promise<Result>): Promise<Result> {
    return this.database.inTransaction(async () => {
      const result = await open();
      const { status } = await this.allocation.getEpisode(episodeId);
      if (status !== 'open') throw new EpisodeEnded(episodeId);
      return result;
    });
  }
}

function instantAfter(from: string, length: Duration): string {
  return after(new Date(from), length).toISOString();
}
