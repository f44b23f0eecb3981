import { mkdirSync } from 'node:fs';
import { readEnvironment, readPort } from './environment.ts';
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

const servers = await serveOnLoopback(port, (request, response) =>
  request.url?.startsWith('/log-in/') ? logIn(request, response) : openId(request, response),
);
stopOnSignal(servers, () => store.close());
console.log('ready');
