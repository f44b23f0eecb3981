import { defineQuery, defineSignal } from '@temporalio/workflow';

/** A length of time as the programme writes it. */
export interface Duration {
  readonly amount: number;
  readonly unit: 'seconds' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'working-days';
}

/** Where a pathway goes next: a step's id, or an ending. */
export type Next = { readonly step: string } | { readonly ending: string };

export type Answer = 'yes' | 'not-now' | 'sorted' | 'stop';

/** Sends a message in each attempt, `every` apart, until the person answers. */
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

export type Step = ContactStep | TaskStep | ReferralStep | WaitStep | MeasureStep;

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
  readonly seq: number;
  readonly heard: readonly string[];
  readonly openTasks: readonly OpenTaskAt[];
  readonly ignored: number;
  readonly repeated: number;
}

export interface OpenTaskAt {
  readonly taskId: string;
  readonly step: string;
}

export type ExitReason = 'died' | 'moved-away' | 'opted-out' | 'need-met';

/** Something that happened outside; `id` makes a second delivery harmless. */
export type PathwayEvent =
  | {
      readonly kind: 'replied';
      readonly id: string;
      readonly answer: Exclude<Answer, 'stop'>;
      /** The step whose message was answered; the present one when it does not say. */
      readonly step?: string;
    }
  | { readonly kind: 'task-completed'; readonly id: string; readonly taskId: string; readonly outcome: string }
  | {
      readonly kind: 'referral-answered';
      readonly id: string;
      readonly referralId: string;
      readonly answer: 'accepted' | 'declined' | 'started' | 'completed' | 'not-completed';
    }
  | { readonly kind: 'left'; readonly id: string; readonly reason: ExitReason };

export const happened = defineSignal<[PathwayEvent]>('happened');

export interface PathwayState {
  readonly step: string | null;
  readonly enteredAt: string | null;
  /** The key of the script's ending, or the reason the person left; null while under way. */
  readonly ending: string | null;
  /** Events that concerned nothing open, and second deliveries. */
  readonly ignored: number;
  readonly repeated: number;
  /** The effect that failed in a way that does not mend by itself; it is tried again and again. */
  readonly stuckOn: { readonly step: string; readonly since: string } | null;
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
}
/** unknown: a crash hides whether it left; it is never sent again by itself. */
export type MessageFate = 'sent' | 'suppressed' | 'unreachable' | 'failed' | 'unknown';
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
  readonly outcomes: readonly {
    readonly key: string;
    readonly label: string;
    readonly hint?: string;
    readonly marks: readonly string[];
    readonly good?: boolean;
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
  { readonly sent: true; readonly referralId: string; readonly answerBy: string } | { readonly sent: false };

/** False when it was already closed: somebody answered first, and the event saying so is on its way. */
export interface Closed {
  readonly closed: boolean;
}

/**
 * What a worker must be able to do for a pathway. Each call is safe to repeat. All arithmetic on durations happens
 * here, in London time and working days; the pathway only waits for the instants it is told.
 */
export interface PathwayActivities {
  sendMessage(call: SendMessage): Promise<SentMessage>;
  openTask(call: OpenTask): Promise<OpenedTask>;
  /** Climbs one rung of the ladder; nothing happens to a closed task. */
  escalateTask(call: ActivityCall & { readonly taskId: string; readonly to: string }): Promise<void>;
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
    },
  ): Promise<{ readonly until: string }>;
  /** A measure nobody recorded in its window. */
  recordLost(call: ActivityCall & { readonly instrument: string; readonly taskId: string }): Promise<void>;
  /** Ends the episode, and closes whatever of it is still open. */
  recordEnding(
    call: ActivityCall & { readonly ending: string; readonly exit: boolean; readonly good: boolean },
  ): Promise<void>;
}
