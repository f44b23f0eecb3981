import { StandardSchemaValidationPipe } from '@nestjs/common';
import { RequestInvalid } from './request.faults.js';

const MOST_ERRORS = 20;

/** Checks every parameter that has a schema; refuses with RequestInvalid. */
export class RequestCheck extends StandardSchemaValidationPipe {
  constructor() {
    super({
      exceptionFactory: (issues) =>
        new RequestInvalid(
          issues.slice(0, MOST_ERRORS).map(({ path = [], message }) => ({
            path: path
              .map((part) => String(typeof part === 'object' ? part.key : part))
              .join('.')
              .slice(0, 200),
            message: message.slice(0, 300),
          })),
        ),
    });
  }

  // Fastify has already refused bodies with such keys, and walking a deep body here would overflow the stack.
  protected override stripProtoKeys(): void {}
}
