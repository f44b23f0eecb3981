import { evaluate, reaches } from '#care/programmes';
import type { Known, KnownFact, Leaf, ProgrammeDefinition, Reason, Rule } from '#care/programmes';

/** Equal to RecheckResult of workflows/contracts; the worker holds the two together. */
export type RecheckResult =
  'still-eligible' | 'need-met-by-us' | 'need-met-by-others' | 'no-longer-eligible' | 'data-corrected';

/**
 * Whether somebody under way still needs the help. That the rule they were found by holds no longer is not enough: our
 * own referral makes most people not eligible.
 */
export function lookAgain(
  { eligible, leave }: Pick<ProgrammeDefinition, 'eligible' | 'leave'>,
  known: Known,
  episode: {
    readonly openedAt: Date;
    readonly reasons: readonly Reason[];
    readonly helpedByUs: boolean;
    readonly at: Date;
  },
): RecheckResult {
  const { openedAt, reasons, helpedByUs, at } = episode;
  const rested = restedOn(eligible, reasons);
  const mistaken =
    rested.length > 0 &&
    !rested.some((reason) => stands(reason, eligible, known.facts)) &&
    // Something else we knew, or know now, may have been reason enough on that day.
    !evaluate(eligible, known, openedAt).met;
  if (mistaken) return 'data-corrected';
  // Whoever was let in although the data said so already, as after a referral, leaves only by something new.
  const then = { ...known, facts: known.facts.filter(({ recordedAt }) => new Date(recordedAt) <= openedAt) };
  const hasBecome = (rule: Rule, met: boolean): boolean =>
    evaluate(rule, known, at).met === met && evaluate(rule, then, openedAt).met !== met;
  if (leave?.needMet && hasBecome(leave.needMet, true)) return helpedByUs ? 'need-met-by-us' : 'need-met-by-others';
  if (leave?.stillFor && hasBecome(leave.stillFor, false)) return 'no-longer-eligible';
  return 'still-eligible';
}

type FactReason = Reason & { readonly at: string };

/** The facts that let somebody in: those of kinds the rule asks for, not those it asks to be absent. */
function restedOn(eligible: Rule, reasons: readonly Reason[]): readonly FactReason[] {
  const kinds = asked(eligible).map(kindOf);
  return reasons.filter((reason): reason is FactReason => reason.at !== null && kinds.includes(reason.kind));
}

/** Such a fact is still on record for that moment, and still says what the rule asks for. */
function stands(reason: FactReason, eligible: Rule, facts: readonly KnownFact[]): boolean {
  return facts.some(
    (fact) =>
      fact.kind === reason.kind &&
      fact.source === reason.source &&
      Date.parse(fact.at) === Date.parse(reason.at) &&
      asked(eligible).some((leaf) => kindOf(leaf) === fact.kind && says(fact, leaf)),
  );
}

type FactLeaf = Extract<Leaf, { test: 'latest' | 'recorded' | 'standing' | 'reading' }>;

/** The leaves about facts that a rule wants to hold. */
function asked(rule: Rule, wanted = true): readonly FactLeaf[] {
  switch (rule.test) {
    case 'all':
    case 'any':
      return rule.rules.flatMap((part) => asked(part, wanted));
    case 'not':
      return asked(rule.rule, !wanted);
    case 'latest':
    case 'recorded':
    case 'standing':
    case 'reading':
      return wanted ? [rule] : [];
    case 'age':
    case 'enrolledIn':
    case 'deprivation':
    case 'personHasNo':
    case 'optedOut':
    case 'coolingOff':
      return [];
  }
}

function kindOf(leaf: FactLeaf): string {
  return leaf.test === 'latest' || leaf.test === 'reading' ? leaf.of : leaf.kind;
}

function says(fact: KnownFact, leaf: FactLeaf): boolean {
  switch (leaf.test) {
    case 'latest':
      return leaf.isAny.includes(fact.code);
    case 'recorded':
    case 'standing':
      return leaf.any?.includes(fact.code) ?? true;
    case 'reading':
      return reaches(fact, leaf);
  }
}
