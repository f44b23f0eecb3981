import { defineQuery, defineSignal } from '@temporalio/workflow';

/** A length of time as the programme writes it. */
export interface Duration {
  readonly amount: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'working-days';
}

/** Where a pathway goes next: a step's id, an ending, or back to the `together` step that opened this branch. */
export type Next = { readonly step: string } | { readonly ending: string } | { readonly back: string };

export type Answer = 'yes' | 'not-now' | 'later' | 'sorted' | 'stop';

/** One try at reaching the person. */
export interface Attempt {
  /** The first of these that the person allows and can be reached by is used; `phone` opens a task. */
  readonly channels: readonly string[];
  /** How long to wait for an answer before the next try. */
  readonly wait: Duration;
  /** In place of the step's. */
  readonly template?: string;
}

/** When a message of a step may go, on the clocks of the person's nation; the policy of the contact room holds too. */
export interface SendingHours {
  /** HH:MM */
  readonly from: string;
  readonly to: string;
  /** 1 is Monday, 7 is Sunday. */
  readonly days: readonly number[];
}

/** Sends a message in each attempt until the person answers; a delivery alone stops nothing. */
export interface ContactStep {
  readonly kind: 'contact';
  readonly id: string;
  readonly title: string;
  readonly template: string;
  readonly channels: readonly string[];
  readonly attempts: number;
  readonly every: Duration;
  /** How long a reply link works. */
  readonly linkLasts: Duration;
  readonly replied: { readonly yes: Next; readonly 'not-now': Next; readonly sorted: Next };
  /** One entry an attempt, in order. Absent in older scripts: `attempts` alike, `every` apart. */
  readonly plan?: readonly Attempt[];
  readonly hours?: SendingHours;
  /** The phone task of an attempt by phone. */
  readonly phone?: { readonly title: string; readonly role: string; readonly due: Duration };
  /** Nobody answered, or no channel may be used. */
  readonly silent: Next;
}

export interface Outcome {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly next: Next;
  /** What choosing it proves for the funnel. */
  readonly marks: readonly ('reached' | 'accepted')[];
}

export interface TaskStep {
  readonly kind: 'task';
  readonly id: string;
  readonly title: string;
  readonly role: string;
  readonly due: Duration;
  readonly escalate: readonly { readonly after: Duration; readonly to: string }[];
  readonly outcomes: readonly Outcome[];
}

export interface ReferralStep {
  readonly kind: 'referral';
  readonly id: string;
  readonly title: string;
  /** The kind of service asked. */
  readonly service: string;
  /** What the service is told the person needs. */
  readonly need: string;
  readonly acceptWithin: Duration;
  /** How many other services are tried after a decline or silence. */
  readonly reroute: number;
  /** The longest a service may take from accepting to reporting how it went. */
  readonly finishWithin: Duration;
  readonly completed: Next;
  readonly notCompleted: Next;
  /** Nobody took the referral. */
  readonly refused: Next;
}

export interface WaitStep {
  readonly kind: 'wait';
  readonly id: string;
  readonly title: string;
  readonly for: Duration;
  readonly next: Next;
}

/** A follow-up measure: a task that opens `after` the step is entered and counts as lost when `window` passes. */
export interface MeasureStep {
  readonly kind: 'measure';
  readonly id: string;
  readonly title: string;
  readonly instrument: string;
  readonly role: string;
  readonly after: Duration;
  readonly window: Duration;
  readonly results: readonly {
    readonly key: string;
    readonly label: string;
    readonly hint?: string;
    readonly good: boolean;
    readonly next: Next;
    /** Not to be chosen with a reading below this. */
    readonly valueFrom?: number;
    /** Not to be chosen with a reading of this or above. */
    readonly valueBelow?: number;
  }[];
  /** A value asked for with the result, such as carbon monoxide in ppm. */
  readonly value?: {
    readonly label: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
    readonly second?: string;
  };
  readonly lost: Next;
}

/** Looks again whether the person still needs what the programme offers; who does not, leaves with the reason. */
export interface RecheckStep {
  readonly kind: 'recheck';
  readonly id: string;
  readonly title: string;
  readonly still: Next;
}

/** Takes the first way whose rule holds for the person at that moment. */
export interface BranchStep {
  readonly kind: 'branch';
  readonly id: string;
  readonly title: string;
  /** `when` is a rule of the programme's language, as plain JSON; the workflow only hands it on. */
  readonly ways: readonly { readonly when: unknown; readonly because: string; readonly next: Next }[];
  readonly otherwise: Next;
}

