import { Readable } from 'node:stream';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What an import may be sent as: NDJSON of FHIR resources, or CSV; either may be compressed. */
export const IMPORT_MEDIA = ['application/fhir+ndjson', 'application/x-ndjson', 'text/csv', 'application/gzip'];
const IMPORT_ROUTE = '/api/imports';

/** Lets an import's body through as a stream, of any length, to its own route and no other. */
export function takeImports(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(IMPORT_MEDIA, (request, body, done) => {
    if (request.routeOptions.url === IMPORT_ROUTE) done(null, body);
    else done(new UnsupportedMediaTypeException());
  });
}

/** Throws UnsupportedMediaTypeException for a body that came as anything else. */
export function streamOf({ body }: FastifyRequest): AsyncIterable<Uint8Array> {
  if (body instanceof Readable) return body;
  throw new UnsupportedMediaTypeException();
}
