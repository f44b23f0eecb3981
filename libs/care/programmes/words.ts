import { sayDuration, type Duration } from '#platform/kernel';
import type { PersonPart, Pressure, Leaf, ReadingLeaf, Rule, Evidence } from './rule.js';
import { thresholdsFor } from './evaluate.js';

const SPECIAL: Readonly<Record<string, string>> = {
  copd: 'COPD',
  'end-of-life': 'in the last year of life',
  damp: 'damp or mould at home',
  problem: 'a housing problem',
  temporary: 'temporary housing',
  overcrowded: 'an overcrowded home',
  isolated: 'socially isolated',
  'heart-disease': 'coronary heart disease',
  stroke: 'stroke or TIA',
  clinic: 'in clinic',
  home: 'at home',
  abpm: 'over a day',
};

const PARTS: Readonly<Record<PersonPart, string>> = {
  'nhs-number': 'NHS number',
  email: 'e-mail address',
  phone: 'phone number',
  address: 'address',
  postcode: 'postcode',
  neighbourhood: 'known neighbourhood',
  team: 'team',
};

/** A code in words: `current-smoker` is read as current smoker. */
export function inWords(code: string): string {
  return SPECIAL[code] ?? code.replaceAll('-', ' ');
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `12 months`, but `5 years`. */
export function sayLength(length: Duration): string {
  const years = length.unit === 'months' && length.amount >= 24 && length.amount % 12 === 0;
  return years ? `${length.amount / 12} years` : sayDuration(length);
}

function listed(words: readonly string[], join = 'or'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${join} ${words.at(-1)}`;
}

function inTheLast(within: Duration | undefined): string {
  return within ? ` in the last ${sayLength(within)}` : '';
}

/** What a fact of this kind and these codes is called. */
function named(kind: string, codes: readonly string[] | undefined): string {
  const words = listed((codes ?? []).map(inWords));
  if (kind === 'referral') return words ? `referral for ${words}` : 'referral';
  if (kind === 'declined') return words ? `refusal of ${words}` : 'refusal';
  return words || inWords(kind);
}

const pressure = ({ systolic, diastolic }: Pressure): string => `${systolic}/${diastolic}`;

function limits(from: NonNullable<ReadingLeaf['from']>): string {
  const which = from.match === 'both' ? 'both figures' : 'either figure';
  return `${pressure(from.clinic)} or above in clinic, or ${pressure(from.home)} or above at home (${which})`;
}

function ages({ from, to }: { from?: number; to?: number }): string {
  if (from !== undefined && to !== undefined) return `aged ${from} to ${to}`;
  return from !== undefined ? `aged ${from} or over` : `aged ${to} or under`;
}

function deprived(deciles: readonly number[]): string {
  const ordered = [...deciles].sort((one, other) => one - other);
  if (ordered.every((decile, index) => decile === index + 1)) {
    return `one of the ${ordered.length * 10}% most deprived neighbourhoods`;
  }
  return `a neighbourhood of deprivation decile ${listed(ordered.map(String))}`;
}

/** One leaf as words that follow "People". */
function phrase(leaf: Leaf, yes: boolean): string {
  switch (leaf.test) {
    case 'age':
      return yes ? ages(leaf) : `not ${ages(leaf)}`;
    case 'latest': {
      const state = listed(leaf.isAny.map(inWords));
      return `whose latest ${inWords(leaf.of)}${inTheLast(leaf.within)} is ${yes ? '' : 'not '}${state}`;
    }
    case 'recorded':
      return `with ${yes ? 'a' : 'no'} ${named(leaf.kind, leaf.any)}${inTheLast(leaf.within)}`;
    case 'standing': {
      const state = listed(leaf.any.map(inWords));
      return `${yes ? '' : 'not '}currently recorded as ${state}${inTheLast(leaf.within)}`;
    }
    case 'reading': {
      const age = leaf.olderThan ? ` and is more than ${sayLength(leaf.olderThan)} old` : '';
      if (!leaf.from) return `with ${yes ? 'a' : 'no'} blood pressure reading${inTheLast(leaf.within)}${age}`;
      return `whose latest blood pressure${inTheLast(leaf.within)} is ${yes ? '' : 'not '}${limits(leaf.from)}${age}`;
    }
    case 'enrolledIn':
      return yes ? `already on ${inWords(leaf.programme)}` : `not on ${inWords(leaf.programme)}`;
    case 'deprivation':
      return `${yes ? '' : 'not '}living in ${deprived(leaf.deciles)}`;
    case 'personHasNo':
      return `with ${yes ? 'no' : 'a'} ${PARTS[leaf.what]}`;
    case 'optedOut':
      return yes ? 'who asked not to be contacted about this' : 'who may be contacted about this';
    case 'coolingOff':
      return yes ? 'whose last episode of this programme ended recently' : 'not helped by this programme recently';
  }
}

/** The rule read back in plain English: one phrase a line, each following "People", all of them to hold. */
export function describe(rule: Rule, yes = true): readonly string[] {
  if (rule.test === 'not') return describe(rule.rule, !yes);
  if (isGroup(rule) && (rule.test === 'all') === yes) return rule.rules.flatMap((part) => describe(part, yes));
  return [inOnePhrase(rule, yes)];
}

/** A group within a group stands in brackets, so that "and" and "or" cannot be misread. */
function inOnePhrase(rule: Rule, yes: boolean): string {
  if (rule.test === 'not') return inOnePhrase(rule.rule, !yes);
  if (!isGroup(rule)) return phrase(rule, yes);
  const parts = rule.rules.map((part) => (isSeveral(part) ? `(${inOnePhrase(part, yes)})` : inOnePhrase(part, yes)));
  // "Not all of them" is "one of them not", and the other way round.
  return parts.join((rule.test === 'all') === yes ? ' and ' : ' or ');
}

function isGroup(rule: Rule): rule is Extract<Rule, { test: 'all' | 'any' }> {
  return rule.test === 'all' || rule.test === 'any';
}

function isSeveral(rule: Rule): boolean {
  if (rule.test === 'not') return isSeveral(rule.rule);
  return isGroup(rule) && (rule.rules.length > 1 || rule.rules.some(isSeveral));
}

/** Why a leaf is met, or is not, said of one person. */
export function sayAnswer(leaf: Leaf, met: boolean, evidence: Evidence | null): string {
  switch (leaf.test) {
    case 'age':
      return sentence(phrase(leaf, met));
    case 'latest':
      if (!evidence) return `No ${inWords(leaf.of)} on record`;
      return met ? sentence(inWords(evidence.code)) : `Latest ${inWords(leaf.of)}: ${inWords(evidence.code)}`;
    case 'recorded':
      if (met) return sentence(named(leaf.kind, evidence ? [evidence.code] : leaf.any));
      return `No ${named(leaf.kind, leaf.any)}${inTheLast(leaf.within)}`;
    case 'standing':
      if (met && evidence) return sentence(inWords(evidence.code));
      return `Not recorded as ${listed(leaf.any.map(inWords))}${inTheLast(leaf.within)}`;
    case 'reading': {
      const bounded = inTheLast(leaf.within);
      if (!evidence) return `No blood pressure reading on record`;
      const reading = `Blood pressure ${evidence.value ?? '–'}/${evidence.value2 ?? '–'} (${inWords(evidence.code)})`;
      if (met || !leaf.from) return met ? reading : `No blood pressure reading${bounded}`;
      const limit = pressure(thresholdsFor(evidence.code, leaf.from));
      const older = leaf.olderThan ? ` and more than ${sayLength(leaf.olderThan)} old` : '';
      return `${reading}: not ${limit} or above${bounded}${older}`;
    }
    case 'enrolledIn':
      return met ? `Already on ${inWords(leaf.programme)}` : `Not on ${inWords(leaf.programme)}`;
    case 'deprivation':
      return `${met ? 'Lives' : 'Does not live'} in ${deprived(leaf.deciles)}`;
    case 'personHasNo':
      return met ? `No ${PARTS[leaf.what]}` : `Has a ${PARTS[leaf.what]}`;
    case 'optedOut':
      return met ? 'Asked not to be contacted about this' : 'May be contacted about this';
    case 'coolingOff':
      return met ? `Last episode ended recently: ${inWords(evidence?.code ?? '')}` : 'No recent episode';
  }
}

/** What news would turn a leaf's answer; null when only time or nothing can. */
export function sayTurn(leaf: Leaf, met: boolean): string | null {
  switch (leaf.test) {
    case 'age':
      if (met) return leaf.to === undefined ? null : `turns ${leaf.to + 1}`;
      return leaf.from === undefined ? null : `turns ${leaf.from}`;
    case 'latest':
      return `${inWords(leaf.of)} is recorded as ${met ? 'anything but ' : ''}${listed(leaf.isAny.map(inWords))}`;
    case 'recorded':
      return met ? null : `a ${named(leaf.kind, leaf.any)} is recorded`;
    case 'standing':
      return `${listed(leaf.any.map(inWords))} is recorded${met ? ' as resolved' : ''}`;
    case 'reading':
      if (!leaf.from) return met ? null : 'a blood pressure reading is recorded';
      return met ? `a newer blood pressure is recorded` : `a blood pressure of ${limits(leaf.from)} is recorded`;
    case 'enrolledIn':
      return `${met ? 'the episode of' : 'is let in to'} ${inWords(leaf.programme)}${met ? ' ends' : ''}`;
    case 'deprivation':
      return `moves ${met ? 'from' : 'to'} ${deprived(leaf.deciles)}`;
    case 'personHasNo':
      return `${met ? 'a' : 'the'} ${PARTS[leaf.what]} is ${met ? 'recorded' : 'removed'}`;
    case 'optedOut':
      return met ? 'allows contact about this' : 'asks not to be contacted about this';
    case 'coolingOff':
      return null;
  }
}
