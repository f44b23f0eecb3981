import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId } from '#platform/kernel';
import { ProgrammesService } from '#care/programmes';
import { DriftGone, DriftMissing, EntryMissing, EntrySettled, RepairUnsuitable } from './reconcile.faults.js';
import { GRACE, mayRepair, type Repair, type Seen, sidesDiffer, type TwoSides, WAITS_TOO_LONG } from './reconcile.js';
import {
  type Asked,
  type Drift,
  ReconcileRepository,
  type ReconcileRun,
  type Resumption,
  type StandingEntry,
} from './reconcile.repository.js';

/** Differences shown at once. */
const MOST_SHOWN = 200;

/** Repairs shown, and for how long, in milliseconds. */
const REPAIRS_SHOWN = 20;
const REPAIRS_SHOWN_FOR = 7 * 86_400_000;

/** A comparison that began longer ago, in milliseconds, and has not ended has failed. */
const RUNS_AT_MOST = 10 * 60_000;

export interface DriftList {
  readonly open: readonly Drift[];
  readonly repaired: readonly Drift[];
  readonly lastRun: ReconcileRun | null;
}

export interface DriftCounts {
  readonly kinds: Awaited<ReturnType<ReconcileRepository['countByKind']>>;
  readonly lastRun: ReconcileRun | null;
}

export interface RepairOrder {
  readonly driftId: string;
  readonly repair: Repair;
  readonly reason: string;
  /** Whose people may be concerned; null for everybody's. */
  readonly teamKey: string | null;
}

/**
 * Where Postgres and Temporal differ. This room knows one side of it: the worker holds the other against it, writes down
 * what it sees by `see`, and carries out a repair that somebody has asked for.
 */
