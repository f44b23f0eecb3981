import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';

export interface Page {
  readonly title: string;
  /** Trusted HTML: everything that came from elsewhere has been through `escapeHtml`. */
  readonly body: string;
  /** What stands in the bar at the top. */
  readonly bar?: string;
  readonly language?: string;
}

const STYLE = `
*{box-sizing:border-box}
body{margin:0;font:19px/1.5 Arial,Helvetica,sans-serif;color:#212b32;background:#fff}
.bar{background:#005eb8;color:#fff;font-weight:700;padding:14px 20px}
main{max-width:640px;margin:0 auto;padding:20px}
h1{font-size:28px;line-height:1.2;margin:4px 0 16px}
h2{font-size:22px;line-height:1.3;margin:24px 0 8px}
p{margin:0 0 16px}
a{color:#005eb8}
button{font:inherit;width:100%;min-height:52px;margin:0 0 12px;padding:11px 16px;border-radius:4px;font-weight:700;font-size:20px;cursor:pointer}
button.first{background:#007f3b;color:#fff;border:2px solid #007f3b;box-shadow:0 4px 0 #00401e;margin-bottom:16px}
button.other{background:#fff;color:#005eb8;border:2px solid #005eb8}
button.link{background:none;color:#005eb8;border:2px solid transparent;text-decoration:underline;font-weight:400;font-size:18px;text-align:left;padding:11px 0;border-left-width:0}
button:focus-visible,a:focus-visible{outline:4px solid #212b32;outline-offset:0;background:#ffeb3b;color:#212b32;box-shadow:none}
.small{border-top:1px solid #d8dde0;padding-top:20px;margin-top:8px;font-size:16px;color:#425563}
table{border-collapse:collapse;width:100%;font-size:16px}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;border-bottom:1px solid #d8dde0;overflow-wrap:break-word}
@media(forced-colors:active){button{border:2px solid ButtonText}}
@media print{button{display:none}}
`;

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
].join('; ');

/** Sends a page that works without script, without a second request, and leaves no trace in caches or other sites' logs. */
export function page(reply: FastifyReply, shown: Page, status = 200): FastifyReply {
  return send(reply, shown, status, "frame-ancestors 'none'");
}

/** The same page to look at in a frame of our own desk; nothing on it can be sent. */
export function framedPage(reply: FastifyReply, shown: Page): FastifyReply {
  return send(reply, shown, 200, "frame-ancestors 'self'; sandbox");
}

function send(reply: FastifyReply, shown: Page, status: number, framing: string): FastifyReply {
  return reply
    .status(status)
    .headers({
      'content-security-policy': `${POLICY}; ${framing}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    })
    .type('text/html; charset=utf-8')
    .send(htmlOf(shown));
}

function htmlOf({ title, body, bar, language = 'en' }: Page): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
${bar ? `<header class="bar">${escapeHtml(bar)}</header>\n` : ''}<main>
${body}
</main>
</body>
</html>
`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
}
