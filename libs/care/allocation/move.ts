import type { Script, Step } from '#care/programmes';

/** Steps of the old version, each with the step of the new version that takes its place. */
export type StepMapping = Readonly<Record<string, string>>;

/**
 * Why a live episode cannot be moved. no-counterpart: its step leads nowhere in the new version. together: it walks
 * several branches at once. not-begun: its first step is still to come. moving: another move is under way.
 */
export type StaysBecause = 'no-counterpart' | 'together' | 'paused' | 'not-begun' | 'moving' | 'ended';

/** A live episode of the old version, as far as moving it is concerned. */
export interface Candidate {
  readonly episodeId: string;
  readonly status: 'open' | 'ended';
  /** Where the pathway has got to; null before its first step. */
  readonly step: string | null;
  readonly paused: boolean;
  /** Asked to move, by this batch or another, and not there yet. */
  readonly moving: boolean;
}

export type Verdict = { readonly toStep: string } | { readonly stays: StaysBecause };

/** What is open for the people at a step. */
export interface OpenWork {
  readonly atStep: string;
  readonly kind: 'task' | 'referral' | 'message';
  readonly count: number;
}

/** What becomes of open work: kept as it is, or ended because its step is left. */
export interface WorkFate {
  readonly kept: number;
  readonly ended: number;
}
export type WorkFates = Readonly<Record<OpenWork['kind'], WorkFate>>;

/** A step of the old version that somebody is at, and where they would go. */
export interface StepPlan {
  readonly step: string;
  readonly title: string;
  readonly kind: Step['kind'] | 'gone';
  /** Null where nothing takes its place. */
  readonly toStep: string | null;
  readonly toTitle: string | null;
  /** True when it is the same step, so that what is open there is kept. */
  readonly same: boolean;
  readonly canMove: number;
  readonly examples: readonly string[];
}

export interface StaysPlan {
  readonly because: StaysBecause;
  readonly count: number;
  readonly examples: readonly string[];
}

export interface MovePlan {
  readonly steps: readonly StepPlan[];
  readonly stays: readonly StaysPlan[];
  readonly canMove: number;
  readonly work: WorkFates;
}

/** Episodes named as examples of each line of a plan. */
const EXAMPLES = 5;

/** The step a piece of work belongs to: a step may open more than its own task, such as `refer:overdue`. */
export function baseStep(step: string): string {
  return step.split(':', 1)[0]!;
}

/** The `together` steps of a script and every step walked inside one. */
export function togetherSteps(script: Script): ReadonlySet<string> {
  const all = script.steps.filter(({ kind }) => kind === 'together');
  return new Set(all.flatMap((step) => [step.id, ...branchSteps(script, step)]));
}

/** The steps that the branches of a `together` step reach. */
function branchSteps(script: Script, together: Step): ReadonlySet<string> {
  const byId = new Map(script.steps.map((step) => [step.id, step]));
  const inside = new Set<string>();
  const waiting = together.kind === 'together' ? together.branches.map(({ start }) => start) : [];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const step = byId.get(id);
    if (!step || inside.has(id)) continue;
    inside.add(id);
    waiting.push(...stepsAfter(step));
  }
  return inside;
}

/** Where a pathway can be put down in a version: any step that is not inside a `together`. */
export function landingSteps(to: Script): readonly Step[] {
  const inside = togetherSteps(to);
  return to.steps.filter(({ id, kind }) => kind === 'together' || !inside.has(id));
}

/** The same step, by id and kind, and what was chosen by hand. A choice that is not possible is left out. */
export function mapSteps(from: Script, to: Script, byHand: StepMapping = {}): StepMapping {
  const landings = new Map(landingSteps(to).map((step) => [step.id, step.kind]));
  const pairs = from.steps.flatMap(({ id, kind }): [string, string][] => {
    const target = byHand[id] ?? (landings.get(id) === kind ? id : undefined);
    return target !== undefined && landings.has(target) ? [[id, target]] : [];
  });
  return Object.fromEntries(pairs);
}

/** The choices that name a step which is not in its version, in which nobody can be put down, or which became another kind. */
export function wrongChoices(from: Script, to: Script, byHand: StepMapping): readonly [step: string, to: string][] {
  const known = new Set(from.steps.map(({ id }) => id));
  const landings = new Set(landingSteps(to).map(({ id }) => id));
  return Object.entries(byHand).filter(
    ([step, target]) =>
      !known.has(step) || !landings.has(target) || (step === target && !isSameStep(from, to, step, target)),
  );
}

