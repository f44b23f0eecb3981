import { condition } from '@temporalio/workflow';
import type {
  ActivityCall,
  Deadline,
  Duration,
  ExitReason,
  Next,
  OpenedTask,
  OpenTask,
  OpenTaskAt,
  PathwayEvent,
  Reached,
  RunningClock,
  Step,
} from './contracts/index.js';
import { activities, now } from './effects.js';
import type { Walk } from './walk.js';

/** A deadline that a pause or a snooze can move while it is waited for. */
export type LiveDeadline = { -readonly [Key in keyof Deadline]: Deadline[Key] };

/** An open task with its due time and the rungs of its ladder. */
export interface LiveTask extends OpenTaskAt {
  readonly due: LiveDeadline;
  readonly rungs: readonly LiveDeadline[];
}

type Choose<Chosen> = (event: PathwayEvent) => Chosen | null;
type Snooze = Extract<PathwayEvent, { kind: 'task-snoozed' }>;

/** Where a step leads: on, to an ending, back to where its branch began, or out of the programme. */
export type Way = Next | { readonly leaves: ExitReason };

/** How a line ends. */
export type End = Exclude<Way, { readonly step: string }>;

/** One line through the steps: the pathway's own, or that of a branch beside others. */
export class Line {
  step: string | null = null;
  since: string | null = null;
  private held = 0;
  private readonly deadlines = new Map<string, LiveDeadline>();

  constructor(
    private readonly walk: Walk,
    /** How far the present step has come, for going on elsewhere. */
    public reached: Reached = {},
    /** Tasks that were open when the walk came here from another version, by their step. */
    private readonly keptTasks = new Map<string, string>(),
  ) {
    const { until } = reached;
    if (until) this.reached = { ...reached, until: this.live(until.key, until.at, until.working) };
  }

  /** When the present step was entered, without the pauses since; in the past where the pathway joined work under way. */
  get enteredAt(): string {
    const since = this.since ?? this.walk.startedAt;
    return this.held === 0 ? since : new Date(Date.parse(since) + this.held).toISOString();
  }

  private enter(step: string, at: string = now()): void {
    this.step = step;
    this.since = at;
  }

  /** The step is done: what it waited for is over. */
  leaveStep(): void {
    this.held = 0;
    this.reached = {};
    this.deadlines.clear();
    if (this.step !== null) this.walk.leaveStep(this.step);
  }

  /** Goes on with a step, once the pathway is not paused. */
  async begin(step: string, at?: string): Promise<Step> {
    const { walk } = this;
    this.enter(step, at);
    if (walk.halted) await walk.resumed();
    return walk.getStep(step);
  }

  /** A line of its own for a branch. */
  branchOff(): Line {
    const branch = new Line(this.walk);
    this.walk.lines.add(branch);
    return branch;
  }

  /** The branch is over. */
  stop(): void {
    this.step = null;
    this.deadlines.clear();
    this.walk.lines.delete(this);
  }

  /** Registers what the step will wait for. `length` is what it was counted in; none for an instant of the calendar. */
  deadline(what: string, at: string, length?: Duration): LiveDeadline {
    return this.live(`${this.step ?? ''}:${what}`, at, length?.unit === 'working-days');
  }

  private live(key: string, at: string, working: boolean): LiveDeadline {
    const deadline = { key, at, working };
    this.deadlines.set(key, deadline);
    return deadline;
  }

  /** What the present step waits for first; null when it waits for no instant, or the line is over. */
  nextDeadline(): { readonly line: Line; readonly step: Step; readonly at: string } | null {
    const [at] = [...this.deadlines.values()].map((deadline) => deadline.at).toSorted();
    return this.step === null || at === undefined ? null : { line: this, step: this.walk.getStep(this.step), at };
  }

  listDeadlines(): readonly Deadline[] {
    return [...this.deadlines.values()].map((deadline) => ({ ...deadline }));
  }

  /** After a pause: what is waited for comes at its new instant, and the step counts as entered so much later. */
  moveAlong(instants: ReadonlyMap<string, string>, pausedAt: string, resumedAt: string): void {
    for (const deadline of this.deadlines.values()) deadline.at = instants.get(deadline.key) ?? deadline.at;
    if (this.since === null) return;
    this.held += Math.max(0, Date.parse(resumedAt) - Math.max(Date.parse(pausedAt), Date.parse(this.since)));
  }

  snooze({ taskId, dueAt, escalateAt }: Snooze): void {
    const due = this.deadlines.get(dueOf(taskId));
    if (due) due.at = dueAt;
    for (const [rung, at] of escalateAt.entries()) {
      const deadline = this.deadlines.get(rungOf(taskId, rung));
      if (deadline) deadline.at = at;
    }
  }

