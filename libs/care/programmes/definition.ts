import type { Duration } from '#platform/kernel';
import type { CoolOff, Rule } from './rule.js';

/** Where a number or a list in a programme comes from. `unverified`: believed, not yet read at the source. */
export interface Source {
  readonly title: string;
  readonly url: string;
  /** Day it was read, YYYY-MM-DD. */
  readonly read: string;
  readonly status: 'verified' | 'unverified';
  /** What in this programme rests on it. */
  readonly supports: string;
}

/** Fits the rule, but is left alone while `when` holds. */
export interface NotActionable {
  readonly when: Rule;
  readonly because: string;
}

export interface PriorityPart {
  readonly points: number;
  readonly because: string;
}

/** An invented person with the answer the programme must give. Evaluated whenever the programme is loaded. */
export interface Example {
  readonly name: string;
  readonly known: Known;
  readonly at: string;
  readonly expect: { readonly state: FindingState; readonly because?: string; readonly priority?: number };
}

export type FindingState = 'not-eligible' | 'not-actionable' | 'actionable';

export interface KnownFact {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly value: number | null;
  readonly value2: number | null;
  /** ISO 8601. */
  readonly at: string;
  readonly recordedAt: string;
  readonly source: string;
}

/** All that a rule may ask about one person. */
export interface Known {
  /** YYYY-MM-DD. */
  readonly birthDate: string;
  readonly imdDecile: number | null;
  readonly hasNo: readonly string[];
  readonly facts: readonly KnownFact[];
  readonly openEpisodes: readonly string[];
  readonly endings: readonly { readonly programme: string; readonly ending: string; readonly at: string }[];
  /** Latest answers for every channel at once; a purpose is `all` or a programme. */
  readonly permissions: readonly {
    readonly purpose: string;
    readonly allowed: boolean;
    readonly at: string;
  }[];
}

/**
 * Not simply the opposite of `eligible`: being referred makes many people not eligible, and must not end the help they
 * were referred for.
 */
export interface Leave {
  /** Holds once the need is met, whoever met it. */
  readonly needMet?: Rule;
  /** Holds as long as the programme is still for them. */
  readonly stillFor?: Rule;
  /** Whether help of ours that is under way, or a measure of it, goes on to its end when new data says so. */
  readonly onceHelped: 'finish' | 'leave';
}

/** A programme version as it runs. Pinned when loaded; plain JSON. */
export interface ProgrammeDefinition {
  readonly programme: string;
  readonly version: number;
  readonly title: string;
  readonly summary: string;
  readonly area: string;
  readonly purpose: string;
  readonly sources: readonly Source[];
  readonly eligible: Rule;
  /** In the order they are checked. The last three stand in every programme: opted out, enrolled already, cool-off. */
  readonly notActionable: readonly NotActionable[];
  readonly priority: readonly (PriorityPart & { readonly when: Rule })[];
  readonly coolOff: readonly CoolOff[];
  /** When somebody under way needs it no longer. Versions loaded before this was asked have none: nobody leaves by it. */
  readonly leave?: Leave;
  readonly triggers: {
    /** Whom a referral may enrol, whether or not the person fits `eligible`. */
    readonly accepts: Rule;
    readonly duringCoolOff: 'start' | 'suppress';
  };
  readonly script: Script;
  readonly examples: readonly Example[];
}

/*
 * The pathway as the workflow walks it. Equal in shape to PathwayScript of workflows/contracts, which this room may not
 * import: the worker passes it on, and the compiler holds the two together there.
 */
export type Next = { readonly step: string } | { readonly ending: string } | { readonly back: string };

export interface Attempt {
  readonly channels: readonly string[];
  readonly wait: Duration;
  readonly template?: string;
}

export interface SendingHours {
  readonly from: string;
  readonly to: string;
  readonly days: readonly number[];
}

export interface ContactStep {
  readonly kind: 'contact';
  readonly id: string;
  readonly title: string;
  readonly template: string;
  readonly channels: readonly string[];
  readonly attempts: number;
  readonly every: Duration;
  readonly linkLasts: Duration;
  readonly replied: { readonly yes: Next; readonly 'not-now': Next; readonly sorted: Next };
  readonly plan?: readonly Attempt[];
  readonly hours?: SendingHours;
  readonly phone?: { readonly title: string; readonly role: string; readonly due: Duration };
  readonly silent: Next;
}

export interface Outcome {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly next: Next;
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
  readonly service: string;
  readonly need: string;
  readonly acceptWithin: Duration;
  readonly reroute: number;
  readonly finishWithin: Duration;
  readonly completed: Next;
  readonly notCompleted: Next;
  readonly refused: Next;
}

export interface WaitStep {
  readonly kind: 'wait';
  readonly id: string;
  readonly title: string;
  readonly for: Duration;
  readonly next: Next;
}

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
  readonly value?: {
    readonly label: string;
    readonly unit: string;
    readonly min: number;
    readonly max: number;
    readonly second?: string;
  };
  readonly lost: Next;
}

export interface RecheckStep {
  readonly kind: 'recheck';
  readonly id: string;
  readonly title: string;
  readonly still: Next;
}

export interface BranchStep {
  readonly kind: 'branch';
  readonly id: string;
  readonly title: string;
  readonly ways: readonly { readonly when: Rule; readonly because: string; readonly next: Next }[];
  readonly otherwise: Next;
}

export interface TogetherStep {
  readonly kind: 'together';
  readonly id: string;
  readonly title: string;
  readonly branches: readonly { readonly key: string; readonly title: string; readonly start: string }[];
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

export interface Script {
  readonly programme: string;
  readonly version: number;
  readonly start: string;
  readonly steps: readonly Step[];
  readonly endings: readonly Ending[];
}
