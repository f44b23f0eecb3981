import type { Duration } from '#platform/kernel';

/** One tree decides who a programme is for. The same tree is read aloud, evaluated in memory and compiled to SQL. */
export type Rule =
  | { readonly test: 'all'; readonly rules: readonly Rule[] }
  | { readonly test: 'any'; readonly rules: readonly Rule[] }
  | { readonly test: 'not'; readonly rule: Rule }
  | Leaf;

/** mmHg. */
export interface Pressure {
  readonly systolic: number;
  readonly diastolic: number;
}

/** Full years on the day; both ends count. */
export interface AgeLeaf {
  readonly test: 'age';
  readonly from?: number;
  readonly to?: number;
}

/** The latest fact of a kind, whatever it says, is one of `isAny`. */
export interface LatestLeaf {
  readonly test: 'latest';
  readonly of: string;
  readonly isAny: readonly string[];
  readonly within?: Duration;
}

/** Some fact of a kind, with one of the codes where codes are given. */
export interface RecordedLeaf {
  readonly test: 'recorded';
  readonly kind: string;
  readonly any?: readonly string[];
  readonly within?: Duration;
}

/** Recorded, and not resolved on a later day: a register, a flag, a state of housing. */
export interface StandingLeaf {
  readonly test: 'standing';
  readonly kind: string;
  readonly any: readonly string[];
  readonly within?: Duration;
}

/**
 * The latest blood pressure reading. Both figures come from that one reading; a reading taken at home, or averaged over
 * a day, is held against `home`, any other against `clinic`. `match` says whether one figure at or above is enough.
 */
export interface ReadingLeaf {
  readonly test: 'reading';
  readonly of: 'blood-pressure';
  readonly from?: { readonly clinic: Pressure; readonly home: Pressure; readonly match: 'either' | 'both' };
  readonly within?: Duration;
  readonly olderThan?: Duration;
}

/** Has an open episode of a programme. */
export interface EnrolledLeaf {
  readonly test: 'enrolledIn';
  readonly programme: string;
}

/** Lives in a neighbourhood of one of these national deciles of deprivation; 1 is the most deprived. Unknown is no. */
export interface DeprivationLeaf {
  readonly test: 'deprivation';
  readonly deciles: readonly number[];
}

export const PERSON_PARTS = ['nhs-number', 'email', 'phone', 'address', 'postcode', 'neighbourhood', 'team'] as const;
export type PersonPart = (typeof PERSON_PARTS)[number];

export interface HasNoLeaf {
  readonly test: 'personHasNo';
  readonly what: PersonPart;
}

/** Asked not to be contacted, at all or about one programme. */
export interface OptedOutLeaf {
  readonly test: 'optedOut';
  readonly programme: string;
}

/** How long a person is left in peace after an ending; `ending` null is every ending not named. */
export interface CoolOff {
  readonly ending: string | null;
  readonly lasts: Duration;
}

/** An episode of the programme ended, and its cool-off has not passed. */
export interface CoolingOffLeaf {
  readonly test: 'coolingOff';
  readonly programme: string;
  readonly after: readonly CoolOff[];
}

export type Leaf =
  | AgeLeaf
  | LatestLeaf
  | RecordedLeaf
  | StandingLeaf
  | ReadingLeaf
  | EnrolledLeaf
  | DeprivationLeaf
  | HasNoLeaf
  | OptedOutLeaf
  | CoolingOffLeaf;

/** The fact an answer rests on. `at` is ISO 8601. */
export interface Evidence {
  readonly at: string;
  readonly kind: string;
  readonly code: string;
  readonly value: number | null;
  readonly value2: number | null;
  readonly source: string;
}

export interface LeafAnswer {
  readonly met: boolean;
  /** The latest fact in the leaf's scope, also when the leaf is not met. */
  readonly evidence: Evidence | null;
}

export type AnswerLeaf = (leaf: Leaf) => LeafAnswer;

/** A tree with its answers filled in. */
export interface Answer extends LeafAnswer {
  readonly rule: Rule;
  readonly parts: readonly Answer[];
}

/** Every part is answered, so that a reader sees all that holds and all that does not. */
export function answer(rule: Rule, answerLeaf: AnswerLeaf): Answer {
  if (rule.test === 'all' || rule.test === 'any') {
    const parts = rule.rules.map((part) => answer(part, answerLeaf));
    const met = rule.test === 'all' ? parts.every((part) => part.met) : parts.some((part) => part.met);
    return { rule, met, evidence: null, parts };
  }
  if (rule.test === 'not') {
    const part = answer(rule.rule, answerLeaf);
    return { rule, met: !part.met, evidence: null, parts: [part] };
  }
  return { rule, ...answerLeaf(rule), parts: [] };
}

export function leavesOf(rule: Rule): readonly Leaf[] {
  if (rule.test === 'all' || rule.test === 'any') return rule.rules.flatMap(leavesOf);
  return rule.test === 'not' ? leavesOf(rule.rule) : [rule];
}
