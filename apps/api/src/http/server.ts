import { randomUUID } from 'node:crypto';
import { createServer, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import fastifyCookie from '@fastify/cookie';
import fastifyHelmet from '@fastify/helmet';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Settings } from '#platform/config';
import { takeImports } from '../ingest/import-body.js';
import { takeReports } from '../receipts/report-body.js';
import { serveDocs } from './docs.js';
import { FaultFilter, problemOf } from './fault.filter.js';
import { followRequests } from './follow-requests.js';
import { Log } from './log.js';
import type { ProblemCode } from './problems.js';
import { RequestCheck } from './request-check.pipe.js';
import { RouteBook } from './route-book.js';
import { throttle } from './throttle.js';
import { serveWeb } from './web.js';

const MEBIBYTE = 1024 * 1024;
const LONGEST_PATH_PART = 300;
const SLOWEST_REQUEST_MS = 10 * 60_000;

/** How Nest is to run: the change feed never ends by itself, so closing cuts it. */
export const MANNER = { rawBody: true, forceCloseConnections: true, return503OnClosing: true } as const;

/** The HTTP server's own settings: sizes, times and ids. */
export function openDoor(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: MEBIBYTE,
    requestTimeout: SLOWEST_REQUEST_MS,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: LONGEST_PATH_PART },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseUnreadable,
  });
}

/** A second address for the same server; one that the machine does not have is passed over. */
export function openSecondDoor(app: NestFastifyApplication): (port: number, host: string) => Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const server = createServer({ requestTimeout: SLOWEST_REQUEST_MS }, (request, response) =>
    fastify.routing(request, response),
  ).on('clientError', refuseUnreadable);
  fastify.addHook('onClose', (_instance, done) => {
    server.closeAllConnections();
    server.close(() => done());
  });
  return (port, host) =>
    new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve();
        else reject(error);
      });
      server.listen(port, host, resolve);
    });
}

/** Everything around the controllers. Call once, before `init` or `listen`. */
export async function furnish(app: NestFastifyApplication): Promise<void> {
  const settings = app.get(Settings);
  const fastify = app.getHttpAdapter().getInstance();
  app.get(RouteBook).follow(fastify);
  followRequests(fastify, app.get(Log));
  throttle(fastify);
  await app.register(fastifyCookie);
  await app.register(fastifyHelmet, protections(settings));
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    // What people's records say must not stay in any cache.
    if (!request.url.startsWith('/assets/')) void reply.header('cache-control', 'no-store');
    done();
  });
  takeImports(fastify);
  takeReports(fastify);
  app.useGlobalPipes(new RequestCheck());
  app.useGlobalFilters(app.get(FaultFilter));
  serveDocs(app);
  await serveWeb(app);
}

function protections(settings: Settings): Parameters<typeof fastifyHelmet>[1] {
  const secure = settings.get('PUBLIC_URL').startsWith('https:');
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        // Logging out posts here and is sent on to the provider.
        formAction: ["'self'", new URL(settings.get('OIDC_ISSUER')).origin],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    strictTransportSecurity: secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    referrerPolicy: { policy: 'no-referrer' },
  };
}

/** An address that the router cannot read is refused before any of our hooks. */
function refuseAddress({ statusCode }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const problem = problemOf(statusCode === 414 ? 'request.uri_too_long' : 'request.malformed', 'Check the address.');
  void reply
    .status(problem.status)
    .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .type('application/problem+json')
    .send(JSON.stringify({ ...problem, instance: `urn:uuid:${request.id}` }));
}

/** What Node cannot read as HTTP never reaches a route; it is still answered with a problem document. */
function refuseUnreadable(error: Error & { code?: string }, socket: Duplex): void {
  const codes: Readonly<Record<string, ProblemCode>> = {
    HPE_HEADER_OVERFLOW: 'request.headers_too_large',
    ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
  };
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = problemOf(codes[error.code ?? ''] ?? 'request.malformed', 'The request was not accepted.');
  const body = JSON.stringify({ ...problem, instance: `urn:uuid:${randomUUID()}` });
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