/** Walks several branches at once. Each ends by going `back` to this step; an ending in one ends the pathway. */
export interface TogetherStep {
  readonly kind: 'together';
  readonly id: string;
  readonly title: string;
  readonly branches: readonly { readonly key: string; readonly title: string; readonly start: string }[];
  /** Goes on when all branches are back, or the first; the others are then closed as cancelled. */
  readonly until: 'all' | 'first';
  readonly next: Next;
}

export type Step =
  ContactStep | TaskStep | ReferralStep | WaitStep | MeasureStep | RecheckStep | BranchStep | TogetherStep;

export interface Ending {
  readonly key: string;
  readonly title: string;
  readonly good: boolean;
}

/** The pinned script of one programme version. Holds no personal data. */
export interface PathwayScript {
  readonly programme: string;
  readonly version: number;
  readonly start: string;
  readonly steps: readonly Step[];
  readonly endings: readonly Ending[];
}

/** Joins the script at a step, as if entered at a time: for work already under way. */
export interface JoinAt {
  readonly step: string;
  readonly enteredAt: string;
}

export interface PathwayInput {
  readonly episodeId: string;
  readonly script: PathwayScript;
  readonly joinAt?: JoinAt;
  /** Only the pathway itself gives this, when it goes on with a fresh history. */
  readonly carried?: CarriedOver;
}

/** What a pathway takes along into a fresh history. */
export interface CarriedOver {
  readonly step: string;
  /** Set when the pathway was moved to another version at its step: that goes on as if entered then. */
  readonly enteredAt?: string;
  /** How far that step had come. */
  readonly reached?: Reached;
  /** What had come in for it and was not yet taken up. */
  readonly inbox?: readonly PathwayEvent[];
  readonly pauses?: readonly Pause[];
  readonly seq: number;
  readonly heard: readonly string[];
  readonly openTasks: readonly OpenTaskAt[];
  readonly ignored: number;
  readonly repeated: number;
}

/** How far a step has come, as far as it cannot be asked of the rooms. */
export interface Reached {
  /** Attempts of a contact that are behind. */
  readonly attempt?: number;
  /** The last of them is a phone task that is still open. */
  readonly phoning?: boolean;
  /** Referrals already tried in vain. */
  readonly tried?: readonly string[];
  readonly referral?: { readonly referralId: string; readonly accepted: boolean };
  /** What is waited for at present. */
  readonly until?: Deadline;
}

export interface OpenTaskAt {
  readonly taskId: string;
  readonly step: string;
}

/** Why a person leaves from outside the script. `need-met` is what older episodes said. */
export type ExitReason =
  | 'died'
  | 'moved-away'
  | 'opted-out'
  | 'need-met'
  | 'need-met-by-us'
  | 'need-met-by-others'
  | 'no-longer-eligible'
  | 'data-corrected';

export interface Paused {
  readonly pauseId: string;
  readonly since: string;
}

/** A pause whose end may be known already. */
export interface Pause extends Paused {
  readonly resumedAt?: string;
}

/** Something that happened outside; `id` makes a second delivery harmless. */
export type PathwayEvent =
  | {
      readonly kind: 'replied';
      readonly id: string;
      readonly answer: Exclude<Answer, 'stop'>;
      /** When they asked to be asked again, with `later`. */
      readonly until?: string;
      /** The step whose message was answered; the present one when it does not say. */
      readonly step?: string;
    }
  | {
      readonly kind: 'task-completed';
      readonly id: string;
      readonly taskId: string;
      readonly outcome: string;
      /** When they asked on the phone to be asked again, with the outcome `later`. */
      readonly until?: string;
    }
  | {
      readonly kind: 'referral-answered';
      readonly id: string;
      readonly referralId: string;
      readonly answer: 'accepted' | 'declined' | 'started' | 'completed' | 'not-completed';
    }
  | { readonly kind: 'left'; readonly id: string; readonly reason: ExitReason }
  /** Clocks stand still and nothing new is begun until `resumed`; what comes in meanwhile waits. */
  | { readonly kind: 'paused'; readonly id: string; readonly pauseId: string; readonly at: string }
  | { readonly kind: 'resumed'; readonly id: string; readonly pauseId: string; readonly at: string }
  /** Another team has the episode; its open tasks went along. */
  | { readonly kind: 'transferred'; readonly id: string; readonly teamKey: string }
  /** An open task rests until `until`; its rungs are climbed at these instants instead. */
  | {
      readonly kind: 'task-snoozed';
      readonly id: string;
      readonly taskId: string;
      readonly until: string;
      readonly dueAt: string;
      readonly escalateAt: readonly string[];
    }
  /** A message that had left came back: the attempt is over. */
  | {
      readonly kind: 'message-failed';
      readonly id: string;
      readonly step: string;
      readonly attempt: number;
      readonly because: string;
    }
  /** Goes on with another version's script at `step`, keeping what is open there when the step is the same. */
  | {
      readonly kind: 'moved';
      readonly id: string;
      readonly batchId: string;
      readonly script: PathwayScript;
      readonly step: string;
      /** Where the pathway was when it was asked; at another step by then it is not moved, and the event is ignored. */
      readonly from?: string;
    }
  /** Somebody mended what an effect failed on: one that rests before its next try is tried at once. */
  | { readonly kind: 'asked-again'; readonly id: string };