@Injectable()
export class ReconcileService {
  constructor(
    private readonly drifts: ReconcileRepository,
    private readonly programmes: ProgrammesService,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** A repeat changes nothing. */
  async begin(runId: string, startedAt: Date): Promise<void> {
    await this.drifts.begin(runId, startedAt);
  }

  /** Calls gone what no comparison of the run has seen; answers how many differences are left. */
  async finish(runId: string, startedAt: Date, figures: { episodes: number; pathways: number }): Promise<number> {
    return this.database.inTransaction(async () => {
      const finishedAt = this.clock.now();
      const drifts = await this.drifts.letGo(startedAt, finishedAt);
      await this.drifts.finish(runId, { ...figures, drifts, finishedAt });
      return drifts;
    });
  }

  /** Open episodes whose pathway should be running, after an id. */
  pageOpen(after: string, limit: number): Promise<readonly string[]> {
    return this.drifts.pageOpen(after, limit);
  }

  async isOpen(episodeId: string): Promise<boolean> {
    const [episode] = await this.drifts.listStanding([episodeId]);
    return episode?.status === 'open';
  }

  /** True while the message that starts the pathway is still in the outbox. */
  waitsForStart(episodeId: string): Promise<boolean> {
    return this.drifts.waitsForStart(episodeId);
  }

  /** Of these ids, those that no pathway should walk: no episode has them, or it ended a while ago. */
  async listWithoutEpisode(ids: readonly string[]): Promise<readonly { id: string; exists: boolean }[]> {
    const longAgo = this.clock.now().getTime() - GRACE;
    const known = new Map((await this.drifts.listStanding(ids.filter(isId))).map((episode) => [episode.id, episode]));
    return ids.flatMap((id): { id: string; exists: boolean }[] => {
      const episode = known.get(id);
      if (!episode) return [{ id, exists: false }];
      const isOver = episode.status !== 'open' && (episode.endedAt?.getTime() ?? 0) < longAgo;
      return isOver ? [{ id, exists: true }] : [];
    });
  }

  listToAsk(runId: string): Promise<readonly Asked[]> {
    return this.drifts.listToAsk(runId, this.clock.now());
  }

  /** Where Postgres says an open episode is; null when it is open no longer. */
  findAsked(episodeId: string): Promise<Asked | null> {
    return this.drifts.findAsked(episodeId);
  }

  /** Outbox entries that somebody has to look at. */
  listStandingEntries(): Promise<readonly StandingEntry[]> {
    return this.drifts.listStandingEntries(new Date(this.clock.now().getTime() - WAITS_TOO_LONG));
  }

  /** Writes down what a comparison of the run that began at `startedAt` has seen. */
  async see(seen: readonly Seen[], startedAt: Date): Promise<void> {
    await this.drifts.see(seen, startedAt, this.clock.now());
  }

  /** What differs for a team's people, or for everybody's. */
  async list(teamKey: string | null): Promise<DriftList> {
    const since = new Date(this.clock.now().getTime() - REPAIRS_SHOWN_FOR);
    return {
      open: await this.drifts.listOpen(teamKey, MOST_SHOWN),
      repaired: await this.drifts.listRepaired(teamKey, since, REPAIRS_SHOWN),
      lastRun: await this.drifts.findLastRun(),
    };
  }

  /** How much differs, of which kind: nothing that leads to a person. */
  async count(): Promise<DriftCounts> {
    return { kinds: await this.drifts.countByKind(), lastRun: await this.drifts.findLastRun() };
  }

  /** True while a comparison is under way. */
  async isRunning(): Promise<boolean> {
    return this.drifts.isRunning(new Date(this.clock.now().getTime() - RUNS_AT_MOST));
  }

  /** Throws DriftMissing. */
  async get(driftId: string): Promise<Drift> {
    const drift = isId(driftId) ? await this.drifts.find(driftId) : null;
    if (!drift) throw new DriftMissing(driftId);
    return drift;
  }

  /**
   * Keeps what somebody wants done about a difference, and why, before anything is done. A message is released or
   * dropped at once; anything else is for the worker, which checks again. Answers whether it is done.
   * Throws DriftMissing, DriftGone, RepairUnsuitable.
   */
  async ask({ driftId, repair, reason, teamKey }: RepairOrder): Promise<'done' | 'asked'> {
    return this.database.inTransaction(async () => {
      const drift = await this.held(driftId);
      if (teamKey !== null && drift.teamKey !== teamKey) throw new DriftMissing(driftId);
      if (drift.goneAt) throw new DriftGone(driftId);
      if (!mayRepair(drift.kind, repair)) throw new RepairUnsuitable(driftId, repair);
      await this.drifts.set(driftId, { repair, reason, repairedBy: Audit.actor.id });
      await this.note('drift.repair-asked', drift, repair);
      if (repair !== 'release' && repair !== 'drop') return 'asked';
      const entry = await this.drifts.holdEntry(drift.subject);
      if (!entry || entry.settled || (drift.kind === 'entry-held' && !entry.held)) throw new DriftGone(driftId);
      await this.settleEntry(entry, repair, drift.personId);
      await this.noteRepaired(driftId);
      return 'done';
    });
  }

  /**
   * Sends a held or waiting outbox entry again, or drops it for good. Throws EntryMissing, EntrySettled.
   * The difference about it, if one is known, counts as repaired with this reason.
   */
  async settle(entryId: string, repair: 'release' | 'drop', reason: string): Promise<void> {
    await this.database.inTransaction(async () => {
      const entry = isId(entryId) ? await this.drifts.holdEntry(entryId) : null;
      if (!entry) throw new EntryMissing(entryId);
      if (entry.settled) throw new EntrySettled(entryId);
      const drift = await this.drifts.findOfEntry(entryId);
      await this.settleEntry(entry, repair, drift?.personId ?? null);
      if (!drift) return;
      await this.drifts.set(drift.id, { repair, reason, repairedBy: Audit.actor.id });
      await this.noteRepaired(drift.id);
    });
  }

  /** A repair has been carried out. A repeat changes nothing. Throws DriftMissing. */
  async noteRepaired(driftId: string): Promise<void> {
    await this.database.inTransaction(async () => {
      const drift = await this.held(driftId);
      if (drift.repairedAt) return;
      const at = this.clock.now();
      await this.drifts.set(driftId, { repairedAt: at, goneAt: at });
      await this.note('drift.repaired', drift, drift.repair);
    });
  }

  /** When a repair was asked for, it was no longer so. Throws DriftMissing. */
  async noteGone(driftId: string): Promise<void> {
    await this.database.inTransaction(async () => {
      const drift = await this.held(driftId);
      if (drift.goneAt) return;
      await this.drifts.set(driftId, { goneAt: this.clock.now(), repair: null, reason: null, repairedBy: null });
      await this.note('drift.gone', drift, drift.repair);
    });
  }

  /** Where a new pathway takes up; null when the episode is not open. */
  findResumption(episodeId: string): Promise<Resumption | null> {
    return this.drifts.findResumption(episodeId);
  }

  /** A new pathway walks the episode: it is told what came since `deafSince`, when nobody listened. */
  async noteStarted(driftId: string, episodeId: string, deafSince: Date | null): Promise<void> {
    await this.database.inTransaction(async () => {
      const { repairedAt } = await this.held(driftId);
      if (repairedAt) return;
      if (deafSince) await this.drifts.tellAgain(episodeId, deafSince, this.clock.now());
      await this.noteRepaired(driftId);
    });
  }

  /** Makes Postgres say what the pathway says; false when they agree by now. */
  async correct(was: Asked, pathway: TwoSides['pathway']): Promise<boolean> {
    if (!sidesDiffer({ episode: was, pathway })) return false;
    const versionId = await this.drifts.findVersionId(was.episodeId, pathway.version);
    if (!versionId) return false;
    const { script } = await this.programmes.getVersion(versionId);
    const stepTitle = script.steps.find(({ id }) => id === pathway.step)?.title ?? null;
    return this.drifts.correct(was.episodeId, was, { step: pathway.step, stepTitle, versionId });
  }

  private async settleEntry(entry: StandingEntry, repair: 'release' | 'drop', personId: string | null): Promise<void> {
    if (repair === 'release') await this.drifts.releaseEntry(entry.id);
    else await this.drifts.dropEntry(entry.id, this.clock.now());
    await this.audit.record({
      action: repair === 'release' ? 'outbox.entry-released' : 'outbox.entry-dropped',
      subjectKind: 'outbox-entry',
      subjectId: entry.id,
      personId,
      detail: { topic: entry.topic, lane: entry.lane },
    });
  }

  private async held(driftId: string): Promise<Drift> {
    if (isId(driftId)) await this.drifts.hold(driftId);
    return this.get(driftId);
  }

  private async note(action: string, drift: Drift, repair: Repair | null): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'drift',
      subjectId: drift.id,
      personId: drift.personId,
      detail: { kind: drift.kind, subject: drift.subject, repair },
    });
  }
}
