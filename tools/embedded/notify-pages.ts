import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './form.ts';
import { isForThisMachine } from './loopback.ts';
import type { Notification, NotifyBox } from './notify-box.ts';
import { NOTIFY_FAULTS, NotifyNo, type NotifyAnswer, type NotifyFault, type NotifyOffice } from './notify-office.ts';
import { escapeHtml, type Page, pageTurns, sendPage } from './page.ts';

const ON_A_PAGE = 50;
const MOST = 5000;
const LARGEST = 1024 * 1024;
const KINDS = { sms: 'Text', letter: 'Letter', email: 'E-mail' } as const;

/** The API that a client of GOV.UK Notify calls, pages for people, and JSON for tests. */
export function notifyPages(box: NotifyBox, office: NotifyOffice) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // What was caught holds links that act for a person: no page elsewhere may read them through a name of its own.
    if (!isForThisMachine(request.headers.host)) {
      return sendJson(response, { status: 403, body: { error: 'Ask by localhost.' } });
    }
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [room = '', id = ''] = url.pathname.split('/').slice(1);
    if (room === 'v2') return answerClient(request, response, url, office);
    if (request.method === 'POST' && room === 'faults') return setFault(request, response, office);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendJson(response, { status: 405, body: { error: 'Read only.' } });
    }
    if (room === '') return sendPage(response, listPage(box, url.searchParams));
    if (room === 'faults') return sendJson(response, { status: 200, body: office.fault });
    if (room === 'messages' && !id) {
      return sendJson(response, { status: 200, body: box.list(queryOf(url.searchParams)) });
    }
    const found = box.find(id);
    if (found && room === 'messages') return sendJson(response, { status: 200, body: found });
    return sendPage(response, found && room === 'read' ? readPage(found) : MISSING);
  };
}

async function answerClient(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  office: NotifyOffice,
): Promise<void> {
  const written = await readBody(request, LARGEST);
  const { mode, ms } = office.fault;
  const sends = request.method === 'POST';
  if (mode === 'slow') await new Promise((resolve) => setTimeout(resolve, ms));
  if (sends && mode === 'drop') return void request.socket.destroy();
  const answer = answerOf(request, url, written, office);
  if (sends && mode === 'drop-after') return void request.socket.destroy();
  if (mode === 'gateway') {
    return void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  }
  sendJson(response, answer);
}

function answerOf(request: IncomingMessage, url: URL, written: string, office: NotifyOffice): NotifyAnswer {
  const { method } = request;
  const [, thing = '', part = ''] = url.pathname.split('/').slice(1);
  try {
    office.admit(request.headers.authorization);
    const { mode } = office.fault;
    if (mode === 'busy') {
      throw new NotifyNo(
        429,
        'RateLimitError',
        'Exceeded rate limit for key type TEST of 3000 requests per 60 seconds',
      );
    }
    if (mode === 'broken') throw new NotifyNo(500, 'Exception', 'Internal server error');
    if (method === 'GET' && thing === 'templates') return office.templates(url.searchParams.get('type'));
    if (method === 'GET' && thing === 'template' && part) return office.template(part);
    if (method === 'GET' && thing === 'notifications') {
      return part ? office.notification(part) : office.notifications(url.searchParams);
    }
    if (method === 'POST' && thing === 'notifications' && (part === 'sms' || part === 'letter' || part === 'email')) {
      // A gateway that fails does so before the office has the message.
      if (mode === 'gateway') return { status: 502, body: {} };
      return office.send(part, parsed(written));
    }
    throw new NotifyNo(404, 'NotFound', 'The requested URL was not found on the server.');
  } catch (error) {
    if (error instanceof NotifyNo) return error.answer;
    throw error;
  }
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    throw new NotifyNo(400, 'BadRequestError', 'Invalid JSON supplied in POST data');
  }
}

async function setFault(request: IncomingMessage, response: ServerResponse, office: NotifyOffice): Promise<void> {
  // Only a program sends JSON here: a form on another page cannot.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return sendJson(response, { status: 415, body: { error: 'Send JSON.' } });
  }
  const asked = readFault(await readBody(request));
  if (!asked) {
    const error = `Send {"mode": one of ${NOTIFY_FAULTS.join(', ')}, "ms": number}.`;
    return sendJson(response, { status: 400, body: { error } });
  }
  office.misbehave(asked);
  sendJson(response, { status: 200, body: asked });
}

