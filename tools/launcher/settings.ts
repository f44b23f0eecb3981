import { scryptSync } from 'node:crypto';

import { databaseUrl } from '../database/postgres.ts';
import { application, owner } from '../database/roles.ts';
import { Problem } from '../setup/problem.mjs';
import type { DataFolder, Secrets } from './data-folder.ts';
import { freePort, isFree } from './ports.ts';

/** The ports of one copy. The web's is the user's choice; the others are what was free, and kept for the next start. */
export interface Ports {
  web: number;
  identity: number;
  mailWeb: number;
  smtp: number;
  worker: number;
  postgres: number;
  temporal: number;
  temporalUi: number;
  notify: number;
}

/** What one copy runs on, and what of it the user brought. */
export interface Settings {
  ports: Ports;
  secrets: Secrets;
  publicUrl: string;
  /** For the role that owns the tables: migrations only. */
  ownerUrl: string;
  /** For the role that the program runs as. */
  applicationUrl: string;
  temporalAddress: string;
  smtpUrl: string;
  issuer: string;
  /** Which parts are the user's own, and so neither started nor stopped here. */
  own: { database: boolean; temporal: boolean; mail: boolean; identity: boolean; notify: boolean };
}

export const clientId = 'fairway';
export const machineId = 'demo-machine';
export const audience = 'urn:fairway:api';
export const demoPassword = 'fairway-demo';
/** One secret for whatever system somebody tries the trigger from. */
const triggerSource = '*';

/** Chooses ports and addresses from the environment and from what the folder remembers. Throws when they cannot be had. */
export async function settingsOf(data: DataFolder): Promise<Settings> {
  const secrets = data.secrets();
  const ports = await choosePorts(webPort(), data.read<Ports>('ports.json'));
  data.write('ports.json', ports);
  const given = (name: string): string => process.env[name]?.trim() ?? '';
  const userDatabase = given('DATABASE_URL');
  const server = { port: ports.postgres, password: secrets.ownerPassword };
  const settings: Settings = {
    ports,
    secrets,
    publicUrl: given('PUBLIC_URL') || `http://localhost:${ports.web}`,
    ownerUrl: userDatabase || databaseUrl(server, 'fairway', owner),
    applicationUrl: userDatabase
      ? applicationOf(userDatabase)
      : databaseUrl(server, 'fairway', application, secrets.applicationPassword),
    temporalAddress: given('TEMPORAL_ADDRESS') || `127.0.0.1:${ports.temporal}`,
    smtpUrl: given('SMTP_URL') || `smtp://127.0.0.1:${ports.smtp}`,
    issuer: given('OIDC_ISSUER') || `http://localhost:${ports.identity}`,
    own: {
      database: userDatabase !== '',
      temporal: given('TEMPORAL_ADDRESS') !== '',
      mail: given('SMTP_URL') !== '',
      identity: given('OIDC_ISSUER') !== '',
      notify: given('NOTIFY_API_KEY') !== '',
    },
  };
  if (settings.own.identity && !given('OIDC_CLIENT_SECRET')) {
    throw new Problem(
      'OIDC_ISSUER names a provider of yours, and OIDC_CLIENT_SECRET is not set',
      `Register Fairway there with the redirect address ${settings.publicUrl}/api/session/callback, and set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
    );
  }
  return settings;
}

function webPort(): number {
  const text = process.env['PORT'] || '3000';
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Problem(`PORT is "${text}", which is not a port`, 'Set PORT to a number from 1 to 65535.');
}

async function choosePorts(web: number, last: Ports | null): Promise<Ports> {
  if (!(await isFree(web)) || !(await isFree(web, '::1'))) {
    throw new Problem(
      `port ${web} is in use by another program`,
      `Stop that program, or choose another port: PORT=${web + 100} npm start`,
    );
  }
  const ports: Ports = {
    web,
    identity: 0,
    mailWeb: 0,
    smtp: 0,
    worker: 0,
    postgres: 0,
    temporal: 0,
    temporalUi: 0,
    notify: 0,
  };
  const taken = new Set([web]);
  for (const [at, name] of (Object.keys(ports) as (keyof Ports)[]).entries()) {
    if (name === 'web') continue;
    let port = await freePort(last?.[name] || web + at);
    while (taken.has(port)) port = await freePort();
    taken.add(port);
    ports[name] = port;
  }
  return ports;
}

/**
 * The address of the program's role on a server of the user's. Its password comes from the owner's, so that two copies on
 * one server, where a role has one password, agree on it.
 */
function applicationOf(ownerUrl: string): string {
  const url = parsed(ownerUrl);
  const secret = decodeURIComponent(url.password);
  url.password = scryptSync(secret, `${application} at ${url.host}`, 24).toString('base64url');
  url.username = application;
  return url.href;
}

function parsed(address: string): URL {
  const problem = new Problem(
    'DATABASE_URL is not the address of a Postgres database',
    'It should look like postgresql://user:password@host:5432/database, where user owns the database and may create roles.',
  );
  if (!URL.canParse(address)) throw problem;
  const url = new URL(address);
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) throw problem;
  return url;
}

/** The environment of every process of the program. */
export function programEnvironment(settings: Settings, data: DataFolder): Record<string, string> {
  const { secrets, ports } = settings;
  const environment: Record<string, string> = {
    FAIRWAY_MODE: 'embedded',
    FAIRWAY_DATA: data.path,
    PORT: String(ports.web),
    PUBLIC_URL: settings.publicUrl,
    WORKER_PORT: String(ports.worker),
    DATABASE_URL: settings.applicationUrl,
    TEMPORAL_ADDRESS: settings.temporalAddress,
    SMTP_URL: settings.smtpUrl,
    OIDC_ISSUER: settings.issuer,
    PAYLOAD_KEY: process.env['PAYLOAD_KEY'] || secrets.payloadKey,
    LINK_KEY: process.env['LINK_KEY'] || secrets.linkKey,
    NOTIFY_CALLBACK_TOKEN: process.env['NOTIFY_CALLBACK_TOKEN'] || secrets.notifyCallbackToken,
    BOUNCE_TOKEN: process.env['BOUNCE_TOKEN'] || secrets.bounceToken,
    TRIGGER_SECRETS: process.env['TRIGGER_SECRETS'] || JSON.stringify({ [triggerSource]: secrets.triggerSecret }),
  };
  if (!settings.own.temporal) environment['TEMPORAL_UI_URL'] = `http://localhost:${ports.temporalUi}`;
  if (!settings.own.mail) {
    environment['MAIL_WEB_URL'] = `http://localhost:${ports.mailWeb}`;
    environment['MAIL_API_URL'] = `http://localhost:${ports.mailWeb}/messages`;
  }
  if (!settings.own.notify) {
    environment['NOTIFY_URL'] = `http://127.0.0.1:${ports.notify}`;
    environment['NOTIFY_API_KEY'] = secrets.notifyApiKey;
  }
  if (!settings.own.identity) {
    environment['OIDC_CLIENT_ID'] = clientId;
    environment['OIDC_CLIENT_SECRET'] = secrets.oidcClientSecret;
    environment['OIDC_AUDIENCE'] = audience;
  }
  return environment;
}
