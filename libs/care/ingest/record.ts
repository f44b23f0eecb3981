import type { Nation } from '#platform/kernel';
import type { Reason } from './reasons.js';

/** How a row names the person it is about. */
export type PersonReference = { readonly nhsNumber: string } | { readonly system: string; readonly value: string };

export interface Identifier {
  readonly system: string;
  readonly value: string;
}

export const SEXES = ['female', 'male', 'other', 'unknown'] as const;
export type Sex = (typeof SEXES)[number];

/**
 * What a person can read or follow. Large print, braille and audio are what UK Core names (Extension-UKCore-Contact
 * Preference); easy read and British Sign Language are words of our own, for needs that the Accessible Information
 * Standard has but UK Core has no code for (unverified).
 */
export const ACCESSIBLE_FORMATS = ['standard', 'large-print', 'easy-read', 'braille', 'audio', 'bsl'] as const;
export type AccessibleFormat = (typeof ACCESSIBLE_FORMATS)[number];

export const PROXY_RELATIONS = ['parent', 'guardian', 'carer', 'attorney'] as const;
export type ProxyRelation = (typeof PROXY_RELATIONS)[number];

/** Who speaks for somebody who cannot, and is written to in their stead. */
export interface IncomingProxy {
  readonly name: string;
  readonly relation: ProxyRelation;
  readonly email: string | null;
  readonly phone: string | null;
}

/** A person as a feed describes them. Dates are ISO days. Null means the feed does not say. */
export interface IncomingPerson {
  readonly kind: 'person';
  readonly nhsNumber: string | null;
  /** The sender's own id first; each belongs to one person only. */
  readonly identifiers: readonly Identifier[];
  readonly given: string;
  readonly family: string;
  readonly birthDate: string;
  readonly sex: Sex;
  readonly ethnicCategory: string | null;
  readonly language: string | null;
  /** Whose bank holidays count for them; null when the feed does not say, and the postcode decides. */
  readonly nation: Nation | null;
  readonly format: AccessibleFormat | null;
  readonly proxy: IncomingProxy | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly addressLine: string | null;
  /** Upper case with one space, such as NN1 1AA. */
  readonly postcode: string | null;
  readonly practiceCode: string | null;
  readonly deceasedOn: string | null;
  readonly sensitive: boolean;
}

export const FACT_KINDS = [
  'smoking-status',
  'blood-pressure',
  'condition',
  'resolved',
  'medicine',
  'housing',
  'social',
  'referral',
  'declined',
  'flag',
  'measurement',
] as const;
export type FactKind = (typeof FACT_KINDS)[number];

export interface IncomingFact {
  readonly kind: FactKind;
  readonly code: string;
  /** mmHg systolic for blood-pressure, kg/m2 for bmi, mmol/mol for hba1c. */
  readonly value: number | null;
  /** mmHg diastolic for blood-pressure. */
  readonly value2: number | null;
  /** ISO instant. */
  readonly effectiveAt: string;
  /** The last instant the given date can mean, ISO: a year alone ends in December. */
  readonly effectiveTo: string;
  /** system|code as received. */
  readonly coding: string | null;
}

/** Everything one row says of a person; replaces what the same row said before, so an empty list takes it back. */
export interface IncomingFacts {
  readonly kind: 'facts';
  readonly person: PersonReference;
  readonly sourceId: string;
  readonly facts: readonly IncomingFact[];
}

export const CHANNELS = ['all', 'email', 'sms', 'letter', 'phone'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface IncomingPermission {
  readonly channel: Channel;
  /** `all`, or the key of a programme. */
  readonly purpose: string;
  readonly allowed: boolean;
  /** ISO instant. */
  readonly at: string;
}

/** What one row says a person allows; replaces what the same row said before. */
export interface IncomingPermissions {
  readonly kind: 'permissions';
  readonly person: PersonReference;
  readonly sourceId: string;
  readonly permissions: readonly IncomingPermission[];
}

export type IncomingRecord = IncomingPerson | IncomingFacts | IncomingPermissions;

/** Why a row is set aside. Holds no personal value. */
export interface Refusal {
  readonly reason: Reason;
  readonly explain: string;
}

/** What reading one row came to. */
export type Reading =
  | { readonly record: IncomingRecord; readonly remarks?: readonly string[] }
  /** Understood, and nothing in it is kept; the words say why. */
  | { readonly unused: string }
  | { readonly refused: Refusal };

/** What the register made of a record. */
export type Verdict =
  | { readonly taken: true; readonly remarks: readonly string[] }
  | { readonly taken: false; readonly unknownPerson: true }
  | { readonly taken: false; readonly refused: Refusal };

/**
 * The register behind the door; the population room binds it. Called inside a transaction, and answers one verdict for
 * each record, in order.
 */
export abstract class RegisterDoor {
  abstract take(
    records: readonly IncomingRecord[],
    delivery: { readonly runId: string; readonly source: string },
  ): Promise<readonly Verdict[]>;
}
