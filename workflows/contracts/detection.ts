/** The nightly run over every live programme. */
export interface DetectionActivities {
  listProgrammes(): Promise<readonly string[]>;
  /** Evaluates one programme for everybody, lets go whom it finds no longer in need, and lets in whom it may. */
  detect(call: {
    readonly programme: string;
    /** The instant the rules are evaluated for, ISO 8601. */
    readonly asOf: string;
  }): Promise<{ readonly found: number; readonly letIn: number; readonly left?: number }>;
}

export interface DetectionSummary {
  readonly asOf: string;
  readonly found: number;
  readonly letIn: number;
  /** People under way who need it no longer. */
  readonly left: number;
  /** Programmes that could not be evaluated this time. */
  readonly failed: readonly string[];
}

export const DETECTION_RUN = 'detection-run';
