/** A reading or result taken with a task. `value` is in the unit the task asked for. */
export interface Measured {
  readonly key: string;
  readonly episodeId: string;
  readonly step: string;
  readonly instrument: string;
  readonly result: string;
  readonly value?: number | null;
  readonly value2?: number | null;
  readonly good: boolean;
  readonly at: Date;
  readonly recordedBy: string;
}

/** Where a measure's result is kept. The outcomes room, further down the corridor, provides it. */
export abstract class MeasurementLedger {
  /** A second call with the same key changes nothing. */
  abstract recordMeasurement(measured: Measured): Promise<void>;
}
