const LONGEST = 1000;
const HERE = 'http://here.invalid';

/**
 * Where to go after the log-in: a path of this site, else the start page. Anything a browser could read as another
 * site (`//host`, `/\host`, a scheme) or that would log in again becomes `/`.
 */
export function safeReturnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || wanted.length > LONGEST || !/^\/(?![/\\])/.test(wanted)) return '/';
  // Browsers drop tabs and line breaks from addresses before they read them, and take a backslash for a slash.
  if (/[\p{Cc}\\]/u.test(wanted)) return '/';
  let url: URL;
  try {
    url = new URL(wanted, HERE);
  } catch {
    return '/';
  }
  if (url.origin !== HERE || url.pathname.startsWith('//') || /^\/(auth|api)(\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search + url.hash;
}