export const happened = defineSignal<[PathwayEvent]>('happened');

export interface PathwayState {
  readonly version: number;
  readonly paused: Paused | null;
  /** The steps of the branches under way inside a `together` step. */
  readonly branches: readonly { readonly step: string; readonly enteredAt: string }[];
  readonly step: string | null;
  readonly enteredAt: string | null;
  /** The key of the script's ending, or the reason the person left; null while under way. */
  readonly ending: string | null;
  /** Events that concerned nothing open, and second deliveries. */
  readonly ignored: number;
  readonly repeated: number;
  /** The effect that failed in a way that does not mend by itself; it is tried again and again. */
  readonly stuckOn: { readonly step: string; readonly since: string } | null;
  /** True when something has been decided and begins once the pause ends: what is on record is a step behind. */
  readonly heldUp: boolean;
}
export const whereabouts = defineQuery<PathwayState>('whereabouts');

export const pathwayId = (episodeId: string): string => `pathway/${episodeId}`;
export const PATHWAY_QUEUE = 'pathway';

/** Every call names the episode, the step and `key`, unique in the pathway's life: a repeat changes nothing and answers the same. */
export interface ActivityCall {
  readonly episodeId: string;
  readonly step: string;
  readonly key: string;
  /** Rising number of the call, so that a late retry never overwrites newer progress. */
  readonly seq: number;
  /** Workflow time, ISO 8601. */
  readonly at: string;
}

export interface SendMessage extends ActivityCall {
  readonly title: string;
  readonly template: string;
  readonly channels: readonly string[];
  readonly attempt: number;
  readonly linkLasts: Duration;
  /** How long to wait for an answer before the next thing happens. */
  readonly every: Duration;
  readonly hours?: SendingHours;
}
/**
 * unknown: a crash hides whether it left; it is never sent again by itself. later: quiet hours or the contact budget hold
 * it back until `nextAt`, then the same attempt is called again. phone: somebody has to phone instead. sent also says that
 * it went inside another programme's message.
 */
export type MessageFate = 'sent' | 'suppressed' | 'unreachable' | 'failed' | 'unknown' | 'later' | 'phone';
export interface SentMessage {
  readonly fate: MessageFate;
  /** When the next thing happens if nobody answers. */
  readonly nextAt: string;
}

export interface OpenTask extends ActivityCall {
  readonly kind: 'call' | 'measure' | 'review';
  readonly title: string;
  readonly role: string;
  /** Counted from `at`. */
  readonly due: Duration;
  /** Rungs of the escalation ladder, each counted from the due time. */
  readonly escalateAfter: readonly Duration[];
  /** To whom each rung raises it: owner (a reminder), or a role. */
  readonly escalateTo?: readonly string[];
  readonly outcomes: readonly {
    readonly key: string;
    readonly label: string;
    readonly hint?: string;
    readonly marks: readonly string[];
    readonly good?: boolean;
    readonly valueFrom?: number;
    readonly valueBelow?: number;
  }[];
  readonly asks?: { readonly instrument: string; readonly value?: MeasureStep['value'] };
}
export interface OpenedTask {
  readonly taskId: string;
  readonly dueAt: string;
  /** When each rung is climbed, in the ladder's order. */
  readonly escalateAt: readonly string[];
}

