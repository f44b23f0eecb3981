export type FaultKind = 'missing' | 'conflict' | 'refused' | 'invalid' | 'unauthenticated' | 'gone' | 'unavailable';

/**
 * A refusal the product chose to make. `code` is stable and public; `facts` holds ids and codes only,
 * because faults are logged. Only apps/api knows HTTP numbers.
 */
export abstract class Fault extends Error {
  abstract readonly kind: FaultKind;
  /** `room.snake_case`, such as `tasks.task_missing`. */
  abstract readonly code: string;

  constructor(
    message: string,
    readonly facts: Readonly<Record<string, string>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
