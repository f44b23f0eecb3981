import { Fault } from '#platform/kernel';

/** The pathway, or a task, names an episode that does not exist. */
export class OutcomeEpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'outcomes.episode_missing';
  constructor(episodeId: string) {
    super('There is no such episode.', { episodeId });
  }
}
