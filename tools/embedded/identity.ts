import { mkdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readEnvironment, readPort } from './environment.ts';
import { BodyTooLarge } from './form.ts';
import { logInPages } from './log-in.ts';
import { serveOnLoopback, stopOnSignal } from './loopback.ts';
import { openProviderStore } from './provider-store.ts';
import { makeProvider } from './provider.ts';
import { signingKeys } from './signing-keys.ts';

const environment = readEnvironment([
  'IDENTITY_PORT',
  'IDENTITY_DATA',
  'PUBLIC_URL',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'MACHINE_CLIENT_ID',
  'MACHINE_CLIENT_SECRET',
  'OIDC_AUDIENCE',
  'IDENTITY_COOKIE_KEYS',
  'DEMO_PASSWORD',
]);

const port = readPort('IDENTITY_PORT', environment.IDENTITY_PORT);
const publicUrl = environment.PUBLIC_URL.replace(/\/+$/, '');
mkdirSync(environment.IDENTITY_DATA, { recursive: true, mode: 0o700 });
const store = openProviderStore(environment.IDENTITY_DATA);
const provider = makeProvider({
  port,
  publicUrl,
  client: { id: environment.OIDC_CLIENT_ID, secret: environment.OIDC_CLIENT_SECRET },
  machine: { id: environment.MACHINE_CLIENT_ID, secret: environment.MACHINE_CLIENT_SECRET },
  audience: environment.OIDC_AUDIENCE,
  cookieKeys: environment.IDENTITY_COOKIE_KEYS.split(','),
  keys: await signingKeys(environment.IDENTITY_DATA),
  store,
});
provider.on('server_error', (_context, error) => console.error(error));

const logIn = logInPages(provider, { publicUrl, password: environment.DEMO_PASSWORD });
const openId = provider.callback();

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url?.startsWith('/log-in/')) await logIn(request, response);
    else await openId(request, response);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) console.error(error);
    if (!response.headersSent) response.writeHead(error instanceof BodyTooLarge ? 413 : 500);
    response.end();
  }
}

stopOnSignal(await serveOnLoopback(port, (request, response) => void handle(request, response)), () => store.close());
console.log('ready');
