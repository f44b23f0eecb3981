import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiCookieAuth, ApiBearerAuth, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { PROBLEMS, type ProblemCode } from './problems.js';

interface Description {
  /** What the route does, in a line. */
  readonly summary: string;
  /** Who may call it: a person with a session, also a machine with a token, or anybody. */
  readonly caller?: 'session' | 'session-or-machine' | 'anybody';
  /** The status of success. */
  readonly status?: number;
  readonly answer?: z.ZodType;
  /** Media type of success when it is not JSON. */
  readonly media?: string;
  /** True when the route reads a body. */
  readonly body?: boolean;
  /** The problems this route alone may answer with. */
  readonly refusals?: readonly ProblemCode[];
}

const EVERYWHERE: readonly ProblemCode[] = [
  'request.invalid',
  'request.uri_too_long',
  'request.headers_too_large',
  'server.failed',
  'server.unavailable',
];
const WITH_BODY: readonly ProblemCode[] = ['request.malformed', 'request.too_large', 'request.media_unsupported'];
const WITH_CALLER: readonly ProblemCode[] = [
  'identity.not_signed_in',
  'identity.not_allowed',
  'identity.csrf_wrong',
  'identity.provider_unavailable',
];

/** Writes a route's summary, its answer and every problem it may answer with into the OpenAPI document. */
export function Describe(description: Description): MethodDecorator {
  const { summary, caller = 'session', status = 200, body = false, refusals = [] } = description;
  const codes = [...EVERYWHERE, ...(body ? WITH_BODY : []), ...(caller === 'anybody' ? [] : WITH_CALLER), ...refusals];
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary }),
    ...(caller === 'anybody' ? [] : [ApiCookieAuth('session')]),
    ...(caller === 'session-or-machine' ? [ApiBearerAuth('machine')] : []),
    ApiResponse({ status, description: 'Done.', ...contentOf(description) }),
    ...byStatus(codes).map(([refused, named]) => ApiResponse(problemOf(refused, named))),
  );
}

function contentOf({ media, answer }: Description) {
  if (media) return { content: { [media]: { schema: { type: 'string' as const } } } };
  return answer ? { standardSchema: answer } : {};
}

const problemOf = (status: number, codes: readonly ProblemCode[]) => ({
  status,
  description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join('\n\n'),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function byStatus(codes: readonly ProblemCode[]): [number, ProblemCode[]][] {
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((one, other) => one - other);
  return statuses.map((status) => [status, [...new Set(codes)].filter((code) => PROBLEMS[code].status === status)]);
}
