import { condition, isCancellation, patched, workflowInfo } from '@temporalio/workflow';
import type {
  ActivityCall,
  CarriedOver,
  Ending,
  ExitReason,
  OpenTaskAt,
  PathwayEvent,
  PathwayInput,
  PathwayState,
  Step,
} from './contracts/index.js';
import { activities, now } from './effects.js';
import { isOf, Line } from './line.js';
import { Pauses } from './pauses.js';

const FIRST_REST = 60_000;
const LONGEST_REST = 3_600_000;

type Event<Kind extends PathwayEvent['kind']> = Extract<PathwayEvent, { kind: Kind }>;

/** One person's walk through a script: what has come in, what is open, whether time runs, and how an effect is called. */
export class Walk {
  /** Why the person leaves. */
  leaving: ExitReason | null = null;
  /** To which version the walk goes over. */
  moving: Event<'moved'> | null = null;
  /** The lines under way: the main one, and beside it those of a `together` step. */
  readonly lines = new Set<Line>();
  readonly main: Line;
  private ending: string | null = null;
  private stuckOn: PathwayState['stuckOn'] = null;
  private seq: number;
  private repeated: number;
  private ignored: number;
  private unrecorded: PathwayEvent[] = [];
  private inbox: PathwayEvent[] = [];
  private underWay = 0;
  private heldUp = 0;
  private timesAsked = 0;
  private readonly heard: Set<string>;
  private readonly pauses: Pauses;
  private readonly openTasks: Map<string, string>;
  private readonly openReferrals = new Map<string, string>();
  readonly startedAt = now();
  private readonly steps: ReadonlyMap<string, Step>;

  constructor(private readonly input: PathwayInput) {
    const { carried, script } = input;
    this.seq = carried?.seq ?? 0;
    this.ignored = carried?.ignored ?? 0;
    this.repeated = carried?.repeated ?? 0;
    this.heard = new Set(carried?.heard);
    this.pauses = new Pauses(carried?.pauses ?? [], this.heard);
    this.openTasks = new Map(carried?.openTasks.map(({ taskId, step }) => [taskId, step]));
    this.steps = new Map(script.steps.map((step) => [step.id, step]));
    const kept = carried?.enteredAt === undefined ? [] : carried.openTasks;
    this.main = new Line(this, carried?.reached, new Map(kept.map(({ taskId, step }) => [step, taskId])));
    this.lines.add(this.main);
    const referral = carried?.reached?.referral;
    if (carried && referral) this.openReferrals.set(referral.referralId, carried.step);
    for (const event of carried?.inbox ?? []) this.receive(event);
  }

  get state(): PathwayState {
    const { main, ending, ignored, repeated, stuckOn } = this;
    return {
      version: this.input.script.version,
      paused: this.pauses.present,
      branches: [...this.lines]
        .filter((line) => line !== main && line.step !== null)
        .map(({ step, since }) => ({ step: step ?? '', enteredAt: since ?? this.startedAt })),
      step: main.step,
      enteredAt: main.since,
      ending,
      ignored,
      repeated,
      stuckOn,
      heldUp: this.heldUp > 0,
    };
  }

  /** True while a pause holds everything up. Leaving, going over to another version and ending wait for nothing. */
  get halted(): boolean {
    return this.pauses.present !== null && !this.stopping && this.ending === null;
  }

  /** True when the walk has to stop where it is. */
  get stopping(): boolean {
    return this.leaving !== null || this.moving !== null;
  }

  getStep(id: string): Step {
    const step = this.steps.get(id);
    if (!step) throw new Error(`The script has no step ${id}`);
    return step;
  }

  /** Takes in an event once. Answers true when the walk has to stop where it is. */
  hear(event: PathwayEvent): boolean {
    if (this.heard.has(event.id)) {
      this.repeated += 1;
      return false;
    }
    this.heard.add(event.id);
    return this.receive(event);
  }

  private receive(event: PathwayEvent): boolean {
    switch (event.kind) {
      case 'left':
        return this.leave(event);
      case 'moved':
        return this.goOver(event);
      case 'paused':
        if (!this.pauses.begin(event.pauseId, event.at)) this.ignore(event);
        return false;
      case 'resumed':
        if (!this.pauses.end(event.pauseId, event.at)) this.ignore(event);
        return false;
      case 'asked-again':
        this.timesAsked += 1;
        return false;
      case 'transferred':
        return false;
      case 'task-snoozed':
        if (this.openTasks.has(event.taskId)) for (const line of this.lines) line.snooze(event);
        else this.inbox.push(event);
        return false;
      case 'replied':
      case 'message-failed':
        if (this.isOver(event.step)) this.ignore(event);
        else this.inbox.push(event);
        return false;
      case 'task-completed':
      case 'referral-answered':
        this.inbox.push(event);
        return false;
    }
  }

