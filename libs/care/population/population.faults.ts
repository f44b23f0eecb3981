import { Fault } from '#platform/kernel';

/** Thrown when nobody in the register has the id. */
export class PersonMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'population.person_missing';
  constructor(personId: string) {
    super('No such person.', { personId });
  }
}

/** Thrown when a death or a move is dated in the future or before the person was born. */
export class DateImpossible extends Fault {
  readonly kind = 'invalid';
  readonly code = 'population.date_impossible';
  constructor(personId: string) {
    super('That date cannot be true for this person.', { personId });
  }
}
