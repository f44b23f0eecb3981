import type { Next, Script, Step } from './definition.js';
import type { WrittenProgramme, WrittenStep } from './grammar.js';

const ELSEWHERE = /^(end|back)\((.*)\)$/;

function next(target: string): Next {
  const [, word, name] = ELSEWHERE.exec(target) ?? [];
  if (name === undefined) return { step: target };
  return word === 'end' ? { ending: name } : { back: name };
}

/** The steps as the workflow walks them. */
export function compileScript({ programme, version, pathway, endings }: WrittenProgramme): Script {
  const steps = pathway.map(compileStep);
  return { programme, version, start: steps[0]!.id, steps, endings };
}

function compileStep(written: WrittenStep): Step {
  switch (written.kind) {
    case 'contact': {
      const { contact: id, replied, silent, ...rest } = written;
      const answers = { yes: next(replied.yes), 'not-now': next(replied['not-now']), sorted: next(replied.sorted) };
      const leads = { replied: answers, silent: next(silent) };
      if (!('plan' in rest)) return { ...rest, id, ...leads };
      // What older readers of a script ask for, said of the plan as a whole.
      const { plan } = rest;
      const channels = [...new Set(plan.flatMap((attempt) => attempt.channels))];
      return { ...rest, id, channels, attempts: plan.length, every: plan[0]!.wait, ...leads };
    }
    case 'task': {
      const { task: id, outcomes, escalate, ...rest } = written;
      return {
        ...rest,
        id,
        escalate: escalate.map(({ after, to }) => ({ after, to: to === 'manager' ? 'programme-manager' : to })),
        outcomes: outcomes.map((outcome) => ({ ...outcome, next: next(outcome.next) })),
      };
    }
    case 'referral': {
      const { referral: id, completed, notCompleted, refused, ...rest } = written;
      return { ...rest, id, completed: next(completed), notCompleted: next(notCompleted), refused: next(refused) };
    }
    case 'wait': {
      const { wait: id, next: then, ...rest } = written;
      return { ...rest, id, next: next(then) };
    }
    case 'measure': {
      const { measure: id, results, lost, ...rest } = written;
      return {
        ...rest,
        id,
        results: results.map((result) => ({ ...result, next: next(result.next) })),
        lost: next(lost),
      };
    }
    case 'recheck': {
      const { recheck: id, still, ...rest } = written;
      return { ...rest, id, still: next(still) };
    }
    case 'branch': {
      const { branch: id, ways, otherwise, ...rest } = written;
      return { ...rest, id, ways: ways.map((way) => ({ ...way, next: next(way.next) })), otherwise: next(otherwise) };
    }
    case 'together': {
      const { together: id, next: then, ...rest } = written;
      return { ...rest, id, next: next(then) };
    }
  }
}

/** Every way out of a step; of a `together` step the one taken when its branches are back. */
export function waysOut(step: Step): readonly Next[] {
  switch (step.kind) {
    case 'contact':
      return [step.replied.yes, step.replied['not-now'], step.replied.sorted, step.silent];
    case 'task':
      return step.outcomes.map((outcome) => outcome.next);
    case 'referral':
      return [step.completed, step.notCompleted, step.refused];
    case 'wait':
      return [step.next];
    case 'measure':
      return [...step.results.map((result) => result.next), step.lost];
    case 'recheck':
      return [step.still];
    case 'branch':
      return [...step.ways.map((way) => way.next), step.otherwise];
    case 'together':
      return [step.next];
  }
}
