import { connect } from 'node:net';
import { join } from 'node:path';

import { databaseUrl, connected, serverCommand } from '../database/postgres.ts';
import { root } from '../setup/root.mjs';
import { temporalCommand, temporalServes } from '../temporal/server.ts';
import type { DataFolder } from './data-folder.ts';
import type { PartPlan } from './part.ts';
import { audience, clientId, demoPassword, machineId, type Settings } from './settings.ts';

const node = process.execPath;

/** The embedded Postgres. */
export function postgresPlan(settings: Settings, data: DataFolder): PartPlan {
  const server = { port: settings.ports.postgres, password: settings.secrets.postgresPassword };
  return {
    name: 'postgres',
    command: () => serverCommand(data.file('postgres'), server.port),
    ready: async () => {
      await connected(databaseUrl(server, 'postgres'), (client) => client.query('SELECT 1'));
      return true;
    },
    patience: 60,
    stopSignal: 'SIGINT',
    log: data.file('logs/postgres.log'),
  };
}

/** The Temporal development server. */
export function temporalPlan(program: string, settings: Settings, data: DataFolder): PartPlan {
  const { temporal: port, temporalUi: uiPort } = settings.ports;
  return {
    name: 'temporal',
    command: async () => temporalCommand(program, { file: data.file('temporal.db'), port, uiPort }),
    ready: async () => (await listens(port)) && temporalServes(program, port),
    patience: 60,
    stopSignal: 'SIGTERM',
    log: data.file('logs/temporal.log'),
  };
}

/** The OpenID provider with the demo users. */
export function identityPlan(settings: Settings, data: DataFolder): PartPlan {
  const { secrets, ports } = settings;
  return {
    name: 'identity',
    command: async () =>
      program('tools/embedded/identity.ts', {
        IDENTITY_PORT: String(ports.identity),
        IDENTITY_DATA: data.file('identity'),
        PUBLIC_URL: settings.publicUrl,
        OIDC_CLIENT_ID: clientId,
        OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
        MACHINE_CLIENT_ID: machineId,
        MACHINE_CLIENT_SECRET: secrets.machineClientSecret,
        OIDC_AUDIENCE: audience,
        IDENTITY_COOKIE_KEYS: secrets.identityCookieKeys,
        DEMO_PASSWORD: demoPassword,
      }),
    ready: () => answers(`http://127.0.0.1:${ports.identity}/.well-known/openid-configuration`),
    patience: 30,
    stopSignal: 'SIGTERM',
    log: data.file('logs/identity.log'),
  };
}

/** The mail catcher. */
export function mailPlan(settings: Settings, data: DataFolder): PartPlan {
  const { smtp, mailWeb } = settings.ports;
  return {
    name: 'mail',
    command: async () =>
      program('tools/embedded/mail.ts', {
        SMTP_PORT: String(smtp),
        MAIL_WEB_PORT: String(mailWeb),
        MAIL_DATA: data.file('mail'),
      }),
    ready: async () => (await listens(smtp)) && (await listens(mailWeb)),
    patience: 30,
    stopSignal: 'SIGTERM',
    log: data.file('logs/mail.log'),
  };
}

/** The stand-in for GOV.UK Notify. */
export function notifyPlan(settings: Settings, data: DataFolder): PartPlan {
  const { notify, web } = settings.ports;
  return {
    name: 'notify',
    command: async () =>
      program('tools/embedded/notify.ts', {
        NOTIFY_PORT: String(notify),
        NOTIFY_DATA: data.file('notify'),
        NOTIFY_API_KEY: settings.secrets.notifyApiKey,
        NOTIFY_CALLBACK_URL: `http://127.0.0.1:${web}/api/receipts/notify`,
        NOTIFY_CALLBACK_TOKEN: process.env['NOTIFY_CALLBACK_TOKEN'] || settings.secrets.notifyCallbackToken,
      }),
    ready: () => listens(notify),
    patience: 30,
    stopSignal: 'SIGTERM',
    log: data.file('logs/notify.log'),
  };
}

/** The API, which also serves the web app. */
export function apiPlan(environment: Record<string, string>, settings: Settings, data: DataFolder): PartPlan {
  return {
    name: 'api',
    command: async () => program('dist/apps/api/src/main.js', environment),
    ready: () => answers(`http://127.0.0.1:${settings.ports.web}/api/health/ready`),
    patience: 90,
    stopSignal: 'SIGTERM',
    log: data.file('logs/api.log'),
  };
}

/** The host of the workflows, and the relay of the outbox. */
export function workerPlan(environment: Record<string, string>, settings: Settings, data: DataFolder): PartPlan {
  return {
    name: 'worker',
    command: async () => program('dist/apps/worker/src/main.js', environment),
    ready: () => answers(`http://127.0.0.1:${settings.ports.worker}/health/ready`),
    patience: 90,
    stopSignal: 'SIGTERM',
    log: data.file('logs/worker.log'),
  };
}

function program(path: string, environment: Record<string, string>): Awaited<ReturnType<PartPlan['command']>> {
  const options = {
    cwd: root,
    env: { ...process.env, ...environment, NODE_ENV: process.env['NODE_ENV'] ?? 'production' },
  };
  return { command: node, args: ['--enable-source-maps', join(root, path)], options };
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  await answer.body?.cancel();
  return answer.ok;
}

/** Whether something listens on a port of loopback. */
export function listens(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((answer) => {
    const socket = connect({ port, host, timeout: 2_000 });
    const end = (there: boolean): void => {
      socket.destroy();
      answer(there);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}