  /** True for a step that no line is at: nothing of it was sent yet, or it is over. */
  private isOver(step: string | undefined): boolean {
    return step !== undefined && this.main.step !== null && ![...this.lines].some((line) => line.step === step);
  }

  private leave(event: Event<'left'>): boolean {
    if (this.leaving || this.ending) {
      this.ignore(event);
      return false;
    }
    this.leaving = event.reason;
    return true;
  }

  private goOver(event: Event<'moved'>): boolean {
    // While one move is made, the next waits in the inbox, and goes along.
    if (this.moving) {
      this.inbox.push(event);
      return false;
    }
    const present = this.main.step ?? this.input.carried?.step ?? this.input.joinAt?.step ?? this.input.script.start;
    const fits =
      (event.from ?? present) === present &&
      event.script.steps.some(({ id }) => id === event.step) &&
      this.steps.get(present)?.kind !== 'together';
    if (!fits || this.leaving || this.ending) {
      this.ignore(event);
      return false;
    }
    this.moving = event;
    return true;
  }

  private ignore(event: PathwayEvent): void {
    this.ignored += 1;
    // Pathways from before did not say what they ignored.
    if (patched('note-ignored')) this.unrecorded.push(event);
  }

  /**
   * A line has done a step. What has come in can concern nothing that is opened later; with other lines under way, only
   * what is known to have been this step's is dropped.
   */
  leaveStep(step: string): void {
    const alone = this.lines.size === 1;
    this.sweep((event) => alone || isOf(step, this.stepOf(event)));
  }

  private sweep(drop: (event: PathwayEvent) => boolean): void {
    const [dropped, kept] = [this.inbox.filter(drop), this.inbox.filter((event) => !drop(event))];
    this.inbox = kept;
    for (const event of dropped) {
      // Nobody waits for what is asked on the side, such as the check of a message.
      if (event.kind === 'task-completed' && this.openTasks.delete(event.taskId)) continue;
      this.ignore(event);
    }
  }

  private stepOf(event: PathwayEvent): string | undefined {
    switch (event.kind) {
      case 'replied':
      case 'message-failed':
        return event.step;
      case 'referral-answered':
        return this.openReferrals.get(event.referralId);
      case 'task-completed':
      case 'task-snoozed':
        return this.openTasks.get(event.taskId);
      case 'left':
      case 'paused':
      case 'resumed':
      case 'transferred':
      case 'moved':
      case 'asked-again':
        return undefined;
    }
  }

  /** Says what was ignored, as soon as it is known; a pause does not hold it up. */
  async recordIgnored(): Promise<void> {
    const events = this.unrecorded.map(({ id, kind }) => ({ id, kind }));
    if (events.length === 0) return;
    await this.perform(this.main.step ?? this.input.script.start, (call) =>
      activities.noteIgnored({ ...call, events }),
    );
    this.unrecorded.splice(0, events.length);
  }

  /** Beside the walk: nobody waits for what was ignored, and it waits for nobody. */
  async keepRecords(): Promise<never> {
    for (;;) {
      await condition(() => this.unrecorded.length > 0);
      await this.recordIgnored();
    }
  }

  async allRecorded(): Promise<void> {
    await condition(() => this.unrecorded.length === 0);
  }

  /** True when `instant` was before the pathway began: what was due then has been done by whoever had the work. */
  wasBeforeJoining(instant: string): boolean {
    return this.input.joinAt !== undefined && instant < this.startedAt;
  }

  /** Waits with what is about to begin until the pathway is not paused. */
  async resumed(): Promise<void> {
    this.heldUp += 1;
    try {
      while (this.halted) await condition(() => !this.halted);
    } finally {
      this.heldUp -= 1;
    }
  }

  /** Waits while the pathway is paused. */
  async running(): Promise<void> {
    while (this.halted) await condition(() => !this.halted);
  }

  /**
   * Calls one activity under a key of its own until it works. A failure that does not mend by itself is shown in
   * the pathway's state and tried again after longer and longer rests. Begins nothing while the pathway is paused.
   */
  async effect<Result>(step: string, perform: (call: ActivityCall) => Promise<Result>, from?: string): Promise<Result> {
    if (this.halted) await this.resumed();
    return this.perform(step, perform, from, () => this.running());
  }

