import { DateTime } from 'luxon';
import { after, ageOn, before, type Duration } from '#platform/kernel';
import type { Known, KnownFact } from './definition.js';
import {
  answer,
  type Answer,
  type AnswerLeaf,
  type CoolingOffLeaf,
  type Evidence,
  type Pressure,
  type ReadingLeaf,
  type Rule,
  type StandingLeaf,
} from './rule.js';

/** The last instant before a window that ends at `at`; a fact at exactly this instant is still in the window. */
export function windowStart(at: Date, within: Duration | undefined): Date | null {
  return within ? before(at, within) : null;
}

/** The day in London, as YYYY-MM-DD. */
export function londonDay(instant: Date | string): string {
  return DateTime.fromJSDate(new Date(instant), { zone: 'Europe/London' }).toISODate() ?? '';
}

/** Answers leaves from what is known about one person; a fact later than `at` is not known yet. */
export function answersFrom(known: Known, at: Date): AnswerLeaf {
  const facts = known.facts.filter((fact) => new Date(fact.at) <= at).sort(latestFirst);
  const latest = (wanted: (fact: KnownFact) => boolean): KnownFact | null => facts.find(wanted) ?? null;
  const inWindow = (fact: { at: string } | null, within: Duration | undefined): boolean => {
    const start = windowStart(at, within);
    return fact !== null && (start === null || new Date(fact.at) >= start);
  };

  return (leaf) => {
    switch (leaf.test) {
      case 'age': {
        const years = ageOn(new Date(known.birthDate), at);
        return { met: years >= (leaf.from ?? 0) && years <= (leaf.to ?? Infinity), evidence: null };
      }
      case 'latest': {
        const fact = latest(({ kind }) => kind === leaf.of);
        return { met: inWindow(fact, leaf.within) && leaf.isAny.includes(fact!.code), evidence: asEvidence(fact) };
      }
      case 'recorded': {
        const fact = latest(({ kind, code }) => kind === leaf.kind && (leaf.any?.includes(code) ?? true));
        return { met: inWindow(fact, leaf.within), evidence: asEvidence(fact) };
      }
      case 'standing': {
        const fact = latest((one) => stands(one, leaf, facts));
        return { met: inWindow(fact, leaf.within), evidence: asEvidence(fact) };
      }
      case 'reading': {
        const fact = latest(({ kind }) => kind === leaf.of);
        const old = !leaf.olderThan || (fact !== null && new Date(fact.at) < before(at, leaf.olderThan));
        return { met: inWindow(fact, leaf.within) && old && reaches(fact!, leaf), evidence: asEvidence(fact) };
      }
      case 'enrolledIn':
        return { met: known.openEpisodes.includes(leaf.programme), evidence: null };
      case 'deprivation':
        return { met: known.imdDecile !== null && leaf.deciles.includes(known.imdDecile), evidence: null };
      case 'personHasNo':
        return { met: known.hasNo.includes(leaf.what), evidence: null };
      case 'optedOut':
        return { met: refused(known.permissions, leaf.programme, at), evidence: null };
      case 'coolingOff': {
        const last = known.endings
          .filter(({ programme, at: ended }) => programme === leaf.programme && new Date(ended) <= at)
          .sort((one, other) => other.at.localeCompare(one.at) || other.ending.localeCompare(one.ending))[0];
        const lasts = last && coolOffAfter(leaf, last.ending);
        const evidence = last
          ? { at: last.at, kind: 'ending', code: last.ending, value: null, value2: null, source: 'Fairway' }
          : null;
        return { met: lasts !== undefined && new Date(last!.at) >= before(at, lasts), evidence };
      }
    }
  };
}

/** The whole tree answered for one person at an instant. */
export function evaluate(rule: Rule, known: Known, at: Date): Answer {
  return answer(rule, answersFrom(known, at));
}

