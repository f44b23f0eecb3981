import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { Fault, type FaultKind } from '#platform/kernel';
import { isUnavailable } from './breakdown.js';
import { Log } from './log.js';
import type { ProblemView } from './parts.schema.js';
import { PROBLEMS, type ProblemCode } from './problems.js';
import { NotReady, RequestInvalid, TooManyRequests } from './request.faults.js';
import { RouteBook } from './route-book.js';

/** The only place that knows which HTTP number a fault is. */
const STATUS: Readonly<Record<FaultKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  refused: 403,
  missing: 404,
  conflict: 409,
  gone: 410,
  unavailable: 503,
};

/** What Fastify and Nest refuse before a handler runs, by the number they give it. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'request.malformed',
  401: 'identity.not_signed_in',
  403: 'identity.not_allowed',
  404: 'request.not_found',
  405: 'request.method_not_allowed',
  408: 'request.timeout',
  413: 'request.too_large',
  414: 'request.uri_too_long',
  415: 'request.media_unsupported',
  429: 'request.too_many',
  431: 'request.headers_too_large',
};

const RETRY = { 'retry-after': '5' };

interface Answer {
  readonly problem: Omit<ProblemView, 'instance'> & { readonly parts?: NotReady['parts'] };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Turns whatever went wrong into one problem document (RFC 9457). A stack never leaves the process. */
@Catch()
@Injectable()
export class FaultFilter implements ExceptionFilter {
  private readonly log: Logger;

  constructor(
    log: Log,
    private readonly routes: RouteBook,
  ) {
    this.log = log.for('http');
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { problem, headers = {} } = this.answerTo(error, request);
    // Who asks whether all is ready is told; it is no failure of the request.
    if (problem.status >= 500 && !(error instanceof NotReady)) this.report(error, request, problem.code);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    void reply
      .status(problem.status)
      .headers({ ...headers, 'cache-control': 'no-store' })
      .type('application/problem+json')
      .send(JSON.stringify({ ...problem, instance: `urn:uuid:${request.id}` }));
  }

  private answerTo(error: unknown, request: FastifyRequest): Answer {
    if (error instanceof Fault) return faultAnswer(error);
    if (isUnavailable(error)) {
      return { problem: problemOf('server.unavailable', 'Try again in a moment.'), headers: RETRY };
    }
    const status = statusOf(error);
    if (status === 404) return this.nothingHere(request);
    const code = status === undefined ? undefined : BY_STATUS[status];
    if (code) return { problem: problemOf(code, 'The request was not accepted.') };
    if (status !== undefined && status < 500) {
      return { problem: problemOf('request.malformed', 'The request was not accepted.') };
    }
    return { problem: problemOf('server.failed', 'It is on our side, and it was recorded. Quote the instance.') };
  }

  /** An address that exists for other methods is told so. */
  private nothingHere(request: FastifyRequest): Answer {
    const allowed = this.routes.methodsAt(request.url);
    if (allowed.length === 0 || allowed.includes(request.method)) {
      return { problem: problemOf('request.not_found', 'Check the address.') };
    }
    const methods = allowed.join(', ');
    return { problem: problemOf('request.method_not_allowed', `Use ${methods}.`), headers: { allow: methods } };
  }

  private report(error: unknown, request: FastifyRequest, code: string): void {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    // A driver's message may quote the values of a row, so only the place is kept.
    const frames = stack?.split('\n').filter((line) => line.trimStart().startsWith('at '));
    const told = error instanceof Fault ? { message, facts: error.facts } : { frames };
    this.log.error({ id: request.id, route: request.routeOptions?.url, code, error: name, ...told }, 'request failed');
  }
}

function faultAnswer(fault: Fault): Answer {
  const known = (PROBLEMS as Partial<Record<string, { readonly status: number; readonly title: string }>>)[fault.code];
  const problem = {
    type: explainedAt(fault.code),
    title: known?.title ?? fault.message,
    status: known?.status ?? STATUS[fault.kind],
    code: fault.code,
    detail: fault.message,
  };
  if (fault instanceof RequestInvalid) return { problem: { ...problem, errors: [...fault.errors] } };
  if (fault instanceof NotReady) return { problem: { ...problem, parts: fault.parts }, headers: RETRY };
  if (fault instanceof TooManyRequests) return { problem, headers: RETRY };
  if (fault.kind === 'unavailable') return { problem, headers: RETRY };
  if (fault.kind === 'unauthenticated') return { problem, headers: { 'www-authenticate': 'Bearer' } };
  return { problem };
}

/** A problem of the catalogue, without the request it belongs to. */
export function problemOf(code: ProblemCode, detail: string): Omit<ProblemView, 'instance'> {
  const { status, title } = PROBLEMS[code];
  return { type: explainedAt(code), title, status, code, detail };
}

const explainedAt = (code: string): string => `/api/problems#${code}`;

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
