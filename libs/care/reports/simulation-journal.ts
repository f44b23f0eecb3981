/** One person of a simulation, as far as results tell people apart. `place` in the list is all that names them. */
export interface WalkedPerson {
  readonly quintile: number | null;
  readonly sex: string;
  /** NHS ethnic category, 16+1. */
  readonly ethnicCategory: string;
  /** Full years at the start. */
  readonly age: number;
}

/** Something that happened to a person in a simulation. `at` is in milliseconds since 1970, `person` a place in the list. */
export type Happening = { readonly at: number; readonly person: number } & (
  | { readonly kind: 'let-in' }
  | { readonly kind: 'message'; readonly channel: string; readonly fate: 'sent' | 'came-back' | 'not-reachable' }
  | { readonly kind: 'replied'; readonly answer: string }
  | {
      readonly kind: 'task-opened';
      readonly task: string;
      readonly role: string;
      /** What the work is expected to take. */
      readonly minutes: number;
      readonly dueAt: number;
    }
  /** Worked at; `done` when that ended it, with what its outcome proves. */
  | {
      readonly kind: 'task-worked';
      readonly task: string;
      readonly minutes: number;
      readonly done: boolean;
      readonly marks: readonly string[];
    }
  | { readonly kind: 'task-cancelled'; readonly task: string }
  | { readonly kind: 'rung-climbed'; readonly task: string; readonly to: string }
  | { readonly kind: 'referral'; readonly referral: string; readonly service: string; readonly status: ReferralStatus }
  | { readonly kind: 'no-service'; readonly need: string }
  | { readonly kind: 'measured'; readonly good: boolean }
  | { readonly kind: 'lost' }
  | { readonly kind: 'ended'; readonly ending: string; readonly exit: boolean; readonly good: boolean }
);

export type ReferralStatus =
  'sent' | 'accepted' | 'declined' | 'expired' | 'withdrawn' | 'started' | 'completed' | 'not-completed';

/** Everything a simulation noted down. */
export interface Journal {
  /** The instant each week begins, and the end of the last. */
  readonly weekStarts: readonly number[];
  readonly people: readonly WalkedPerson[];
  readonly happenings: readonly Happening[];
  /** Hours a week that all teams together have, by role. */
  readonly staff: Readonly<Record<string, number>>;
  readonly services: readonly SimulatedService[];
  readonly endings: readonly { readonly key: string; readonly title: string; readonly good: boolean }[];
}

export interface SimulatedService {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly area: string;
}