function readFault(body: string): NotifyFault | null {
  try {
    const { mode, ms } = JSON.parse(body) as { mode?: unknown; ms?: unknown };
    const known = NOTIFY_FAULTS.find((fault) => fault === mode);
    return known ? { mode: known, ms: typeof ms === 'number' && ms >= 0 ? Math.min(ms, 600_000) : 0 } : null;
  } catch {
    return null;
  }
}

function queryOf(search: URLSearchParams): { to: string; type: string; since: string; limit: number; offset: number } {
  const whole = (name: string, otherwise: number): number => {
    const number = Number(search.get(name) ?? otherwise);
    return Number.isInteger(number) && number >= 0 ? number : otherwise;
  };
  const since = search.get('since') ?? '';
  return {
    to: search.get('to') ?? '',
    type: search.get('type') ?? '',
    since: Number.isNaN(Date.parse(since)) ? '' : since,
    limit: Math.min(whole('limit', ON_A_PAGE), MOST),
    offset: whole('offset', 0),
  };
}

function listPage(box: NotifyBox, search: URLSearchParams): Page {
  const to = search.get('to') ?? '';
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1);
  const { total, items } = box.list({ to, limit: ON_A_PAGE, offset: (page - 1) * ON_A_PAGE });
  const last = Math.max(1, Math.ceil(total / ON_A_PAGE));
  const empty = to
    ? `<p class="card">Nothing to “${escapeHtml(to)}”. <a href="/">Show all</a></p>`
    : '<p class="card">No texts or letters yet. They appear here as soon as Fairway sends them.</p>';
  return {
    title: 'Texts and letters – Fairway post',
    home: '/',
    mark: 'Fairway post',
    body: `<h1>Texts and letters caught</h1>
<p>This stands in for GOV.UK Notify. Nothing leaves the machine. A text to 07700 900002 fails for good, one to 07700 900003 for now.</p>
<form class="field" role="search">
<label for="to">Find by number or address</label>
<input id="to" name="to" type="search" value="${escapeHtml(to)}" spellcheck="false" autocapitalize="none">
<p></p><button>Find</button>
</form>
<p class="muted">${total} caught, newest first${last > 1 ? `, page ${page} of ${last}` : ''}.</p>
${items.length > 0 ? `<ul class="mails">\n${items.map(row).join('\n')}\n</ul>` : empty}
${pageTurns({ to, page, last })}`,
  };
}

function row(one: Notification): string {
  const beginning = one.subject ?? one.body.slice(0, 80);
  return `<li><a href="/read/${one.id}">${escapeHtml(beginning || '(empty)')}</a><br>
<span class="muted">${KINDS[one.type]} to ${escapeHtml(one.to.join(', '))}, ${said(one.createdAt)}</span></li>`;
}

function readPage(one: Notification): Page {
  const title = one.subject ?? `${KINDS[one.type]} to ${one.to.join(', ')}`;
  const links = [...new Set(one.body.match(/https?:\/\/[^\s<>"')\]]+/g) ?? [])].map((link) =>
    link.replace(/[.,;]$/, ''),
  );
  return {
    title: `${title} – Fairway post`,
    home: '/',
    mark: 'Fairway post',
    body: `<p><a href="/">All texts and letters</a></p>
<h1>${escapeHtml(title)}</h1>
<dl>
<dt>Kind</dt><dd>${KINDS[one.type]}</dd>
<dt>To</dt><dd>${one.to.map(escapeHtml).join('<br>')}</dd>
<dt>Caught</dt><dd>${said(one.createdAt)}</dd>
<dt>Status</dt><dd>${one.status}</dd>
</dl>
${links.length > 0 ? `<h2>Links in it</h2>\n<ul>\n${links.map((link) => `<li><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></li>`).join('\n')}\n</ul>` : ''}
<h2>As it reads</h2>
<div class="card"><pre>${escapeHtml(one.body)}</pre></div>`,
  };
}

const MISSING: Page = {
  title: 'Nothing here – Fairway post',
  home: '/',
  mark: 'Fairway post',
  status: 404,
  body: '<h1>No such text or letter</h1>\n<p><a href="/">All texts and letters</a></p>',
};

function sendJson(response: ServerResponse, { status, body }: NotifyAnswer): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function said(at: string): string {
  return new Date(at).toLocaleString('en-GB', { timeZone: 'Europe/London', dateStyle: 'medium', timeStyle: 'medium' });
}
