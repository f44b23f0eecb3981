import type { FindingState, PriorityPart, ProgrammeDefinition } from './definition.js';
import { until } from './evaluate.js';
import { answer, type Answer, type AnswerLeaf, type Leaf, type Rule } from './rule.js';
import { sayAnswer, sayTurn, sentence } from './words.js';

/** A sentence and where it comes from; `at` is ISO 8601, and both are null where no single fact says it. */
export interface Reason {
  readonly text: string;
  readonly kind: string;
  readonly source: string | null;
  readonly at: string | null;
}

/** What a programme says of one person at an instant. */
export interface Judgement {
  readonly state: FindingState;
  /** Why the person fits; empty when not. */
  readonly reasons: readonly Reason[];
  /** Why the person does not fit; empty when they do. */
  readonly whyNot: readonly Reason[];
  /** What news, or which day, would turn the answer. */
  readonly wouldChange: readonly string[];
  /** `until` is a London day, YYYY-MM-DD, or null when only news can end it. */
  readonly notNow: { readonly because: string; readonly until: string | null } | null;
  readonly priority: number;
  readonly parts: readonly PriorityPart[];
}

/** Three answers, with their reasons: not eligible, eligible but not actionable, actionable. */
export function judge(definition: ProgrammeDefinition, answerLeaf: AnswerLeaf): Judgement {
  const eligible = answer(definition.eligible, answerLeaf);
  const leaves = explaining(eligible);
  const said = leaves.map(asReason);
  const turns = leaves.flatMap(asTurn);
  if (!eligible.met) {
    const wouldChange = unique(turns);
    return { state: 'not-eligible', reasons: [], whyNot: said, wouldChange, notNow: null, priority: 0, parts: [] };
  }
  const holding = findHolding(definition, answerLeaf);
  return {
    state: holding ? 'not-actionable' : 'actionable',
    reasons: said,
    whyNot: [],
    wouldChange: unique(turns),
    notNow: holding,
    ...prioritise(definition, answerLeaf),
  };
}

/** The sum and its parts. */
export function prioritise(
  definition: ProgrammeDefinition,
  answerLeaf: AnswerLeaf,
): { readonly priority: number; readonly parts: readonly PriorityPart[] } {
  const parts = definition.priority
    .filter(({ when }) => answer(when, answerLeaf).met)
    .map(({ points, because }) => ({ points, because }));
  return { priority: parts.reduce((sum, { points }) => sum + points, 0), parts };
}

/** Why this person is left alone for now, whether or not they fit the programme; null when nothing holds them back. */
export function findHolding(
  definition: ProgrammeDefinition,
  answerLeaf: AnswerLeaf,
  ignoring: readonly Leaf['test'][] = [],
): Judgement['notNow'] {
  for (const { when, because } of definition.notActionable) {
    if (ignoring.some((test) => test === when.test)) continue;
    const held = answer(when, answerLeaf);
    if (held.met) return { because, until: until(held) };
  }
  return null;
}

/** What would take a person out of the programme, said of anybody. */
export function leavesIf(rule: Rule, met = true): readonly string[] {
  if (rule.test === 'all' || rule.test === 'any') return unique(rule.rules.flatMap((part) => leavesIf(part, met)));
  if (rule.test === 'not') return leavesIf(rule.rule, !met);
  const turn = sayTurn(rule, met);
  return turn ? [sentence(turn)] : [];
}

/** The leaves that make an answer what it is. */
function explaining({ rule, met, parts, ...rest }: Answer): readonly Answer[] {
  if (rule.test === 'all') return parts.filter((part) => met || !part.met).flatMap(explaining);
  if (rule.test === 'any') return parts.filter((part) => part.met || !met).flatMap(explaining);
  if (rule.test === 'not') return parts.flatMap(explaining);
  return [{ rule, met, parts, ...rest }];
}

function asReason({ rule, met, evidence }: Answer): Reason {
  const leaf = rule as Leaf;
  return {
    text: sayAnswer(leaf, met, evidence),
    kind: evidence?.kind ?? leaf.test,
    source: evidence?.source ?? null,
    at: evidence?.at ?? null,
  };
}

function asTurn(one: Answer): readonly string[] {
  const turn = sayTurn(one.rule as Leaf, one.met);
  const day = one.met ? until(one) : null;
  return [...(turn ? [sentence(turn)] : []), ...(day ? [`${asReason(one).text}: too old to count from ${day}`] : [])];
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
