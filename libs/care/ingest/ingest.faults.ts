import { Fault } from '#platform/kernel';

/** Thrown when no import run has the id. */
export class ImportRunMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'ingest.run_missing';
  constructor(runId: string) {
    super('No such import.', { runId });
  }
}