/** How long an ending of this kind cools off; undefined when it does not. */
export function coolOffAfter(leaf: CoolingOffLeaf, ending: string): Duration | undefined {
  const named = leaf.after.find((one) => one.ending === ending);
  return (named ?? leaf.after.find((one) => one.ending === null))?.lasts;
}

/**
 * The first London day on which a met answer stops being met by time alone, as YYYY-MM-DD; null when only news can end
 * it.
 */
export function until(met: Answer): string | null {
  const { rule, evidence, parts } = met;
  if (rule.test === 'all') {
    const days = parts.map(until).filter((day) => day !== null);
    return days.sort()[0] ?? null;
  }
  if (rule.test === 'any') {
    const days = parts.filter((part) => part.met).map(until);
    return days.includes(null) ? null : (days.sort().at(-1) ?? null);
  }
  if (!evidence) return null;
  if (rule.test === 'coolingOff') return dayAfter(evidence.at, coolOffAfter(rule, evidence.code)!);
  return 'within' in rule && rule.within ? dayAfter(evidence.at, rule.within) : null;
}

/** The first day whose look-back no longer reaches the instant: months end early, so the 28th can hold for three days. */
function dayAfter(instant: string, lasts: Duration): string {
  const from = new Date(instant);
  let day = DateTime.fromJSDate(after(from, lasts), { zone: 'Europe/London' }).plus({ days: 1 }).startOf('day');
  while (before(day.toJSDate(), lasts) <= from) day = day.plus({ days: 1 });
  return day.toISODate() ?? '';
}

function stands(fact: KnownFact, leaf: StandingLeaf, facts: readonly KnownFact[]): boolean {
  if (fact.kind !== leaf.kind || !leaf.any.includes(fact.code)) return false;
  const resolved = facts.find(({ kind, code }) => kind === 'resolved' && code === fact.code);
  return !resolved || londonDay(resolved.at) <= londonDay(fact.at);
}

/** Codes of readings held against the thresholds for home. */
export const HOME_READINGS = ['home', 'abpm'] as const;

/** Whether a reading reaches the threshold of its place; any does when the leaf names none. */
export function reaches(fact: Pick<KnownFact, 'code' | 'value' | 'value2'>, { from }: ReadingLeaf): boolean {
  if (!from) return true;
  const limits = thresholdsFor(fact.code, from);
  const high = fact.value !== null && fact.value >= limits.systolic;
  const low = fact.value2 !== null && fact.value2 >= limits.diastolic;
  return from.match === 'both' ? high && low : high || low;
}

export function thresholdsFor(code: string, from: NonNullable<ReadingLeaf['from']>): Pressure {
  return HOME_READINGS.some((one) => one === code) ? from.home : from.clinic;
}

/** A no to this programme stands until a yes to it; a no to everything also until a later yes to this programme. */
function refused(permissions: Known['permissions'], programme: string, at: Date): boolean {
  const latest = (wanted: string): Known['permissions'][number] | undefined =>
    permissions
      .filter(({ purpose, at: said }) => purpose === wanted && new Date(said) <= at)
      // Of two words at one instant the refusal counts.
      .sort((one, other) => other.at.localeCompare(one.at) || Number(one.allowed) - Number(other.allowed))[0];
  const ofAll = latest('all');
  const ofThis = latest(programme);
  if (ofThis && !ofThis.allowed) return true;
  return ofAll !== undefined && !ofAll.allowed && !(ofThis && ofThis.at > ofAll.at);
}

function latestFirst(one: KnownFact, other: KnownFact): number {
  return (
    Date.parse(other.at) - Date.parse(one.at) ||
    Date.parse(other.recordedAt) - Date.parse(one.recordedAt) ||
    (other.id > one.id ? 1 : -1)
  );
}

function asEvidence(fact: KnownFact | null): Evidence | null {
  if (!fact) return null;
  const { at, kind, code, value, value2, source } = fact;
  return { at, kind, code, value, value2, source };
}
