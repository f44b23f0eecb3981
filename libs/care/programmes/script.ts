import type { Next, Script, Step } from './definition.js';
import type { WrittenProgramme, WrittenStep } from './grammar.js';
import type { Finding, Path } from './mistake.js';

const ENDING = /^end\((.*)\)$/;

function next(target: string): Next {
  const ending = ENDING.exec(target)?.[1];
  return ending === undefined ? { step: target } : { ending };
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
      return { ...rest, id, replied: answers, silent: next(silent) };
    }
    case 'task': {
      const { task: id, outcomes, ...rest } = written;
      return { ...rest, id, outcomes: outcomes.map((outcome) => ({ ...outcome, next: next(outcome.next) })) };
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
  }
}

/** Every way out of a step. */
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
  }
}

/** What is wrong with the shape of a pathway whose references all hold. */
export function findBrokenShape(script: Script): readonly Finding[] {
  const byId = new Map(script.steps.map((step) => [step.id, step]));
  const onward = (id: string): readonly string[] =>
    waysOut(byId.get(id)!).flatMap((way) => ('step' in way ? [way.step] : []));
  const place = (id: string): Path => ['pathway', script.steps.findIndex((step) => step.id === id)];

  const reached = reach([script.start], onward);
  const unreachable = script.steps.filter(({ id }) => !reached.has(id));
  const backward = (id: string): readonly string[] =>
    script.steps.filter((step) => onward(step.id).includes(id)).map((step) => step.id);
  const ending = reach(
    script.steps.filter((step) => waysOut(step).some((way) => 'ending' in way)).map(({ id }) => id),
    backward,
  );
  const endless = script.steps.filter(({ id }) => reached.has(id) && !ending.has(id));
  // Time passes in a wait and before a measure; in any other step a person can answer at once.
  const hurried = (id: string): readonly string[] =>
    onward(id).filter((to) => !['wait', 'measure'].includes(byId.get(to)!.kind));
  const looping = script.steps.filter(({ id }) => reach(hurried(id), hurried).has(id));
  const used = new Set(
    script.steps.flatMap((step) => waysOut(step).flatMap((way) => ('ending' in way ? [way.ending] : []))),
  );

  return [
    ...unreachable.map(({ id }) => ({
      path: place(id),
      found: `step ${id}, to which no path leads`,
      expected: 'a step that some path reaches',
    })),
    ...endless.map(({ id }) => ({
      path: place(id),
      found: `step ${id}, from which no path ends`,
      expected: 'a way to an ending',
    })),
    ...looping.map(({ id }) => ({
      path: place(id),
      found: `step ${id} in a loop without a wait`,
      expected: 'a wait or a measure in every loop',
    })),
    ...script.endings.flatMap(({ key }, index) =>
      used.has(key)
        ? []
        : [
            {
              path: ['endings', index],
              found: `ending ${key}, to which no path leads`,
              expected: 'an ending that some path reaches',
            },
          ],
    ),
  ];
}

function reach(from: readonly string[], onward: (id: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...onward(id));
  }
  return seen;
}
