import { Fault } from '#platform/kernel';

/** Thrown when there is no such difference, or it is about another team's person. */
export class DriftMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.drift_missing';

  constructor(driftId: string) {
    super('There is no such difference', { driftId });
  }
}

/** Thrown when a difference is to be repaired that is there no longer. */
export class DriftGone extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.drift_gone';

  constructor(driftId: string) {
    super('This is no longer so: nothing was changed', { driftId });
  }
}

/** Thrown when a repair does not suit the kind of difference. */
export class RepairUnsuitable extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.repair_unsuitable';

  constructor(driftId: string, repair: string) {
    super('This cannot be repaired like that', { driftId, repair });
  }
}

/** Thrown when no outbox entry has this id. */
export class EntryMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.entry_missing';

  constructor(entryId: string) {
    super('There is no such outbox entry', { entryId });
  }
}

/** Thrown when an outbox entry has been delivered or dropped already. */
export class EntrySettled extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.entry_settled';

  constructor(entryId: string) {
    super('This outbox entry was delivered or dropped already', { entryId });
  }
}
