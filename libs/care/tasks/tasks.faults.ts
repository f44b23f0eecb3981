import { Fault } from '#platform/kernel';

/** No such task, or it is another team's: the two look the same from outside. */
export class TaskMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'tasks.task_missing';
  constructor(taskId: string) {
    super('There is no such task in your team.', { taskId });
  }
}

export class TaskAlreadyClaimed extends Fault {
  readonly kind = 'conflict';
  readonly code = 'tasks.already_claimed';
  /** `role` says who has it, such as `link worker`. */
  constructor(taskId: string, claimedBy: string, role: string) {
    super(`Someone else has this task: a ${role}.`, { taskId, claimedBy });
  }
}

/** The task moved on since the worker looked at it. */
export class TaskChanged extends Fault {
  readonly kind = 'conflict';
  readonly code = 'tasks.task_changed';
  constructor(taskId: string) {
    super('This task has changed since you opened it. Look at it again.', { taskId });
  }
}

export class TaskClosed extends Fault {
  readonly kind = 'conflict';
  readonly code = 'tasks.task_closed';
  constructor(taskId: string, status: string) {
    super(status === 'cancelled' ? 'This task is no longer needed.' : 'This task has already been completed.', {
      taskId,
      status,
    });
  }
}

export class OutcomeUnknown extends Fault {
  readonly kind = 'invalid';
  readonly code = 'tasks.outcome_unknown';
  constructor(taskId: string) {
    super('Choose one of the outcomes this task offers.', { taskId });
  }
}

export class ValueNotAllowed extends Fault {
  readonly kind = 'invalid';
  readonly code = 'tasks.value_not_allowed';
  constructor(taskId: string, why: string) {
    super(why, { taskId });
  }
}

export class NoteTooLong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'tasks.note_too_long';
  constructor(subjectId: string, longest: number) {
    super(`A note may have ${longest} characters.`, { subjectId });
  }
}

/** A cursor that this product did not give out. */
export class WorklistQueryWrong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'tasks.worklist_query_wrong';
  constructor() {
    super('Begin the list again: this place in it is not known.');
  }
}

/** The pathway names an episode that does not exist. */
export class TaskEpisodeMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'tasks.episode_missing';
  constructor(episodeId: string) {
    super('There is no such episode.', { episodeId });
  }
}

/** A day to come back on that has passed, is too far away, or is missing. */
export class DayWrong extends Fault {
  readonly kind = 'invalid';
  readonly code = 'tasks.day_wrong';
  constructor(taskId: string, last: Date) {
    super(`Choose a day after today, and no later than ${last.toISOString().slice(0, 10)}.`, { taskId });
  }
}

/** A snooze of a task whose pathway is paused. */
export class TaskPaused extends Fault {
  readonly kind = 'conflict';
  readonly code = 'tasks.task_paused';
  constructor(taskId: string) {
    super('This pathway is paused, so this task rests already. Resume the pathway first.', { taskId });
  }
}

export class RungMissing extends Fault {
  readonly kind = 'missing';
  readonly code = 'tasks.rung_missing';
  constructor(taskId: string) {
    super('This task has no such reminder or escalation.', { taskId });
  }
}

export class RungClimbed extends Fault {
  readonly kind = 'conflict';
  readonly code = 'tasks.rung_climbed';
  constructor(taskId: string) {
    super('This has happened already and cannot be taken back.', { taskId });
  }
}