export interface SendReferral extends ActivityCall {
  readonly title: string;
  readonly service: string;
  readonly need: string;
  readonly answerWithin: Duration;
  /** Referrals of this step already tried. */
  readonly tried: readonly string[];
}
export type SentReferral =
  | {
      readonly sent: true;
      readonly referralId: string;
      readonly answerBy: string;
      /** Set when the step's referral was open already, as after a move to another version. */
      readonly status?: 'sent' | 'accepted' | 'started';
    }
  | { readonly sent: false };

/** False when it was already closed: somebody answered first, and the event saying so is on its way. */
export interface Closed {
  readonly closed: boolean;
}

/** Something the pathway waits for; `working` when it was counted in working days. */
export interface Deadline {
  readonly key: string;
  readonly at: string;
  readonly working: boolean;
}

/** Whose time runs while the pathway waits. */
export type RunningClock = 'us' | 'partner' | 'person' | 'planned';

export type RecheckResult =
  'still-eligible' | 'need-met-by-us' | 'need-met-by-others' | 'no-longer-eligible' | 'data-corrected';

/**
 * What a worker must be able to do for a pathway. Each call is safe to repeat. All arithmetic on durations happens
 * here, on the clocks and working days of the person's nation; the pathway only waits for the instants it is told.
 */
export interface PathwayActivities {
  sendMessage(call: SendMessage): Promise<SentMessage>;
  openTask(call: OpenTask): Promise<OpenedTask>;
  /** Climbs one rung of the ladder; nothing happens to a closed task, or on a rung that somebody has cancelled. */
  escalateTask(
    call: ActivityCall & { readonly taskId: string; readonly to: string; readonly rung?: number },
  ): Promise<void>;
  /** Closes an open task as cancelled, never as completed. */
  cancelTask(call: ActivityCall & { readonly taskId: string; readonly because: string }): Promise<Closed>;
  sendReferral(call: SendReferral): Promise<SentReferral>;
  /**
   * expired: nobody answered. withdrawn: the person left. completed, not-completed: what a coordinator found out when
   * the service did not report.
   */
  closeReferral(
    call: ActivityCall & {
      readonly referralId: string;
      readonly as: 'expired' | 'withdrawn' | 'completed' | 'not-completed';
    },
  ): Promise<Closed>;
  /** Says on the timeline what the pathway waits for; answers the instant `for` ends, counted from `from`. */
  noteWaiting(
    call: ActivityCall & {
      readonly title: string;
      readonly what: string;
      readonly from: string;
      readonly for: Duration;
      readonly clock?: RunningClock;
    },
  ): Promise<{ readonly until: string }>;
  /** As `noteWaiting`, for an instant that is known already. */
  noteUntil(
    call: ActivityCall & {
      readonly title: string;
      readonly what: string;
      readonly until: string;
      readonly clock: RunningClock;
    },
  ): Promise<void>;
  recheck(call: ActivityCall & { readonly title: string }): Promise<{ readonly result: RecheckResult }>;
  /** The place of the first way whose rule holds; null for none. */
  chooseWay(
    call: ActivityCall & { readonly title: string; readonly ways: readonly unknown[] },
  ): Promise<{ readonly way: number | null }>;
  /** After a pause: each deadline with the time left at `pausedAt` counted from `resumedAt`. Open work moves along. */
  resumeClocks(
    call: ActivityCall & {
      readonly pauseId: string;
      readonly pausedAt: string;
      readonly resumedAt: string;
      readonly deadlines: readonly Deadline[];
    },
  ): Promise<{ readonly deadlines: readonly Deadline[] }>;
  /** The pathway now walks another version. */
  noteMoved(
    call: ActivityCall & { readonly batchId: string; readonly version: number; readonly toStep: string },
  ): Promise<void>;
  /** Events that concerned nothing open: they changed nothing, and the audit knows of them. */
  noteIgnored(
    call: ActivityCall & { readonly events: readonly { readonly id: string; readonly kind: string }[] },
  ): Promise<void>;
  /** A measure nobody recorded in its window. */
  recordLost(call: ActivityCall & { readonly instrument: string; readonly taskId: string }): Promise<void>;
  /** Ends the episode, and closes whatever of it is still open. */
  recordEnding(
    call: ActivityCall & { readonly ending: string; readonly exit: boolean; readonly good: boolean },
  ): Promise<void>;
}