  private async perform<Result>(
    step: string,
    perform: (call: ActivityCall) => Promise<Result>,
    at: string = now(),
    beforeNextTry: () => Promise<void> = async () => undefined,
  ): Promise<Result> {
    this.seq += 1;
    const { seq } = this;
    const call = { episodeId: this.input.episodeId, step, key: `${workflowInfo().workflowId}:${seq}`, seq, at };
    for (let rest = FIRST_REST; ; rest = Math.min(rest * 2, LONGEST_REST)) {
      this.underWay += 1;
      try {
        const result = await perform(call);
        this.stuckOn = null;
        return result;
      } catch (failure) {
        if (isCancellation(failure)) throw failure;
        this.stuckOn ??= { step, since: now() };
      } finally {
        this.underWay -= 1;
      }
      const asked = this.timesAsked;
      await condition(() => this.timesAsked > asked, rest);
      await beforeNextTry();
    }
  }

  /** Ends each pause when it is time: everything that is waited for moves along, and only then goes on. */
  async keepPauses(): Promise<never> {
    for (;;) {
      // An effect that began before the pause may still have a deadline to tell.
      await condition(() => this.pauses.ended !== null && this.underWay === 0);
      const pause = this.pauses.ended;
      if (!pause) continue;
      const { pauseId, since: pausedAt, resumedAt } = pause;
      const lines = [...this.lines];
      const deadlines = lines.flatMap((line) => line.listDeadlines()).filter(({ at }) => at > pausedAt);
      const moved = await this.perform(this.main.step ?? this.input.script.start, (call) =>
        activities.resumeClocks({ ...call, pauseId, pausedAt, resumedAt, deadlines }),
      );
      const instants = new Map(moved.deadlines.map(({ key, at }) => [key, at]));
      for (const line of lines) line.moveAlong(instants, pausedAt, resumedAt);
      this.pauses.close();
    }
  }

  findEnding(key: string): Ending | undefined {
    return this.input.script.endings.find((ending) => ending.key === key);
  }

  has(choose: (event: PathwayEvent) => unknown): boolean {
    return this.inbox.some((event) => choose(event) !== null);
  }

  /** Takes the first event that `choose` makes something of. */
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

  taskIsOpen(taskId: string, step: string): void {
    this.openTasks.set(taskId, step);
  }

  /** False when it was completed first. */
  async cancelTask({ taskId, step }: OpenTaskAt, because: string): Promise<boolean> {
    const { closed } = await this.effect(step, (call) => activities.cancelTask({ ...call, taskId, because }));
    if (closed) this.openTasks.delete(taskId);
    return closed;
  }

  referralIsOpen(referralId: string, step: string): void {
    this.openReferrals.set(referralId, step);
  }

  referralIsOver(referralId: string): void {
    this.openReferrals.delete(referralId);
  }

  /** Closes open work as cancelled and withdrawn: all, or that of some steps. */
  async closeWork(because: string, ofStep: (step: string) => boolean = () => true): Promise<void> {
    for (const [taskId, step] of [...this.openTasks]) {
      if (ofStep(step)) await this.cancelTask({ taskId, step }, because);
    }
    for (const [referralId, step] of [...this.openReferrals]) {
      if (!ofStep(step)) continue;
      await this.effect(step, (call) => activities.closeReferral({ ...call, referralId, as: 'withdrawn' }));
      this.openReferrals.delete(referralId);
    }
  }

  /** Closes what is open, then records how the walk ended. Not to be interrupted. */
  async end(ending: string, exit: boolean, good: boolean): Promise<void> {
    this.ending = ending;
    const step = this.main.step ?? this.input.script.start;
    this.sweep(() => true);
    await this.recordIgnored();
    await this.closeWork(exit ? ending : 'pathway-ended');
    await this.effect(step, (call) => activities.recordEnding({ ...call, ending, exit, good }));
    for (const line of this.lines) line.stop();
    do {
      this.sweep(() => true);
      await this.recordIgnored();
    } while (this.inbox.length > 0);
  }

  /** Closes what the other version does not keep; answers with what the walk goes on in it. Not to be interrupted. */
  async leaveVersion({ batchId, script, step }: Event<'moved'>): Promise<PathwayInput> {
    const { main } = this;
    const present = main.step ?? this.input.script.start;
    const kept = step === present;
    if (!kept) this.sweep(({ kind }) => kind !== 'moved');
    await this.recordIgnored();
    if (!kept) await this.closeWork('moved-to-new-version');
    await this.effect(present, (call) =>
      activities.noteMoved({ ...call, batchId, version: script.version, toStep: step }),
    );
    const carried = { ...this.carryOver(step), inbox: this.inbox };
    const { enteredAt, reached } = main;
    return { episodeId: this.input.episodeId, script, carried: kept ? { ...carried, enteredAt, reached } : carried };
  }

  carryOver(step: string): CarriedOver {
    return {
      step,
      seq: this.seq,
      heard: [...this.heard],
      openTasks: [...this.openTasks].map(([taskId, at]) => ({ taskId, step: at })),
      ignored: this.ignored,
      repeated: this.repeated,
      pauses: this.pauses.all,
    };
  }
}
