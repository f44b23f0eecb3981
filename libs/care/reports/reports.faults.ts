import { Fault } from '#platform/kernel';

export class ReportMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'reports.programme_missing';
  constructor(programme: string) {
    super('There is no such programme.', { programme });
  }
}

export class PeriodWrong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'reports.period_wrong';
  constructor() {
    super('Give two days, as 2026-05-01, the first not after the second.');
  }
}

/** No such person, or a person of another team: the two look the same from outside. */
export class PersonRecordMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'reports.person_missing';
  constructor(personId: string) {
    super('There is no such person in your team.', { personId });
  }
}
