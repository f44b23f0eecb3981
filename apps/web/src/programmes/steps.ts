import { plural } from '../words/dates';
import { sentence } from '../words/words';

/** A pathway as the programme holds it (workflows/contracts/pathway.ts says what each part means). */
interface Duration {
  amount: number;
  unit: string;
}
type StepNext = { step: string } | { ending: string };
export type Step =
  | {
      kind: 'contact';
      id: string;
      title: string;
      channels: string[];
      attempts: number;
      every: Duration;
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
      outcomes: { label: string; next: StepNext }[];
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
      results: { label: string; next: StepNext }[];
      lost: StepNext;
    };
export interface Pathway {
  steps: Step[];
  endings: { key: string; title: string }[];
}

export interface StepInWords {
  readonly id: string;
  readonly title: string;
  /** Who does what, by when. */
  readonly what: string;
  /** Each thing that can happen, and where it leads. */
  readonly ways: readonly { readonly when: string; readonly leads: string }[];
}

/** A pathway as a person reads it, step by step. */
export function inWords(pathway: Pathway): StepInWords[] {
  const leads = (next: StepNext): string =>
    'step' in next
      ? (pathway.steps.find((step) => step.id === next.step)?.title ?? sentence(next.step))
      : `Ends: ${pathway.endings.find((ending) => ending.key === next.ending)?.title.toLowerCase() ?? sentence(next.ending).toLowerCase()}`;
  return pathway.steps.map((step) => ({
    id: step.id,
    title: step.title,
    what: what(step),
    ways: ways(step).map(([when, next]) => ({ when, leads: leads(next) })),
  }));
}

function what(step: Step): string {
  switch (step.kind) {
    case 'contact': {
      const often =
        step.attempts === 1 ? 'once' : `up to ${plural(step.attempts, 'time')}, ${duration(step.every)} apart`;
      return `We write by ${listed(step.channels.map(channel))}, ${often}.`;
    }
    case 'task': {
      const raised = step.escalate.map(({ after, to }) => ` If it is ${duration(after)} late, a ${role(to)} is told.`);
      return `A ${role(step.role)} does this within ${duration(step.due)}.${raised.join('')}`;
    }
    case 'referral': {
      const again =
        step.reroute === 0
          ? 'nobody else is asked'
          : `up to ${plural(step.reroute, 'other service')} ${step.reroute === 1 ? 'is' : 'are'} asked`;
      return `A ${role(step.service)} service is asked, and answers within ${duration(step.acceptWithin)}. If it says no or nothing, ${again}.`;
    }
    case 'wait':
      return `We wait ${duration(step.for)}.`;
    case 'measure':
      return `${step.after.amount === 0 ? 'At once' : `After ${duration(step.after)}`}, a ${role(step.role)} asks. There are ${duration(step.window)} to do it.`;
  }
}

function ways(step: Step): (readonly [string, StepNext])[] {
  switch (step.kind) {
    case 'contact':
      return [
        ['They say yes', step.replied.yes],
        ['They say not now', step.replied['not-now']],
        ['They say it is sorted', step.replied.sorted],
        ['No answer', step.silent],
      ];
    case 'task':
      return step.outcomes.map(({ label, next }) => [label, next] as const);
    case 'referral':
      return [
        ['The service reports it finished', step.completed],
        ['It did not work out', step.notCompleted],
        ['No service takes it', step.refused],
      ];
    case 'wait':
      return [['Then', step.next]];
    case 'measure':
      return [...step.results.map(({ label, next }) => [label, next] as const), ['Not asked in time', step.lost]];
  }
}

function duration({ amount, unit }: Duration): string {
  return plural(amount, unit.replace('-', ' ').replace(/s$/, ''));
}

function role(key: string): string {
  return key.replace(/-/g, ' ');
}

function channel(key: string): string {
  return { email: 'e-mail', sms: 'text message', phone: 'phone' }[key] ?? key;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
