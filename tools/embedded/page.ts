import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#f0f4f5;color:#212b32;font:400 19px/1.5 Arial,sans-serif}
header{background:#003087;color:#fff;padding:14px 20px;font-weight:700}
header a{color:#fff;text-decoration:none}
main{max-width:1000px;margin:0 auto;padding:20px 20px 48px}
h1{font-size:32px;line-height:1.2;margin:8px 0 16px}
h2{font-size:23px;line-height:1.25;margin:24px 0 8px}
p{margin:0 0 16px}
a{color:#005eb8}
a:focus,button:focus,input:focus,summary:focus,iframe:focus{outline:4px solid transparent;background:#ffeb3b;color:#212b32;box-shadow:0 -2px #ffeb3b,0 4px #212b32}
input:focus{background:#fff;border-color:#212b32;box-shadow:inset 0 0 0 2px #212b32,0 0 0 4px #ffeb3b}
label{display:block;font-weight:600;margin-bottom:4px}
input[type=text],input[type=password],input[type=search]{width:100%;max-width:380px;font:inherit;padding:6px 8px;border:2px solid #4c6272;border-radius:0;background:#fff}
input[aria-invalid=true]{border-color:#d5281b}
.field{margin-bottom:20px}
.wrong{color:#d5281b;font-weight:600;display:block;margin-bottom:4px}
button{font:600 19px/1.3 Arial,sans-serif;background:#007f3b;color:#fff;border:2px solid transparent;border-radius:4px;box-shadow:0 4px #00401e;padding:10px 16px;cursor:pointer}
button.plain{background:#fff;color:#005eb8;border-color:#005eb8;box-shadow:none}
.problem{border:4px solid #d5281b;padding:16px 20px;margin-bottom:24px;background:#fff}
.problem h2{margin-top:0}
.problem a{color:#d5281b;font-weight:600}
.cards{display:grid;gap:12px;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));list-style:none;margin:0 0 32px;padding:0}
.cards li{background:#fff;border:1px solid #d8dde0;border-radius:6px;padding:14px}
.cards button{width:100%;text-align:left}
.cards p{margin:10px 0 0;font-size:16px;color:#425563}
.card{background:#fff;border:1px solid #d8dde0;border-radius:6px;padding:20px;margin-bottom:24px}
.muted{color:#425563;font-size:16px}
.mails{list-style:none;margin:0;padding:0;background:#fff;border:1px solid #d8dde0}
.mails li{border-top:1px solid #d8dde0;padding:10px 14px;overflow-wrap:anywhere}
.mails li:first-child{border-top:0}
dl{margin:0 0 16px;display:grid;grid-template-columns:minmax(70px,max-content) 1fr;gap:2px 14px}
dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:16px/1.5 Arial,sans-serif;margin:0}
iframe{width:100%;height:620px;border:1px solid #aeb7bd;background:#fff}
`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export interface Page {
  readonly title: string;
  /** Where the word in the header leads. */
  readonly home: string;
  /** The word in the header. */
  readonly mark: string;
  /** Finished HTML: escape what is not yours. */
  readonly body: string;
  readonly status?: number;
  /** Origins besides our own that a form may lead to. */
  readonly formsMayReach?: string;
}

/** Text made safe for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The whole document. No script runs on any of these pages. */
export function htmlOf({ title, home, mark, body }: Page): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><a href="${escapeHtml(home)}">${escapeHtml(mark)}</a></header>
<main>
${body}
</main>
</body>
</html>
`;
}

export function contentPolicyOf({ formsMayReach = '' }: Pick<Page, 'formsMayReach'>): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    "frame-src 'self'",
    `form-action 'self' ${formsMayReach}`.trim(),
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function sendPage(response: ServerResponse, page: Page): void {
  response.writeHead(page.status ?? 200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': contentPolicyOf(page),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(htmlOf(page));
}

/** Links to the pages beside this one of a list that may be narrowed to one addressee; nothing where there is one page. */
export function pageTurns({ to, page, last }: { to: string; page: number; last: number }): string {
  const link = (number: number, text: string): string =>
    `<a href="/?${escapeHtml(new URLSearchParams({ ...(to ? { to } : {}), page: String(number) }).toString())}">${text}</a>`;
  const turns = [page > 1 ? link(page - 1, 'Newer') : '', page < last ? link(page + 1, 'Older') : ''].filter(Boolean);
  return turns.length > 0 ? `<nav aria-label="Pages"><p>${turns.join(' &nbsp; ')}</p></nav>` : '';
}
