import { createHash, timingSafeEqual } from 'node:crypto';
import { CsrfWrong } from '#platform/identity';

const HARMLESS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a request shows of the page it came from. */
export interface Shown {
  readonly method: string;
  readonly token: unknown;
  readonly origin: string | undefined;
}

/**
 * Proves that a change made with a session's cookie was asked for by a page of that session: it carries the session's
 * token, and where the browser names the page's origin, that is ours. Throws CsrfWrong.
 */
export function checkOwnPage(shown: Shown, own: { readonly csrfToken: string; readonly origin: string }): void {
  if (HARMLESS.has(shown.method)) return;
  if (shown.origin !== undefined && shown.origin !== own.origin) throw new CsrfWrong();
  if (typeof shown.token !== 'string' || !sameText(shown.token, own.csrfToken)) throw new CsrfWrong();
}

/** Compares without telling by its time how much was right. */
function sameText(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
