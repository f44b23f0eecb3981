import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

export const REPORT_MEDIA = 'message/rfc822';
const REPORT_ROUTE = '/api/receipts/mail';

/** Lets a mail through to the byte, to its own route and no other. */
export function takeReports(fastify: FastifyInstance): void {
  fastify.addContentTypeParser(REPORT_MEDIA, { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.url === REPORT_ROUTE) done(null, body);
    else done(new UnsupportedMediaTypeException());
  });
}

/** Throws UnsupportedMediaTypeException for a body that came as anything else. */
export function reportOf({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body)) return body;
  throw new UnsupportedMediaTypeException();
}
