import { Fault } from '#platform/kernel';

/** Thrown when no live programme has this key. */
export class ProgrammeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'programmes.programme_missing';

  constructor(programme: string) {
    super('There is no such programme', { programme });
  }
}

/** Thrown when no programme version has this id. */
export class ProgrammeVersionMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'programmes.version_missing';

  constructor(versionId: string) {
    super('There is no such programme version', { versionId });
  }
}
