import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import {
  type Asked,
  type Drift,
  DRIFT_KINDS,
  judgeOpenEpisode,
  ReconcileService,
  type Resumption,
  type Seen,
  sidesDiffer,
  startingStep,
  STUCK_AFTER,
} from '#care/allocation';
import { ProgrammesService } from '#care/programmes';
import { Clock, isId } from '#platform/kernel';
import type { CarriedOver, PathwayState, ReconcileActivities, ReconcileSummary, Repaired, RunCall } from '#workflows';
import { Log } from '../log.js';
import { Metrics } from '../metrics.js';
import { Pathways } from '../pathways.js';
import { Activity } from './activity.js';

/** Episodes read at a time; before every one that Postgres has. */
const PAGE = 1000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Descriptions, and questions to pathways, at once: a share of what the server takes, never all of it. */
const DESCRIBED_AT_ONCE = 16;
const ASKED_AT_ONCE = 8;

/** In milliseconds: what is on its way from a pathway to Postgres has arrived after so long. */
const SETTLES_WITHIN = 3000;

/** Above any number that an earlier pathway of the episode can have come to since Postgres last heard of it. */
const SEQ_APART = 1000;

/** Holds Temporal against Postgres, writes down where they differ, and repairs what somebody asked to have repaired. */
@Injectable()
export class ReconcileActivityHandlers implements ReconcileActivities {
  private readonly log: Logger;
  private readonly open: Gauge;

  constructor(
    private readonly reconcile: ReconcileService,
    private readonly programmes: ProgrammesService,
    private readonly pathways: Pathways,
    private readonly clock: Clock,
    metrics: Metrics,
    log: Log,
  ) {
    this.log = log.for('reconcile');
    this.open = new Gauge({
      name: 'fairway_drift_open',
      help: 'Differences between Postgres and Temporal that the last comparison saw, by kind',
      labelNames: ['kind'],
      registers: [metrics.registry],
    });
  }

  @Activity()
  async beginReconcile({ runId, startedAt }: RunCall): Promise<void> {
    await this.reconcile.begin(runId, new Date(startedAt));
  }

  @Activity()
  async comparePathways(run: RunCall): Promise<{ readonly episodes: number; readonly pathways: number }> {
    const running = new Set<string>();
    for await (const episodeId of this.pathways.listRunning()) running.add(episodeId);
    const pathways = running.size;
    let episodes = 0;
    let page = await this.reconcile.pageOpen(BEFORE_ALL, PAGE);
    while (page.length > 0) {
      episodes += page.length;
      // What is left when every page has been read is walked for nobody.
      await this.see(run, await this.checkEpisodes(page.filter((id) => !running.delete(id))));
      page = await this.reconcile.pageOpen(page.at(-1)!, PAGE);
    }
    for (const some of slices([...running], PAGE)) await this.see(run, await this.checkPathways(some));
    return { episodes, pathways };
  }

  @Activity()
  async compareWhereabouts(run: RunCall): Promise<{ readonly asked: number }> {
    const asked = await this.reconcile.listToAsk(run.runId);
    const doubtful: { was: Asked; state: PathwayState }[] = [];
    const seen: Seen[] = [];
    await eachOf(asked, ASKED_AT_ONCE, async (was) => {
      const { standing, failing } = await this.pathways.describe(was.episodeId);
      if (standing !== 'running') return;
      const state = await this.pathways.ask(was.episodeId);
      const stuck = this.judgeStuck(was.episodeId, failing, state);
      if (stuck) seen.push(stuck);
      if (state && sidesDiffer({ episode: was, pathway: sideOf(state) })) doubtful.push({ was, state });
    });
    if (doubtful.length > 0) await pause(SETTLES_WITHIN);
    await eachOf(doubtful, ASKED_AT_ONCE, async ({ was, state }) => {
      const differs = await this.stillDiffers(was, state);
      if (differs) seen.push(differs);
    });
    await this.see(run, seen);
    return { asked: asked.length };
  }

