import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../setup/root.mjs';
import { type DataFolder, shown } from './data-folder.ts';
import type { KnownProcess } from './processes.ts';
import { audience, demoPassword, machineId, type Settings } from './settings.ts';

interface DemoPerson {
  username: string;
  role: string;
  organisation: string;
  team: string | null;
  does: string;
}

/** What running.json tells scripts and tests about a copy that runs. */
export interface RunningNote {
  mode: 'embedded';
  pid: number;
  web: string;
  api: string;
  docs: string;
  worker: string;
  temporal: { address: string; ui: string | null; namespace: string };
  database: { url: string; ownerUrl: string };
  mail: { smtp: string; web: string | null; api: string | null };
  /** Texts and letters caught. */
  notify: { web: string | null; api: string | null };
  identity: { issuer: string };
  logins?: (DemoPerson & { password: string })[];
  machine?: { clientId: string; clientSecret: string; tokenUrl: string; scope: string; audience: string };
  trigger: { secret: string; nhsNumber: string | null; url: string; source: string };
  processes: Record<string, number>;
}

export const goodbye = '  Stopped. Nothing is left running.\n';

/** The note of a copy whose parts are all ready. */
export function runningNote(
  settings: Settings,
  nhsNumber: string | null,
  processes: Record<string, KnownProcess>,
): RunningNote {
  const { ports, secrets, own } = settings;
  const web = `http://localhost:${ports.web}`;
  const notifyWeb = own.notify ? null : `http://localhost:${ports.notify}`;
  const mailWeb = own.mail ? null : `http://localhost:${ports.mailWeb}`;
  const demo = own.identity
    ? {}
    : {
        logins: demoPeople().map((person) => ({ ...person, password: demoPassword })),
        machine: {
          clientId: machineId,
          clientSecret: secrets.machineClientSecret,
          tokenUrl: `${settings.issuer}/token`,
          scope: 'ingest:write report:read detect:run',
          audience,
        },
      };
  return {
    mode: 'embedded',
    pid: process.pid,
    web,
    api: `${web}/api`,
    docs: `${web}/api/docs`,
    worker: `http://127.0.0.1:${ports.worker}`,
    temporal: {
      address: settings.temporalAddress,
      ui: own.temporal ? null : `http://localhost:${ports.temporalUi}`,
      namespace: process.env['TEMPORAL_NAMESPACE'] || 'default',
    },
    database: { url: settings.applicationUrl, ownerUrl: settings.ownerUrl },
    mail: { smtp: settings.smtpUrl, web: mailWeb, api: mailWeb && `${mailWeb}/messages` },
    notify: { web: notifyWeb, api: notifyWeb && `${notifyWeb}/messages` },
    identity: { issuer: settings.issuer },
    ...demo,
    trigger: { secret: secrets.triggerSecret, nhsNumber, url: `${web}/api/triggers`, source: 'demo' },
    processes: Object.fromEntries(Object.entries(processes).map(([name, one]) => [name, one.pid])),
  };
}

function demoPeople(): DemoPerson[] {
  const people = JSON.parse(readFileSync(join(root, 'tools/embedded/people.json'), 'utf8')) as DemoPerson[];
  return people.map(({ username, role, organisation, team, does }) => ({ username, role, organisation, team, does }));
}

/** What a newcomer reads when everything runs: where to go, and as whom. */
export function welcome(settings: Settings, data: DataFolder): string {
  const { ports, own } = settings;
  const web = `http://localhost:${ports.web}`;
  const places: [string, string, string][] = [
    ['Start here', `${web}/welcome`, 'what to try in ten minutes'],
    ['Fairway', web, 'the desks of coordinators, partners and managers'],
    ['API', `${web}/api/docs`, 'every route, to read and to try'],
  ];
  if (!own.mail) {
    places.push(['Mail', `http://localhost:${ports.mailWeb}`, 'what was sent to people; none of it leaves']);
  }
  if (!own.notify) places.push(['Post', `http://localhost:${ports.notify}`, 'texts and letters that were sent']);
  if (!own.temporal) places.push(['Temporal', `http://localhost:${ports.temporalUi}`, 'the pathways as they run']);
  places.push(['Logs', shown(data.file('logs')), 'one file a part']);
  const wide = Math.max(...places.map(([, address]) => address.length));
  const lines = places.map(([name, address, what]) => `    ${name.padEnd(12)}${address.padEnd(wide + 3)}${what}`);
  if (own.identity) return `\n${lines.join('\n')}\n`;
  const people = demoPeople();
  const long = Math.max(...people.map((person) => person.username.length));
  const logins = people.map((person) => `    ${person.username.padEnd(long + 3)}${person.does}`);
  return `\n${lines.join('\n')}\n\n  Log in as any of these; the password of all is ${demoPassword}\n\n${logins.join('\n')}\n`;
}
