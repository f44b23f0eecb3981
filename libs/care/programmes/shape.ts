import type { Next, Script, Step, TogetherStep } from './definition.js';
import type { Finding, Path } from './mistake.js';
import { waysOut } from './script.js';

/*
 * What is wrong with the shape of a pathway whose references all hold. A pathway is read as a map: each step leads to
 * steps and endings; `together` leads into its branches, and on from there once they are back.
 */

/** A stretch of steps walked in one go: the main walk, or one branch of a `together` step. */
interface Stretch {
  readonly together: TogetherStep | null;
  readonly key: string;
  readonly steps: ReadonlySet<string>;
}

export function findBrokenShape(script: Script): readonly Finding[] {
  const map = new PathwayMap(script);
  const branches = map.findBrokenBranches();
  // How far a path leads cannot be told while branches run into each other.
  return branches.length > 0 ? branches : map.findBrokenPaths();
}

class PathwayMap {
  private readonly byId: ReadonlyMap<string, Step>;
  private readonly togethers: readonly TogetherStep[];
  private readonly stretches: readonly Stretch[];

  constructor(private readonly script: Script) {
    this.byId = new Map(script.steps.map((step) => [step.id, step]));
    this.togethers = script.steps.filter((step) => step.kind === 'together');
    const stretch = (together: TogetherStep | null, key: string, start: string): Stretch => ({
      together,
      key,
      steps: reach([start], (id) => stepsOf(waysOut(this.byId.get(id)!))),
    });
    this.stretches = [
      stretch(null, '', script.start),
      ...this.togethers.flatMap((one) => one.branches.map(({ key, start }) => stretch(one, key, start))),
    ];
  }

  /** Branches that share steps, hold branches of their own, or come back to where they did not begin. */
  findBrokenBranches(): readonly Finding[] {
    const findings: Finding[] = [];
    for (const { id } of this.script.steps) {
      const walked = this.stretches.filter(({ steps }) => steps.has(id));
      if (walked.length > 1) {
        findings.push({
          path: this.place(id),
          found: `step ${id}, reached from ${walked.map(nameOf).join(' and from ')}`,
          expected: 'a step that is reached from one branch only, or from outside all of them',
          mend: `Give each its own step, or let the branch come back and go to ${id} after it`,
        });
      }
    }
    for (const { together, key, steps } of this.stretches) {
      for (const id of steps) {
        const step = this.byId.get(id)!;
        if (step.kind === 'together' && together) {
          findings.push({
            path: this.place(id),
            found: `together step ${id} within branch ${key} of ${together.id}`,
            expected: 'branches without branches of their own',
            mend: `Let ${together.id} have more branches`,
          });
        }
        for (const way of waysOut(step)) {
          if (!('back' in way) || way.back === together?.id) continue;
          findings.push({
            path: this.place(id),
            found: `back(${way.back}) in step ${id}, which is ${together ? `in branch ${key} of ${together.id}` : 'in no branch of it'}`,
            expected: `back(${way.back}) only in a branch of ${way.back}`,
            mend: together ? `Write back(${together.id})` : 'Name the step to go to',
          });
        }
      }
    }
    return findings;
  }

  /** Steps no path reaches, paths without an end, loops in which no time passes, branches that never come back. */
  findBrokenPaths(): readonly Finding[] {
    const { steps, endings } = this.script;
    const reached = reach([this.script.start], (id) => this.onward(id));
    const ending = reach(
      steps.filter((step) => this.ways(step).some((way) => 'ending' in way)).map(({ id }) => id),
      (id) => steps.filter((step) => this.onward(step.id).includes(id)).map((step) => step.id),
    );
    // Time passes in a wait and before a measure; in any other step a person can answer at once.
    const hurried = (id: string): readonly string[] =>
      this.onward(id).filter((to) => !['wait', 'measure'].includes(this.byId.get(to)!.kind));
    const used = new Set(
      steps
        .filter(({ id }) => reached.has(id))
        .flatMap((step) => this.ways(step).flatMap((way) => ('ending' in way ? [way.ending] : []))),
    );
    return [
      ...this.findOneWayBranches(),
      ...steps
        .filter(({ id }) => !reached.has(id))
        .map(({ id }) => ({
          path: this.place(id),
          found: `step ${id}, to which no path leads`,
          expected: 'a step that some path reaches',
          mend: 'Let another step lead to it, or take it out',
        })),
      ...steps
        .filter(({ id }) => reached.has(id) && !ending.has(id))
        .map(({ id }) => ({
          path: this.place(id),
          found: `step ${id}, from which no path ends`,
          expected: 'a way to an ending',
        })),
      ...steps
        .filter(({ id }) => reach(hurried(id), hurried).has(id))
        .map(({ id }) => ({
          path: this.place(id),
          found: `step ${id} in a loop without a wait`,
          expected: 'a wait or a measure in every loop',
        })),
      ...endings.flatMap(({ key }, index) =>
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

  /** A branch that never comes back keeps the others waiting for good. */
  private findOneWayBranches(): readonly Finding[] {
    return this.togethers.flatMap((together) =>
      together.branches.flatMap(({ key }, index) => {
        if (this.comesBack(together, key)) return [];
        if (together.until === 'first' && together.branches.some((one) => this.comesBack(together, one.key))) return [];
        return [
          {
            path: [...this.place(together.id), 'branches', index],
            found: `branch ${key}, which never comes back`,
            expected: `a way to back(${together.id})`,
            mend: `Let a step of it lead to back(${together.id})`,
          },
        ];
      }),
    );
  }

  private comesBack(together: TogetherStep, key: string): boolean {
    const stretch = this.stretches.find((one) => one.together === together && one.key === key)!;
    return [...stretch.steps].some((id) =>
      waysOut(this.byId.get(id)!).some((way) => 'back' in way && way.back === together.id),
    );
  }

  /** Whether enough branches come back for the pathway to go on. */
  private goesOn(step: TogetherStep): boolean {
    const back = step.branches.map(({ key }) => this.comesBack(step, key));
    return step.until === 'all' ? back.every(Boolean) : back.some(Boolean);
  }

  /** Where a step leads: `together` into its branches, and what comes back to where that step goes on. */
  private ways(step: Step): readonly Next[] {
    if (step.kind === 'together') return step.branches.map(({ start }) => ({ step: start }));
    return waysOut(step).flatMap((way) => {
      if (!('back' in way)) return [way];
      const together = this.togethers.find(({ id }) => id === way.back)!;
      return this.goesOn(together) ? [together.next] : [];
    });
  }

  private onward(id: string): readonly string[] {
    return stepsOf(this.ways(this.byId.get(id)!));
  }

  private place(id: string): Path {
    return ['pathway', this.script.steps.findIndex((step) => step.id === id)];
  }
}

function nameOf({ together, key }: Stretch): string {
  return together ? `branch ${key} of ${together.id}` : 'outside of all branches';
}

function stepsOf(ways: readonly Next[]): readonly string[] {
  return ways.flatMap((way) => ('step' in way ? [way.step] : []));
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