  @Activity()
  async compareOutbox(run: RunCall): Promise<void> {
    const entries = await this.reconcile.listStandingEntries();
    await this.see(
      run,
      entries.map(({ id, topic, lane, held, attempts, lastError, behind }) => {
        const isOfPerson = topic === 'person-left';
        return {
          kind: held ? 'entry-held' : 'entry-waiting',
          subject: id,
          episodeId: !isOfPerson && isId(lane) ? lane : null,
          detail: { topic, attempts, lastError, behind, ...(isOfPerson && { personId: lane }) },
        };
      }),
    );
  }

  @Activity()
  async finishReconcile({
    runId,
    startedAt,
    ...figures
  }: Parameters<ReconcileActivities['finishReconcile']>[0]): Promise<ReconcileSummary> {
    const { episodes, pathways } = figures;
    const drifts = await this.reconcile.finish(runId, new Date(startedAt), { episodes, pathways });
    const { kinds } = await this.reconcile.count();
    for (const kind of DRIFT_KINDS) {
      const count = kinds.filter((one) => one.kind === kind).reduce((sum, one) => sum + one.count, 0);
      this.open.set({ kind }, count);
    }
    const summary = { runId, ...figures, drifts };
    if (drifts > 0) this.log.error(summary, 'Postgres and Temporal differ: somebody has to look at it');
    else this.log.info(summary, 'Postgres and Temporal agree');
    return summary;
  }

  @Activity()
  async repairDrift({ driftId }: { readonly driftId: string }): Promise<Repaired> {
    const drift = await this.reconcile.get(driftId);
    if (drift.repairedAt) return { done: 'repaired' };
    if (!drift.goneAt && (await this.carryOut(drift))) {
      await this.reconcile.noteRepaired(driftId);
      this.log.info({ drift: driftId, kind: drift.kind, subject: drift.subject }, 'a difference was repaired');
      return { done: 'repaired' };
    }
    await this.reconcile.noteGone(driftId);
    return { done: 'gone' };
  }

  /** False when it is no longer so. */
  private async carryOut(drift: Drift): Promise<boolean> {
    switch (drift.repair) {
      case 'start':
        return this.startAgain(drift);
      case 'end':
        return this.endOrphan(drift);
      case 'ask-again':
        return this.askAgain(drift);
      case 'correct':
        return this.correct(drift);
      // A message is released or dropped where it lies, without us.
      case 'release':
      case 'drop':
      case null:
        return false;
    }
  }

  private async startAgain({ id, subject: episodeId }: Drift): Promise<boolean> {
    if (await this.reconcile.waitsForStart(episodeId)) return false;
    const { standing, closedAt, repair } = await this.pathways.describe(episodeId);
    // A try of this repair got as far as that, and was cut off.
    if (repair === id && standing === 'running') return this.tellNew(id, episodeId, null);
    if (standing === 'running') return false;
    const resumption = await this.reconcile.findResumption(episodeId);
    if (!resumption) return false;
    const { script } = await this.programmes.getVersion(resumption.programmeVersionId);
    const step = startingStep(script, resumption.step ?? script.start);
    const kind = script.steps.find((one) => one.id === step)?.kind;
    const carried = carriedOver(resumption, step, kind, this.clock.now());
    await this.pathways.start({ episodeId, script, carried }, id);
    return this.tellNew(id, episodeId, closedAt);
  }

  private async tellNew(driftId: string, episodeId: string, closedAt: Date | null): Promise<boolean> {
    await this.reconcile.noteStarted(driftId, episodeId, closedAt);
    return true;
  }

  private async endOrphan({ id, subject: episodeId }: Drift): Promise<boolean> {
    const [orphan] = await this.reconcile.listWithoutEpisode([episodeId]);
    const { standing } = await this.pathways.describe(episodeId);
    if (!orphan || standing !== 'running') return false;
    await this.pathways.end(episodeId, id);
    return true;
  }

  private async askAgain({ id, subject: episodeId }: Drift): Promise<boolean> {
    const { standing, failing } = await this.pathways.describe(episodeId);
    const state = standing === 'running' ? await this.pathways.ask(episodeId) : null;
    if (standing !== 'running' || !this.judgeStuck(episodeId, failing, state)) return false;
    await this.pathways.askAgain(episodeId, id);
    return true;
  }

