import { Fault } from '#platform/kernel';
import type { Parts } from '../health/health.schema.js';

/** The request does not fit the route's schema; says where and how. */
export class RequestInvalid extends Fault {
  readonly kind = 'invalid';
  readonly code = 'request.invalid';
  constructor(readonly errors: readonly { readonly path: string; readonly message: string }[]) {
    super(errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; '));
  }
}

export class TooManyRequests extends Fault {
  readonly kind = 'refused';
  readonly code = 'request.too_many';
  constructor() {
    super('Wait a moment, then try again.');
  }
}

/** A part that the service needs does not answer. */
export class NotReady extends Fault {
  readonly kind = 'unavailable';
  readonly code = 'server.not_ready';
  constructor(readonly parts: Parts) {
    const down = Object.entries(parts).filter(([, part]) => part.state === 'down');
    super(`Not ready: ${down.map(([name]) => name).join(', ')}.`);
  }
}
