import type { CodeLists, Meaning } from './code-lists.js';
import { parseWhen, type Span } from './dates.js';
import type { Concept, Condition, Observation } from './fhir-shapes.js';
import { refuse } from './reasons.js';
import type { IncomingFact, Refusal } from './record.js';

/** What a resource says: facts (none when it takes back what it said), nothing of use, or a refusal. */
export type Said =
  { readonly facts: readonly IncomingFact[] } | { readonly unused: string } | { readonly refused: Refusal };

const WITHDRAWN = new Set(['entered-in-error', 'refuted', 'cancelled', 'revoked', 'not-done']);
/** UCUM and the ways people write it. */
const MERCURY = new Set(['mm[Hg]', 'mmHg', 'mm Hg']);

export function outside(resource: string): { readonly unused: string } {
  return { unused: `${resource} outside the code lists` };
}

export function fact(
  kind: IncomingFact['kind'],
  code: string,
  when: Span,
  coding: string | null,
  value: number | null = null,
  value2: number | null = null,
): IncomingFact {
  return { kind, code, value, value2, effectiveAt: when.from, effectiveTo: when.to, coding };
}

/** A dated coded event: medicine, vaccine, procedure, referral, flag. `end` closes it. */
export function readEvent(
  lists: CodeLists,
  resource: string,
  event: {
    readonly status: string;
    readonly codes: Concept | undefined;
    readonly when: string | undefined;
    readonly end?: string;
    /** Statuses that mean it is not (yet) so. */
    readonly notYet?: readonly string[];
  },
): Said {
  if (WITHDRAWN.has(event.status)) return { facts: [] };
  const found = lists.find(event.codes?.coding);
  if (!found || found.meaning.answers || found.meaning.part) return outside(resource);
  if (event.notYet?.includes(event.status)) return { unused: `${resource} not yet under way` };
  if (!event.when) return refuse('ingest.missing_date');
  const when = parseWhen(event.when);
  if (!when) return refuse('ingest.impossible_date');
  const facts = [fact(found.meaning.kind, found.meaning.code, when, found.coding)];
  if (event.end !== undefined) {
    const end = parseWhen(event.end);
    if (!end) return refuse('ingest.impossible_date');
    facts.push(fact('resolved', found.meaning.code, end, found.coding));
  }
  return { facts };
}

/** A Condition, clinical or social; one that has ended also gives the fact that it is resolved. */
export function readCondition(lists: CodeLists, condition: Condition): Said {
  const found = lists.find(condition.code?.coding);
  const verification = condition.verificationStatus?.coding?.[0]?.code ?? 'confirmed';
  if (WITHDRAWN.has(verification)) return { facts: [] };
  if (!found || found.meaning.answers || found.meaning.part) return outside('Condition');
  if (verification === 'differential' || verification === 'unconfirmed') return { unused: 'Condition not confirmed' };
  const begun = condition.onsetDateTime ?? condition.onsetPeriod?.start ?? condition.recordedDate;
  if (!begun) return refuse('ingest.missing_date');
  const when = parseWhen(begun);
  if (!when) return refuse('ingest.impossible_date', 'onset');
  const facts = [fact(found.meaning.kind, found.meaning.code, when, found.coding)];
  const status = condition.clinicalStatus?.coding?.[0]?.code;
  const ended =
    condition.abatementDateTime ??
    condition.abatementPeriod?.end ??
    (status === 'resolved' || status === 'remission' || status === 'inactive' ? condition.recordedDate : undefined);
  if (ended !== undefined && found.meaning.kind !== 'resolved') {
    const end = parseWhen(ended);
    if (!end || end.to < when.from) return refuse('ingest.impossible_date', 'abatement');
    facts.push(fact('resolved', found.meaning.code, end, found.coding));
  }
  return { facts };
}

type Valued = Pick<Observation, 'code' | 'valueQuantity' | 'valueCodeableConcept' | 'valueBoolean' | 'valueString'>;