  private async correct({ subject: episodeId }: Drift): Promise<boolean> {
    const state = await this.pathways.ask(episodeId);
    const was = await this.reconcile.findAsked(episodeId);
    return state !== null && was !== null && this.reconcile.correct(was, sideOf(state));
  }

  /** Open episodes that the list did not show as walked: described one by one, and believed only when still open then. */
  private async checkEpisodes(ids: readonly string[]): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    await eachOf(ids, DESCRIBED_AT_ONCE, async (id) => {
      const { standing, closedAt } = await this.pathways.describe(id);
      const kind = judgeOpenEpisode(standing);
      // A pathway ends after its episode: one that is open now was open when the pathway was not there.
      if (!kind || !(await this.reconcile.isOpen(id))) return;
      seen.push({ kind, subject: id, episodeId: id, detail: { closedAt: closedAt?.toISOString() ?? null } });
    });
    return seen;
  }

  private async checkPathways(ids: readonly string[]): Promise<readonly Seen[]> {
    const seen: Seen[] = [];
    await eachOf(await this.reconcile.listWithoutEpisode(ids), DESCRIBED_AT_ONCE, async ({ id, exists }) => {
      const { standing } = await this.pathways.describe(id);
      if (standing !== 'running') return;
      seen.push({ kind: 'pathway-orphaned', subject: id, episodeId: exists ? id : null, detail: { exists } });
    });
    return seen;
  }

  private judgeStuck(
    episodeId: string,
    failing: readonly { readonly what: string; readonly tries: number }[],
    state: PathwayState | null,
  ): Seen | null {
    const seen = { kind: 'stuck', subject: episodeId, episodeId } as const;
    const [worst] = [...failing].sort((one, other) => other.tries - one.tries);
    if (worst) return { ...seen, detail: { step: state?.step ?? null, activity: worst.what, tries: worst.tries } };
    const since = state?.stuckOn?.since;
    if (since === undefined || this.clock.now().getTime() - Date.parse(since) < STUCK_AFTER) return null;
    return { ...seen, detail: { step: state?.stuckOn?.step ?? null, since } };
  }

  /** Asks both sides once more; a difference that has moved is work under way. */
  private async stillDiffers(was: Asked, state: PathwayState): Promise<Seen | null> {
    const { episodeId } = was;
    const [now, episode] = [await this.pathways.ask(episodeId), await this.reconcile.findAsked(episodeId)];
    if (!now || !episode || now.step !== state.step || episode.step !== was.step) return null;
    if (!sidesDiffer({ episode, pathway: sideOf(now) })) return null;
    const detail = { step: episode.step, version: episode.version, pathwayStep: now.step, pathwayVersion: now.version };
    return { kind: 'step-differs', subject: episodeId, episodeId, detail };
  }

  private async see({ startedAt }: RunCall, seen: readonly Seen[]): Promise<void> {
    await this.reconcile.see(seen, new Date(startedAt));
  }
}

function sideOf({ step, version, branches, heldUp }: PathwayState) {
  return { step, version, heldUp, branches: branches.map((branch) => branch.step) };
}

/** What a new pathway is given, so that it does nothing twice that the one before it has done. */
function carriedOver(resumption: Resumption, step: string, kind: string | undefined, now: Date): CarriedOver {
  const { enteredAt, lastSeq, attempts, nextAt, openTasks, pause: paused } = resumption;
  const isAtStep = step === resumption.step;
  const reached =
    isAtStep && kind === 'contact' && attempts > 0
      ? { attempt: attempts, until: { key: `${step}:answer`, at: (nextAt ?? now).toISOString(), working: false } }
      : undefined;
  return {
    step,
    ...(isAtStep && { enteredAt: (enteredAt ?? now).toISOString() }),
    ...(reached && { reached }),
    pauses: paused ? [paused] : [],
    seq: lastSeq + SEQ_APART,
    heard: [],
    openTasks,
    ignored: 0,
    repeated: 0,
  };
}

function* slices<Item>(items: readonly Item[], size: number): Iterable<readonly Item[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

/** Does the work for each, so many at once; the first failure ends it. */
async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const one = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(items.slice(0, atOnce).map(one));
}
