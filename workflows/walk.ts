import {
  ActivityCancellationType,
  condition,
  isCancellation,
  proxyActivities,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  ActivityCall,
  CarriedOver,
  ExitReason,
  OpenedTask,
  OpenTask,
  OpenTaskAt,
  PathwayActivities,
  PathwayEvent,
  PathwayInput,
  PathwayState,
} from './contracts/index.js';

/**
 * A worker that dies is noticed within the heartbeat; one that is asked to stop lets a running effect finish, so that
 * nothing is opened behind the back of an exit. Retries never end: a person must not be lost to a fault.
 */
export const activities = proxyActivities<PathwayActivities>({
  startToCloseTimeout: '60 seconds',
  heartbeatTimeout: '10 seconds',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;

/** One person's walk through a script: what has come in, what is open, and how an effect is called. */
export class Walk {
  leaving: ExitReason | null = null;
  private step: string | null = null;
  private since: string | null = null;
  private ending: string | null = null;
  private stuckOn: PathwayState['stuckOn'] = null;
  private seq: number;
  private ignored: number;
  private repeated: number;
  private openReferral: string | null = null;
  private readonly heard: Set<string>;
  private readonly openTasks: Map<string, string>;
  private readonly startedAt = now();
  private inbox: PathwayEvent[] = [];

  constructor(private readonly input: PathwayInput) {
    const { carried } = input;
    this.seq = carried?.seq ?? 0;
    this.ignored = carried?.ignored ?? 0;
    this.repeated = carried?.repeated ?? 0;
    this.heard = new Set(carried?.heard);
    this.openTasks = new Map(carried?.openTasks.map(({ taskId, step }) => [taskId, step]));
  }

  get state(): PathwayState {
    const { step, since: enteredAt, ending, ignored, repeated, stuckOn } = this;
    return { step, enteredAt, ending, ignored, repeated, stuckOn };
  }

  /** When the present step was entered: in the past where the pathway joined work under way. */
  get enteredAt(): string {
    return this.since ?? this.startedAt;
  }

  /** Takes in an event once. Answers true when the person has to leave now. */
  hear(event: PathwayEvent): boolean {
    if (this.heard.has(event.id)) {
      this.repeated += 1;
      return false;
    }
    this.heard.add(event.id);
    if (event.kind !== 'left') {
      this.inbox.push(event);
      return false;
    }
    if (this.leaving || this.ending) {
      this.ignored += 1;
      return false;
    }
    this.leaving = event.reason;
    return true;
  }

  enter(step: string, at = now()): void {
    this.step = step;
    this.since = at;
  }

  /** Nothing that has come in so far can concern what is opened later. */
  leaveStep(): void {
    for (const event of this.inbox) {
      if (event.kind === 'task-completed' && this.openTasks.delete(event.taskId)) continue;
      this.ignored += 1;
    }
    this.inbox = [];
  }

  /** True when `instant` was before the pathway began: what was due then has been done by whoever had the work. */
  wasBeforeJoining(instant: string): boolean {
    return this.input.joinAt !== undefined && instant < this.startedAt;
  }

  /**
   * Calls one activity under a key of its own until it works. A failure that does not mend by itself is shown in
   * the pathway's state and tried again after longer and longer pauses.
   */
  async effect<Result>(
    step: string,
    perform: (call: ActivityCall) => Promise<Result>,
    at: string = now(),
  ): Promise<Result> {
    this.seq += 1;
    const { seq } = this;
    const call = { episodeId: this.input.episodeId, step, key: `${workflowInfo().workflowId}:${seq}`, seq, at };
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const result = await perform(call);
        this.stuckOn = null;
        return result;
      } catch (failure) {
        if (isCancellation(failure)) throw failure;
        this.stuckOn ??= { step, since: now() };
        await sleep(pause);
      }
    }
  }

  /** The first event that `choose` makes something of; null when `deadline` passes without one. */
  async next<Chosen>(choose: (event: PathwayEvent) => Chosen | null): Promise<Chosen>;
  async next<Chosen>(choose: (event: PathwayEvent) => Chosen | null, deadline: string): Promise<Chosen | null>;
  async next<Chosen>(choose: (event: PathwayEvent) => Chosen | null, deadline?: string): Promise<Chosen | null> {
    const hasCome = (): boolean => this.inbox.some((event) => choose(event) !== null);
    if (deadline === undefined) await condition(hasCome);
    else {
      const left = Date.parse(deadline) - Date.now();
      if (left > 0) await condition(hasCome, left);
    }
    return this.take(choose);
  }

  /** As `next`, without waiting. */
  take<Chosen>(choose: (event: PathwayEvent) => Chosen | null): Chosen | null {
    for (const [place, event] of this.inbox.entries()) {
      const chosen = choose(event);
      if (chosen === null) continue;
      this.inbox.splice(place, 1);
      if (event.kind === 'task-completed') this.openTasks.delete(event.taskId);
      return chosen;
    }
    return null;
  }

  async until(instant: string): Promise<void> {
    const left = Date.parse(instant) - Date.now();
    if (left > 0) await sleep(left);
  }

  async openTask(step: string, task: Omit<OpenTask, keyof ActivityCall>, at?: string): Promise<OpenedTask> {
    const opened = await this.effect(step, (call) => activities.openTask({ ...call, ...task }), at);
    this.openTasks.set(opened.taskId, step);
    return opened;
  }

  /** False when it was completed first. */
  async cancelTask({ taskId, step }: OpenTaskAt, because: string): Promise<boolean> {
    const { closed } = await this.effect(step, (call) => activities.cancelTask({ ...call, taskId, because }));
    if (closed) this.openTasks.delete(taskId);
    return closed;
  }

  referralIsOpen(referralId: string | null): void {
    this.openReferral = referralId;
  }

  /** Closes what is open, then records how the walk ended. Not to be interrupted. */
  async end(ending: string, exit: boolean, good: boolean): Promise<void> {
    this.ending = ending;
    this.leaveStep();
    const step = this.step ?? this.input.script.start;
    for (const [taskId, at] of [...this.openTasks]) {
      await this.cancelTask({ taskId, step: at }, exit ? ending : 'pathway-ended');
    }
    const referralId = this.openReferral;
    if (referralId) {
      await this.effect(step, (call) => activities.closeReferral({ ...call, referralId, as: 'withdrawn' }));
      this.openReferral = null;
    }
    await this.effect(step, (call) => activities.recordEnding({ ...call, ending, exit, good }));
    this.step = null;
    this.leaveStep();
  }

  carryOver(step: string): CarriedOver {
    return {
      step,
      seq: this.seq,
      heard: [...this.heard],
      openTasks: [...this.openTasks].map(([taskId, at]) => ({ taskId, step: at })),
      ignored: this.ignored,
      repeated: this.repeated,
    };
  }
}

export function now(): string {
  return new Date().toISOString();
}