  wasBeforeJoining(instant: string): boolean {
    return this.walk.wasBeforeJoining(instant);
  }

  effect<Result>(step: string, perform: (call: ActivityCall) => Promise<Result>, from?: string): Promise<Result> {
    return this.walk.effect(step, perform, from);
  }

  /** The first event that `choose` makes something of; null when `deadline` passes without one. */
  async next<Chosen>(choose: Choose<Chosen>): Promise<Chosen>;
  async next<Chosen>(choose: Choose<Chosen>, deadline: Readonly<LiveDeadline>): Promise<Chosen | null>;
  async next<Chosen>(choose: Choose<Chosen>, deadline?: Readonly<LiveDeadline>): Promise<Chosen | null> {
    const { walk } = this;
    for (;;) {
      if (walk.halted) await walk.running();
      const at = deadline?.at;
      const stirs = (): boolean => walk.halted || deadline?.at !== at || walk.has(choose);
      let inTime = true;
      if (at === undefined) await condition(stirs);
      else {
        const left = Date.parse(at) - Date.now();
        inTime = left > 0 && (await condition(stirs, left));
      }
      if (walk.halted) continue;
      const chosen = walk.take(choose);
      if (chosen !== null) return chosen;
      if (!inTime && deadline?.at === at) return null;
    }
  }

  /** As `next`, without waiting. */
  take<Chosen>(choose: Choose<Chosen>): Chosen | null {
    return this.walk.take(choose);
  }

  async until(deadline: Readonly<LiveDeadline>): Promise<void> {
    await this.next(() => null, deadline);
  }

  /** Puts what the pathway waits for on the timeline; answers when the waiting ends. */
  async waitingFor(
    { id, title }: Step,
    what: string,
    { from, length, clock }: { readonly from: string; readonly length: Duration; readonly clock: RunningClock },
  ): Promise<LiveDeadline> {
    const { until } = await this.effect(id, (call) =>
      activities.noteWaiting({ ...call, title, what, from, for: length, clock }),
    );
    return this.deadline('wait', until, length);
  }

  /** Opens a task that the step waits for. */
  async openTask(step: string, task: Omit<OpenTask, keyof ActivityCall>, at?: string): Promise<LiveTask> {
    const { walk } = this;
    const kept = this.keptTasks.get(step);
    this.keptTasks.delete(step);
    const opened = await this.openSideTask(step, task, at);
    const taskId = kept ?? opened.taskId;
    if (taskId !== opened.taskId) {
      // What was kept has just been completed, and the event that says so is on its way: nobody does it twice.
      await walk.cancelTask({ taskId: opened.taskId, step }, 'done-already');
    }
    const live = {
      taskId,
      step,
      due: this.live(dueOf(taskId), opened.dueAt, task.due.unit === 'working-days'),
      rungs: opened.escalateAt.map((instant, rung) =>
        this.live(rungOf(taskId, rung), instant, task.escalateAfter[rung]?.unit === 'working-days'),
      ),
    };
    const snoozed = snoozeOf(taskId);
    for (let early = walk.take(snoozed); early; early = walk.take(snoozed)) this.snooze(early);
    return live;
  }

  /** Opens a task that nothing waits for. */
  async openSideTask(step: string, task: Omit<OpenTask, keyof ActivityCall>, at?: string): Promise<OpenedTask> {
    const opened = await this.effect(step, (call) => activities.openTask({ ...call, ...task }), at);
    this.walk.taskIsOpen(opened.taskId, step);
    return opened;
  }

  referralIsOpen(referralId: string, step: string): void {
    this.walk.referralIsOpen(referralId, step);
  }

  referralIsOver(referralId: string): void {
    this.walk.referralIsOver(referralId);
  }

  /** True when the task was open when the walk came here from another version. */
  keeps(step: string): boolean {
    return this.keptTasks.has(step);
  }

  /** Closes as cancelled and withdrawn what a step of the line still has open. */
  async closeWork(because: string): Promise<void> {
    const { step } = this;
    if (step !== null) await this.walk.closeWork(because, (of) => isOf(step, of));
  }

  /** False when it was completed first. */
  cancelTask(task: OpenTaskAt, because: string): Promise<boolean> {
    return this.walk.cancelTask(task, because);
  }
}

function snoozeOf(taskId: string): Choose<Snooze> {
  return (event) => (event.kind === 'task-snoozed' && event.taskId === taskId ? event : null);
}

function dueOf(taskId: string): string {
  return `${taskId}:due`;
}

function rungOf(taskId: string, rung: number): string {
  return `${taskId}:rung:${rung}`;
}

/** True for a step's own work and for what it asks beside it. */
export function isOf(step: string, work: string | undefined): boolean {
  return work === step || work?.startsWith(`${step}:`) === true;
}
