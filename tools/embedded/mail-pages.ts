import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './form.ts';
import { isForThisMachine } from './loopback.ts';
import { FAULTS, type Fault, type MailCatcher } from './mail-catcher.ts';
import type { Mailbox, MailInFull, MailSummary } from './mailbox.ts';
import { escapeHtml, type Page, pageTurns, sendPage } from './page.ts';

const ON_A_PAGE = 50;
const MOST = 5000;

/** The web side of the mail catcher: pages for people, JSON for tests. */
export function mailPages(mailbox: Mailbox, catcher: MailCatcher) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // The messages hold links that act for a person: no page elsewhere may read them through a name of its own.
    if (!isForThisMachine(request.headers.host)) return sendJson(response, 403, { error: 'Ask by localhost.' });
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [room = '', id, part] = url.pathname.split('/').slice(1).map(decode);

    if (request.method === 'POST' && room === 'faults') return setFault(request, response, catcher);
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendJson(response, 405, { error: 'Read only.' });
    if (room === 'faults') return sendJson(response, 200, catcher.fault);
    if (room === '') return sendPage(response, listPage(mailbox, url.searchParams));
    if (room === 'messages' && !id) return sendJson(response, 200, mailbox.list(queryOf(url.searchParams)));

    const mail = id ? await mailbox.find(id) : null;
    if (!mail || (room !== 'messages' && room !== 'read')) return sendPage(response, MISSING);
    if (room === 'messages') return sendJson(response, 200, mail);
    if (part === 'html') return sendMailHtml(response, mail);
    if (part === 'raw') return sendRaw(response, await mailbox.raw(mail.id));
    return sendPage(response, readPage(mail));
  };
}

function queryOf(search: URLSearchParams): { to: string; since: string; limit: number; offset: number } {
  const whole = (name: string, otherwise: number): number => {
    const number = Number(search.get(name) ?? otherwise);
    return Number.isInteger(number) && number >= 0 ? number : otherwise;
  };
  const since = search.get('since') ?? '';
  return {
    to: search.get('to') ?? '',
    since: Number.isNaN(Date.parse(since)) ? '' : since,
    limit: Math.min(whole('limit', ON_A_PAGE), MOST),
    offset: whole('offset', 0),
  };
}

async function setFault(request: IncomingMessage, response: ServerResponse, catcher: MailCatcher): Promise<void> {
  // Only a program sends JSON here: a form on another page cannot.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return sendJson(response, 415, { error: 'Send JSON.' });
  }
  const asked = readFault(await readBody(request));
  if (!asked) return sendJson(response, 400, { error: `Send {"mode": one of ${FAULTS.join(', ')}, "ms": number}.` });
  await catcher.misbehave(asked);
  sendJson(response, 200, asked);
}

function readFault(body: string): Fault | null {
  try {
    const { mode, ms } = JSON.parse(body) as { mode?: unknown; ms?: unknown };
    const known = FAULTS.find((fault) => fault === mode);
    return known ? { mode: known, ms: typeof ms === 'number' && ms >= 0 ? Math.min(ms, 600_000) : 0 } : null;
  } catch {
    return null;
  }
}

function listPage(mailbox: Mailbox, search: URLSearchParams): Page {
  const to = search.get('to') ?? '';
  const page = Math.max(1, Math.trunc(Number(search.get('page'))) || 1);
  const { total, items } = mailbox.list({ to, limit: ON_A_PAGE, offset: (page - 1) * ON_A_PAGE });
  const last = Math.max(1, Math.ceil(total / ON_A_PAGE));
  const empty = to
    ? `<p class="card">No message to “${escapeHtml(to)}”. <a href="/">Show all</a></p>`
    : '<p class="card">No messages yet. They appear here as soon as Fairway sends them.</p>';
  return {
    title: 'Messages – Fairway mail',
    home: '/',
    mark: 'Fairway mail',
    body: `<h1>Messages caught</h1>
<p>Everything this demo sends ends here. Nothing leaves the machine.</p>
<form class="field" role="search">
<label for="to">Find by recipient</label>
<input id="to" name="to" type="search" value="${escapeHtml(to)}" spellcheck="false" autocapitalize="none">
<p></p><button>Find</button>
</form>
<p class="muted">${total} ${total === 1 ? 'message' : 'messages'}, newest first${last > 1 ? `, page ${page} of ${last}` : ''}.</p>
${items.length > 0 ? `<ul class="mails">\n${items.map(row).join('\n')}\n</ul>` : empty}
${pageTurns({ to, page, last })}`,
  };
}

function row(mail: MailSummary): string {
  return `<li><a href="/read/${escapeHtml(mail.id)}">${escapeHtml(mail.subject || '(no subject)')}</a><br>
<span class="muted">To ${escapeHtml(mail.to.join(', '))}, ${said(mail.at)}</span></li>`;
}

function readPage(mail: MailInFull): Page {
  const id = escapeHtml(mail.id);
  const links = mail.links.map((link) => `<li><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></li>`);
  const headers = Object.entries(mail.headers).map(
    ([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`,
  );
  return {
    title: `${mail.subject || '(no subject)'} – Fairway mail`,
    home: '/',
    mark: 'Fairway mail',
    body: `<p><a href="/">All messages</a></p>
<h1>${escapeHtml(mail.subject || '(no subject)')}</h1>
<dl>
<dt>To</dt><dd>${escapeHtml(mail.to.join(', '))}</dd>
<dt>From</dt><dd>${escapeHtml(mail.from)}</dd>
<dt>Caught</dt><dd>${said(mail.at)}</dd>
</dl>
${links.length > 0 ? `<h2>Links in this message</h2>\n<ul>\n${links.join('\n')}\n</ul>` : ''}
${mail.html ? `<h2>As it looks</h2>\n<iframe title="The message as it looks" sandbox="allow-popups allow-popups-to-escape-sandbox" src="/read/${id}/html"></iframe>` : ''}
<h2>As plain text</h2>
<div class="card"><pre>${escapeHtml(mail.text) || 'This message has no plain text.'}</pre></div>
<details><summary>Headers</summary><dl>${headers.join('')}</dl><p><a href="/read/${id}/raw">The message as it came</a></p></details>`,
  };
}

const MISSING: Page = {
  title: 'No such message – Fairway mail',
  home: '/',
  mark: 'Fairway mail',
  status: 404,
  body: '<h1>No such message</h1>\n<p><a href="/">All messages</a></p>',
};

function sendMailHtml(response: ServerResponse, mail: MailInFull): void {
  // Links open beside the catcher, not inside its frame.
  const base = '<base target="_blank">';
  const html = /<head[^>]*>/i.test(mail.html)
    ? mail.html.replace(/<head[^>]*>/i, (head) => head + base)
    : base + mail.html;
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  response.end(html);
}

function sendRaw(response: ServerResponse, raw: Buffer): void {
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end(raw);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function said(at: string): string {
  return new Date(at).toLocaleString('en-GB', { timeZone: 'Europe/London', dateStyle: 'medium', timeStyle: 'medium' });
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
