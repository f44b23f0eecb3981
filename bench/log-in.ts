import type { Running } from './copy.js';

/** Logs a demo user in through the real provider, as a browser without script would. Returns the Cookie header. */
export async function logIn(running: Running, username: string): Promise<string> {
  const login = running.logins.find((one) => one.username === username);
  if (!login) throw new Error(`There is no demo log-in ${username}.`);
  const jars = new Map<string, Map<string, string>>();
  let url = new URL('/auth/login', running.web);
  let body: URLSearchParams | undefined;
  for (let hop = 0; hop < 12; hop += 1) {
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const response = await fetch(url, {
      method: body ? 'POST' : 'GET',
      body,
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    body = undefined;
    const location = response.headers.get('location');
    if (location) {
      url = new URL(location, url);
      if (url.origin === running.web && !url.pathname.startsWith('/auth/')) {
        return [...(jars.get(url.host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
      }
      continue;
    }
    if (response.status !== 200) throw new Error(`Log-in stopped at ${url.pathname} with ${response.status}.`);
    await response.body?.cancel();
    body = new URLSearchParams({ username: login.username, password: login.password });
  }
  throw new Error('Log-in went round in circles.');
}
