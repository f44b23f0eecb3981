import { Fault } from '#platform/kernel';

/** No episode has this id, or it is another team's: the two look the same from outside. */
export class EpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.episode_missing';

  constructor(episodeId: string) {
    super('There is no such episode in your team', { episodeId });
  }
}

/** Thrown when a sender uses one webhook id for two different bodies. */
export class TriggerReused extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.trigger_reused';

  constructor(source: string, triggerId: string) {
    super('This webhook-id was used before with another body', { source, triggerId });
  }
}

/** A command for a pathway that is over, or about to be. */
export class EpisodeClosed extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.episode_closed';

  constructor(episodeId: string) {
    super('This pathway has ended. Nothing in it can be changed; a new one begins when they are found or referred.', {
      episodeId,
    });
  }
}

export class AlreadyPaused extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.already_paused';

  constructor(episodeId: string, pauseId: string) {
    super('This pathway is paused already, for another reason. Resume it first.', { episodeId, pauseId });
  }
}

/** The pause named is not one of this episode. */
export class NotPaused extends Fault {
  readonly kind = 'conflict';
  readonly code = 'allocation.not_paused';

  constructor(episodeId: string) {
    super('This pathway is not paused in that way. Look at it again.', { episodeId });
  }
}

export class ReasonUnknown extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.reason_unknown';

  constructor(episodeId: string, reasons: readonly string[], hint = '') {
    super(`Choose one of these reasons: ${reasons.join(', ')}.${hint}`, { episodeId });
  }
}

export class NoteMissing extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.note_missing';

  constructor(episodeId: string) {
    super('Say in the note what the reason is.', { episodeId });
  }
}

export class ReviewDateWrong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.review_date_wrong';

  constructor(episodeId: string, first: string, last: string) {
    super(`The day to look again must be from ${first} to ${last}.`, { episodeId });
  }
}

export class TeamUnknown extends Fault {
  readonly kind = 'invalid';
  readonly code = 'allocation.team_unknown';

  constructor(episodeId: string) {
    super('There is no such team. Choose one from the list of teams.', { episodeId });
  }
}
