import { plural } from '../words/dates';
import { sentence } from '../words/words';

/** A pathway as the programme holds it (workflows/contracts/pathway.ts says what each part means). */
interface Duration {
  amount: number;
  unit: string;
}
type StepNext = { step: string } | { ending: string } | { back: string };
export type Step =
  | {
      kind: 'contact';
      id: string;
      title: string;
      channels: string[];
      attempts: number;
      every: Duration;
      plan?: { channels: string[]; wait: Duration }[];
      hours?: { from: string; to: string; days: number[] };
      phone?: { title: string; role: string; due: Duration };
      replied: Record<'yes' | 'not-now' | 'sorted', StepNext>;
      silent: StepNext;
    }
  | {
      kind: 'task';
      id: string;
      title: string;
      role: string;
      due: Duration;
      escalate: { after: Duration; to: string }[];
      outcomes: { label: string; hint?: string; next: StepNext }[];
    }
  | {
      kind: 'referral';
      id: string;
      title: string;
      service: string;
      acceptWithin: Duration;
      reroute: number;
      completed: StepNext;
      notCompleted: StepNext;
      refused: StepNext;
    }
  | { kind: 'wait'; id: string; title: string; for: Duration; next: StepNext }
  | {
      kind: 'measure';
      id: string;
      title: string;
      role: string;
      after: Duration;
      window: Duration;
      results: { label: string; hint?: string; next: StepNext }[];
      lost: StepNext;
    }
  | { kind: 'recheck'; id: string; title: string; still: StepNext }
  | { kind: 'branch'; id: string; title: string; ways: { because: string; next: StepNext }[]; otherwise: StepNext }
  | {
      kind: 'together';
      id: string;
      title: string;
      branches: { key: string; title: string; start: string }[];
      until: 'all' | 'first';
      next: StepNext;
    };
export interface Pathway {
  start: string;
  steps: Step[];
  endings: { key: string; title: string; good?: boolean }[];
}

export interface Way {
  readonly when: string;
  readonly leads: string;
  /** What whoever chooses it is told, such as a threshold. */
  readonly hint: string | null;
  /** The step it leads to; null when it ends there, or when a branch is done. */
  readonly step: string | null;
}

export interface StepInWords {
  readonly id: string;
  readonly kind: Step['kind'];
  readonly title: string;
  /** Who does what, by when. */
  readonly what: string;
  /** The attempts of a contact, in order. */
  readonly plan: readonly string[];
  /** Who is told when a task is late, and when. */
  readonly ladder: readonly string[];
  /** Each thing that can happen, and where it leads. */
  readonly ways: readonly Way[];
  /** What goes on side by side, each with its own steps. */
  readonly branches: readonly {
    readonly key: string;
    readonly title: string;
    readonly steps: readonly StepInWords[];
  }[];
}

/** A pathway as a person reads it, step by step, with the steps of each branch within the step that opens them. */
export function inWords(pathway: Pathway): StepInWords[] {
  const byId = new Map(pathway.steps.map((step) => [step.id, step]));
  const branched = pathway.steps.flatMap((step) =>
    step.kind === 'together' ? step.branches.flatMap(({ start }) => walkedFrom(start, byId)) : [],
  );
  const say = (step: Step): StepInWords => ({
    id: step.id,
    kind: step.kind,
    title: step.title,
    what: what(step),
    plan: plan(step),
    ladder: ladder(step),
    ways: ways(step).map(([when, next, hint]) => ({
      when,
      hint: hint ?? null,
      leads: leadsTo(next, pathway, byId),
      step: 'step' in next ? next.step : null,
    })),
    branches:
      step.kind === 'together'
        ? step.branches.map(({ key, title, start }) => {
            const walked = walkedFrom(start, byId);
            return { key, title, steps: pathway.steps.filter(({ id }) => walked.includes(id)).map(say) };
          })
        : [],
  });
  return pathway.steps.filter(({ id }) => !branched.includes(id)).map(say);
}

