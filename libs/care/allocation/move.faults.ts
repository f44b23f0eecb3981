import { Fault } from '#platform/kernel';

/** Thrown when a programme has no version of this number. */
export class MoveVersionMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.move_version_missing';

  constructor(programme: string, version: number) {
    super('This programme has no such version', { programme, version: String(version) });
  }
}

/** Thrown when a step is to be replaced by one in which nobody can be put down. */
export class MoveMappingWrong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.move_mapping_wrong';

  constructor(step: string, toStep: string) {
    super(`Step ${step} cannot be replaced by ${toStep}: choose a step of the new version that stands alone`, {
      step,
      toStep,
    });
  }
}

/** Thrown when live pathways of a programme are being moved already, or moved back. */
export class MoveUnderWay extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.move_under_way';

  constructor(programme: string, batchId: string) {
    super('A move of this programme is under way. Wait until it has finished', { programme, batchId });
  }
}

/** Thrown when nobody is left whom a batch could move. */
export class MoveOfNobody extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.move_of_nobody';

  constructor(programme: string) {
    super('Nobody can be moved like this now', { programme });
  }
}

/** Thrown when no batch has this id, or the episode is not in it. */
export class MoveMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.move_missing';

  constructor(batchId: string, episodeId?: string) {
    super('There is no such move', { batchId, ...(episodeId !== undefined && { episodeId }) });
  }
}

/** Thrown when the time to undo a move is over. */
export class MoveUndoLate extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.move_undo_late';

  constructor(batchId: string) {
    super('The time to undo this move is over', { batchId });
  }
}
