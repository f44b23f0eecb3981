import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** dist/web, seen from dist/apps/api/src/http. */
const BUILT = fileURLToPath(new URL('../../../../web', import.meta.url));
const YEAR_SECONDS = 31_536_000;
/** Addresses that are never a page of the web app. */
const OURS = /^\/(?:api|auth|r|assets|metrics)(?:[/?]|$)/;

/** Serves the built web app: its files by name, and its one page at every address a browser goes to. */
export async function serveWeb(app: NestFastifyApplication): Promise<void> {
  if (!existsSync(BUILT)) return;
  await app.register(fastifyStatic, {
    root: BUILT,
    wildcard: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // Vite puts the hash of the content into the names under assets.
      const forGood = path.includes('/assets/');
      void reply.header('cache-control', forGood ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache');
    },
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/*', (request, reply) => {
    const wantsPage = request.headers.accept?.includes('text/html') ?? false;
    if (!wantsPage || OURS.test(request.url)) return reply.callNotFound();
    return reply.sendFile('index.html');
  });
}