function leadsTo(next: StepNext, { endings }: Pathway, byId: ReadonlyMap<string, Step>): string {
  if ('back' in next) return 'This part is done';
  if ('step' in next) return byId.get(next.step)?.title ?? sentence(next.step);
  const title = endings.find(({ key }) => key === next.ending)?.title ?? sentence(next.ending);
  return `Ends: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

/** The steps of a branch. */
function walkedFrom(start: string, byId: ReadonlyMap<string, Step>): string[] {
  const walked: string[] = [];
  const waiting = [start];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const step = byId.get(id);
    if (!step || walked.includes(id)) continue;
    walked.push(id);
    for (const [, next] of ways(step)) if ('step' in next) waiting.push(next.step);
  }
  return walked;
}

function what(step: Step): string {
  switch (step.kind) {
    case 'contact': {
      if (step.plan) {
        const hours = step.hours ? ` Only ${days(step.hours.days)}, ${step.hours.from} to ${step.hours.to}.` : '';
        return `We try ${plural(step.plan.length, 'time')} at most, and stop as soon as they answer.${hours}`;
      }
      const often =
        step.attempts === 1 ? 'once' : `up to ${plural(step.attempts, 'time')}, ${duration(step.every)} apart`;
      return `We write by ${listed(step.channels.map(channel))}, ${often}.`;
    }
    case 'task':
      return `${a(role(step.role))} does this within ${duration(step.due)}.`;
    case 'referral': {
      const again =
        step.reroute === 0
          ? 'nobody else is asked'
          : `up to ${plural(step.reroute, 'other service')} ${step.reroute === 1 ? 'is' : 'are'} asked`;
      return `${a(words(step.service))} service is asked, and answers within ${duration(step.acceptWithin)}. If it says no or nothing, ${again}.`;
    }
    case 'wait':
      return `We wait ${duration(step.for)}.`;
    case 'measure':
      return `${step.after.amount === 0 ? 'At once' : `After ${duration(step.after)}`}, ${a(role(step.role)).toLowerCase()} asks. There are ${duration(step.window)} to do it.`;
    case 'recheck':
      return 'We look at their record again. Who needs this no longer leaves here, with the reason.';
    case 'branch':
      return 'What happens next depends on what is known of them on the day: the first that holds is taken.';
    case 'together':
      return step.until === 'all'
        ? 'These go on side by side; the pathway waits until all are done.'
        : 'These go on side by side; as soon as one is done, the others are cancelled.';
  }
}

/** Each attempt with the day it is made, counted from the first, where every wait before it is in whole days. */
function plan(step: Step): string[] {
  if (step.kind !== 'contact' || !step.plan) return [];
  let day: number | null = 1;
  return step.plan.map(({ channels, wait }, place) => {
    const when = place === 0 ? 'At once' : day === null ? 'Then' : `Day ${day}`;
    const inDays: number | undefined = { days: 1, weeks: 7 }[wait.unit];
    day = day === null || inDays === undefined ? null : day + wait.amount * inDays;
    const [first = '', ...others] = channels.map(channel);
    const else_ = others.map((other) => `, else ${other}`).join('');
    const call = channels.includes('phone') && step.phone ? `: ${a(role(step.phone.role)).toLowerCase()} rings` : '';
    return `${when}: ${first}${else_}${call}. ${sentence(duration(wait))} to answer.`;
  });
}

function ladder(step: Step): string[] {
  if (step.kind !== 'task') return [];
  return step.escalate.map(({ after, to }) => {
    const who = to === 'owner' ? 'whoever has it is reminded' : `raised to ${a(role(to)).toLowerCase()}`;
    return `${duration(after)} late: ${who}`;
  });
}

function ways(step: Step): (readonly [when: string, next: StepNext, hint?: string])[] {
  switch (step.kind) {
    case 'contact':
      return [
        ['They say yes', step.replied.yes],
        ['They say not now', step.replied['not-now']],
        ['They say it is sorted', step.replied.sorted],
        ['No answer', step.silent],
      ];
    case 'task':
      return step.outcomes.map(({ label, next, hint }) => [label, next, hint] as const);
    case 'referral':
      return [
        ['The service reports it finished', step.completed],
        ['It did not work out', step.notCompleted],
        ['No service takes it', step.refused],
      ];
    case 'wait':
      return [['Then', step.next]];
    case 'measure':
      return [
        ...step.results.map(({ label, next, hint }) => [label, next, hint] as const),
        ['Not asked in time', step.lost],
      ];
    case 'recheck':
      return [['They still need it', step.still]];
    case 'branch':
      return [...step.ways.map(({ because, next }) => [because, next] as const), ['Otherwise', step.otherwise]];
    case 'together':
      return [[step.until === 'all' ? 'When all are done' : 'When one is done', step.next]];
  }
}

function duration({ amount, unit }: Duration): string {
  return plural(amount, unit.replace('-', ' ').replace(/s$/, ''));
}

function words(key: string): string {
  return key.replace(/-/g, ' ');
}

function role(key: string): string {
  return key === 'owner' ? 'whoever has it' : words(key);
}

/** With its article, as a sentence begins. */
function a(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'An' : 'A'} ${noun}`;
}

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `Monday to Friday` where they follow one another. */
function days(numbers: readonly number[]): string {
  const names = numbers.map((number) => DAYS[number - 1] ?? '');
  const follow = numbers.every((number, place) => place === 0 || number === (numbers[place - 1] ?? 0) + 1);
  if (names.length > 2 && follow) return `${names[0] ?? ''} to ${names.at(-1) ?? ''}`;
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}

function channel(key: string): string {
  return { email: 'e-mail', sms: 'text message' }[key] ?? key;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
