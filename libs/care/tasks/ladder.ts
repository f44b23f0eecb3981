/** To whom a rung goes that only reminds whoever has the task, or its team. */
export const OWNER = 'owner';

/** One rung of a task's escalation ladder. Climbed once at most. */
export interface Rung {
  /** Its place, from 0. */
  readonly rung: number;
  /** `owner`, or the role it is raised to. */
  readonly to: string;
  readonly dueAt: Date;
  /** The time from due to here was counted in working days. */
  readonly working: boolean;
  readonly status: 'planned' | 'climbed' | 'cancelled';
  /** When it was climbed or cancelled. */
  readonly at: Date | null;
  readonly by: string | null;
  /** Why it was cancelled. */
  readonly because: string | null;
}

/** Moves an instant that was waited for; `working` when it was counted in working days. */
export type Shift = (at: Date, working: boolean) => Date;