/** A blood pressure, a measurement, an answered question or a finding; every component counts. */
export function readObservation(lists: CodeLists, observation: Observation): Said {
  if (WITHDRAWN.has(observation.status)) return { facts: [] };
  const parts: readonly Valued[] = [observation, ...(observation.component ?? [])];
  const relevant = parts.filter((part) => lists.find(part.code.coding) || answerOf(lists, part));
  if (relevant.length === 0) return outside('Observation');
  if (observation.status === 'registered' || observation.status === 'unknown') {
    return { unused: 'Observation not final' };
  }
  const given =
    observation.effectiveDateTime ??
    observation.effectiveInstant ??
    observation.effectivePeriod?.start ??
    observation.issued;
  if (!given) return refuse('ingest.missing_date', 'effective');
  const when = parseWhen(given);
  if (!when) return refuse('ingest.impossible_date', 'effective');

  const facts: IncomingFact[] = [];
  const pressures: { meaning: Meaning; coding: string; part: Valued }[] = [];
  for (const part of relevant) {
    const answer = answerOf(lists, part);
    if (answer) {
      facts.push(fact(answer.meaning.kind, answer.meaning.code, when, answer.coding));
      continue;
    }
    const { meaning, coding } = lists.find(part.code.coding)!;
    if (meaning.part) {
      pressures.push({ meaning, coding, part });
    } else if (meaning.units) {
      const measured = measure(meaning, part);
      if ('refused' in measured) return measured;
      facts.push(fact(meaning.kind, meaning.code, when, coding, measured.value));
    } else if (!meaning.answers && says(part)) {
      facts.push(fact(meaning.kind, meaning.code, when, coding));
    }
  }
  if (pressures.length > 0) {
    const reading = readPressure(pressures, when);
    if ('refused' in reading) return reading;
    facts.push(...reading.facts);
  }
  return facts.length > 0 ? { facts: distinct(facts) } : { unused: 'Observation without an answer' };
}

/** The meaning of a coded answer to a question of the lists. */
function answerOf(lists: CodeLists, part: Valued): { meaning: Meaning; coding: string } | null {
  const answers = part.valueCodeableConcept?.coding;
  if (!answers) return null;
  for (const { code } of part.code.coding ?? []) {
    const own = code ? lists.find(answers, code) : null;
    if (own) return own;
  }
  return lists.find(part.code.coding)?.meaning.answers ? lists.find(answers) : null;
}

/** A finding is so when it has no value, or the value yes. Another value may say the opposite: then nothing is taken. */
function says(part: Valued): boolean {
  if (part.valueBoolean !== undefined) return part.valueBoolean;
  return !part.valueCodeableConcept && !part.valueQuantity && part.valueString === undefined;
}

function measure(meaning: Meaning, { valueQuantity }: Valued): { readonly value: number } | { refused: Refusal } {
  const given = valueQuantity?.value;
  if (given === undefined) return refuse('ingest.impossible_value', 'no number');
  const convert = meaning.units?.[valueQuantity?.code ?? ''] ?? meaning.units?.[valueQuantity?.unit ?? ''];
  if (!convert) return refuse('ingest.unknown_unit', meaning.code);
  const value = Math.round((given * convert[0] + convert[1]) * 1000) / 1000;
  const [least, greatest] = meaning.between ?? [-Infinity, Infinity];
  return value >= least && value <= greatest ? { value } : refuse('ingest.impossible_value', meaning.code);
}

/** Systolic and diastolic of one reading in one setting; never of two. */
function readPressure(
  pressures: readonly { meaning: Meaning; coding: string; part: Valued }[],
  when: Span,
): { facts: IncomingFact[] } | { refused: Refusal } {
  const facts: IncomingFact[] = [];
  for (const setting of new Set(pressures.map(({ meaning }) => meaning.code))) {
    const half = (part: string): (typeof pressures)[number] | undefined =>
      pressures.find(({ meaning }) => meaning.code === setting && meaning.part === part);
    const upper = half('systolic');
    const lower = half('diastolic');
    const systolic = upper?.part.valueQuantity;
    const diastolic = lower?.part.valueQuantity;
    if (!upper || !lower || systolic?.value === undefined || diastolic?.value === undefined) {
      return refuse('ingest.incomplete_reading');
    }
    for (const { code, unit } of [systolic, diastolic]) {
      if (!MERCURY.has(code ?? unit ?? '')) return refuse('ingest.unknown_unit', 'mm[Hg] is expected');
    }
    if (!pressureIsPossible(systolic.value, diastolic.value, upper.meaning.between, lower.meaning.between)) {
      return refuse('ingest.impossible_value', 'blood pressure');
    }
    facts.push(fact('blood-pressure', setting, when, upper.coding, systolic.value, diastolic.value));
  }
  return { facts };
}

type Limits = readonly [number, number] | null | undefined;

/** Both in their limits, and the systolic above the diastolic. */
export function pressureIsPossible(systolic: number, diastolic: number, upper: Limits, lower: Limits): boolean {
  const within = (value: number, limits: Limits): boolean => !limits || (value >= limits[0] && value <= limits[1]);
  return within(systolic, upper) && within(diastolic, lower) && systolic > diastolic;
}

function distinct(facts: readonly IncomingFact[]): IncomingFact[] {
  return [...new Map(facts.map((one) => [`${one.kind}/${one.code}`, one])).values()];
}
