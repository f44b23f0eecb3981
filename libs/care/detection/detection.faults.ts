import { Fault } from '#platform/kernel';

/** Thrown when nobody has this id. */
export class PersonNotKnown extends Fault {
  readonly kind = 'missing';
  readonly code = 'detection.person_missing';

  constructor(personId: string) {
    super('There is no such person', { personId });
  }
}
