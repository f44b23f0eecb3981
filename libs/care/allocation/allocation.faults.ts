import { Fault } from '#platform/kernel';

/** Thrown when no episode has this id. */
export class EpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'allocation.episode_missing';

  constructor(episodeId: string) {
    super('There is no such episode', { episodeId });
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
