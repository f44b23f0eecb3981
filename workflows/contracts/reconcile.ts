/** The nightly comparison of Postgres and Temporal. It repairs nothing. */
export interface ReconcileActivities {
  /** Writes down that a run began. */
  beginReconcile(call: RunCall): Promise<void>;
  /** Open episodes against running pathways, both ways. */
  comparePathways(call: RunCall): Promise<{ readonly episodes: number; readonly pathways: number }>;
  /** Asks a bounded number of pathways where they are, and whether something keeps failing. */
  compareWhereabouts(call: RunCall): Promise<{ readonly asked: number }>;
  /** Messages to pathways that are held or have waited too long. */
  compareOutbox(call: RunCall): Promise<void>;
  /** What no comparison of this run has seen is gone. */
  finishReconcile(
    call: RunCall & { readonly episodes: number; readonly pathways: number; readonly asked: number },
  ): Promise<ReconcileSummary>;
  /** Checks once more that it is so, and does what was asked for. */
  repairDrift(call: { readonly driftId: string }): Promise<Repaired>;
}

export interface RunCall {
  readonly runId: string;
  /** ISO 8601. */
  readonly startedAt: string;
}

export interface ReconcileSummary {
  readonly runId: string;
  readonly episodes: number;
  readonly pathways: number;
  readonly asked: number;
  /** Differences seen by this run. */
  readonly drifts: number;
}

/** gone: it was no longer so, and nothing was done. */
export interface Repaired {
  readonly done: 'repaired' | 'gone';
}

export const RECONCILE_RUN = 'reconcile-run';
export const repairRunId = (driftId: string): string => `repair/${driftId}`;