/** Where a new pathway takes up: the step itself, or the `together` step around it. */
export function startingStep(script: Script, step: string): string {
  if (!script.steps.some(({ id }) => id === step)) return script.start;
  const around = script.steps.find((one) => one.id !== step && branchSteps(script, one).has(step));
  return around ? startingStep(script, around.id) : step;
}

/** Whether one episode can be moved, and to which step. */
export function judgeMove(candidate: Candidate, mapping: StepMapping, inside: ReadonlySet<string>): Verdict {
  if (candidate.status === 'ended') return { stays: 'ended' };
  if (candidate.moving) return { stays: 'moving' };
  if (candidate.step === null) return { stays: 'not-begun' };
  if (candidate.paused) return { stays: 'paused' };
  const step = baseStep(candidate.step);
  if (inside.has(step)) return { stays: 'together' };
  const toStep = mapping[step];
  return toStep === undefined ? { stays: 'no-counterpart' } : { toStep };
}

/** True when what is open at the step stays open: it is the same step in both versions. */
export function isSameStep(from: Script, to: Script, step: string, toStep: string): boolean {
  const kindIn = (script: Script): string | undefined => script.steps.find(({ id }) => id === step)?.kind;
  return step === toStep && kindIn(from) !== undefined && kindIn(from) === kindIn(to);
}

/** What would happen to everybody, counted by step and by why not. */
export function planMove(
  from: Script,
  to: Script,
  mapping: StepMapping,
  candidates: readonly Candidate[],
  work: readonly OpenWork[],
): MovePlan {
  const inside = togetherSteps(from);
  const moves = new Map<string, string[]>();
  const stays = new Map<StaysBecause, string[]>();
  for (const candidate of candidates) {
    const verdict = judgeMove(candidate, mapping, inside);
    if ('stays' in verdict) append(stays, verdict.stays, candidate.episodeId);
    else append(moves, baseStep(candidate.step!), candidate.episodeId);
  }
  const present = new Set(candidates.flatMap(({ step }) => (step === null ? [] : [baseStep(step)])));
  const order = [...from.steps.map(({ id }) => id), ...present].filter((id, place, all) => all.indexOf(id) === place);
  return {
    steps: order
      .filter((id) => present.has(id))
      .map((id) => stepPlan(from, to, mapping, inside.has(id), id, moves.get(id) ?? [])),
    stays: [...stays].map(([because, ids]) => ({ because, count: ids.length, examples: ids.slice(0, EXAMPLES) })),
    canMove: [...moves.values()].reduce((sum, ids) => sum + ids.length, 0),
    work: fatesOf(
      work.filter(({ atStep }) => moves.has(baseStep(atStep))),
      (step) => isSameStep(from, to, step, mapping[step]!),
    ),
  };
}

function stepPlan(
  from: Script,
  to: Script,
  mapping: StepMapping,
  inside: boolean,
  id: string,
  episodes: readonly string[],
): StepPlan {
  const old = from.steps.find((step) => step.id === id);
  const toStep = inside ? null : (mapping[id] ?? null);
  return {
    step: id,
    title: old?.title ?? id,
    kind: old?.kind ?? 'gone',
    toStep,
    toTitle: to.steps.find((step) => step.id === toStep)?.title ?? null,
    same: toStep !== null && isSameStep(from, to, id, toStep),
    canMove: episodes.length,
    examples: episodes.slice(0, EXAMPLES),
  };
}

/** A pathway that stays at its step keeps all it has open, also what an earlier step left; at another step it closes all. */
function fatesOf(work: readonly OpenWork[], isKept: (step: string) => boolean): WorkFates {
  const fate = (kind: OpenWork['kind']): WorkFate => {
    const some = work.filter((one) => one.kind === kind);
    const kept = some.filter((one) => isKept(baseStep(one.atStep)));
    return { kept: total(kept), ended: total(some) - total(kept) };
  };
  return { task: fate('task'), referral: fate('referral'), message: fate('message') };
}

function total(work: readonly OpenWork[]): number {
  return work.reduce((sum, { count }) => sum + count, 0);
}

function append<Key>(lists: Map<Key, string[]>, key: Key, episodeId: string): void {
  const list = lists.get(key);
  if (list) list.push(episodeId);
  else lists.set(key, [episodeId]);
}

/** The ids of the steps that a step names as a way on, wherever its kind writes them. */
function stepsAfter(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(stepsAfter);
  if (typeof part !== 'object' || part === null) return [];
  if ('step' in part && typeof part.step === 'string') return [part.step];
  return Object.values(part).flatMap(stepsAfter);
}
