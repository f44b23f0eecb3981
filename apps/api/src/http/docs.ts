import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { escapeHtml, page } from './page.js';
import { describeApi } from './openapi-document.js';
import { PROBLEMS } from './problems.js';

/** The API's own pages: the document, a page to read and try it, and what each problem means. Nothing comes from elsewhere. */
export function serveDocs(app: NestFastifyApplication): void {
  SwaggerModule.setup('api/docs', app, () => describeApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Fairway API',
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    // Swagger's page holds a style sheet of its own; no script is let in by this.
    if (/^\/api\/docs(?:[/?]|$)/.test(request.url)) void reply.header('content-security-policy', DOCS_POLICY);
    done();
  });
  const problems = problemsPage();
  fastify.get('/api/problems', (_request, reply) => page(reply, problems));
}

const DOCS_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

function problemsPage() {
  const rows = Object.entries(PROBLEMS).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return {
    title: 'Problems this API answers with',
    body: `<h1>Problems this API answers with</h1>
<p>Every error is a problem document (RFC 9457). Its <code>code</code> stays the same between versions.</p>
<table><thead><tr><th scope="col">Code</th><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows.join('\n')}</tbody></table>`,
  };
}
