import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';

import { clusterFolder } from '../database/postgres.ts';
import { Problem } from '../setup/problem.mjs';
import { root } from '../setup/root.mjs';
import { known, runs, stopProcess, type KnownProcess } from './processes.ts';

const marker = 'This folder holds the data of a Fairway that was started with `npm start`.\n';

/** Everything that is secret in one copy of Fairway; made at random when it first starts. */
export interface Secrets {
  postgresPassword: string;
  ownerPassword: string;
  applicationPassword: string;
  payloadKey: string;
  linkKey: string;
  triggerSecret: string;
  oidcClientSecret: string;
  machineClientSecret: string;
  identityCookieKeys: string;
  notifyApiKey: string;
  notifyCallbackToken: string;
  bounceToken: string;
}

/** The folder that one copy of Fairway keeps everything in. */
export function dataFolder(): string {
  return resolve(root, process.env['FAIRWAY_DATA'] || '.data');
}

/** The folder, held by this process alone: nobody else starts on it until `release`. */
export class DataFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /**
   * Takes the folder, making it when it is not there. Throws when another launcher runs on it, or it is somebody else's.
   * What a launcher left running that was killed is stopped; `said` tells of it.
   */
  static async take(fresh: boolean, said: (line: string) => void): Promise<DataFolder> {
    const folder = new DataFolder(dataFolder());
    folder.mustBeOurs();
    await mkdir(folder.path, { recursive: true });
    // Postgres may have to run as another account, which must be able to pass through.
    await chmod(folder.path, 0o711);
    folder.lock();
    await folder.stopLeftovers(said);
    if (fresh) await folder.clear();
    writeFileSync(folder.file('.fairway'), marker);
    await mkdir(folder.file('logs'), { recursive: true, mode: 0o700 });
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read<Content>(name: string): Content | null {
    return readJson<Content>(this.file(name));
  }

  /** Writes a file whole, for this user only. */
  write(name: string, content: unknown): void {
    const path = this.file(name);
    writeFileSync(`${path}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  remove(name: string): void {
    rmSync(this.file(name), { force: true });
  }

  /** The secrets of this copy. One that is missing is added, so that an older folder goes on working. */
  secrets(): Secrets {
    const text = (): string => randomBytes(24).toString('base64url');
    const key = (): string => randomBytes(32).toString('base64');
    const secrets: Secrets = {
      postgresPassword: text(),
      ownerPassword: text(),
      applicationPassword: text(),
      payloadKey: key(),
      linkKey: key(),
      triggerSecret: `whsec_${key()}`,
      oidcClientSecret: text(),
      machineClientSecret: text(),
      identityCookieKeys: text(),
      notifyApiKey: `local-${randomUUID()}-${randomUUID()}`,
      notifyCallbackToken: text(),
      bounceToken: text(),
      ...this.read<Partial<Secrets>>('secrets.json'),
    };
    this.write('secrets.json', secrets);
    return secrets;
  }

  /** Lets others start on the folder. */
  release(): void {
    this.remove('processes.json');
    this.remove('launcher.lock');
  }

  private mustBeOurs(): void {
    if (!existsSync(this.path) || existsSync(this.file('.fairway'))) return;
    const others = readdirSync(this.path).filter((name) => name !== 'launcher.lock' && name !== 'logs');
    if (others.length === 0) return;
    throw new Problem(
      `${shown(this.path)} holds other things (${others.slice(0, 3).join(', ')}…) and no data of Fairway`,
      'Name an empty or a new folder in FAIRWAY_DATA.',
    );
  }

  private lock(): void {
    const me = known(process.pid);
    for (let tries = 0; tries < 3; tries += 1) {
      try {
        writeFileSync(this.file('launcher.lock'), JSON.stringify(me), { flag: 'wx', mode: 0o600 });
        return;
      } catch {
        const other = readJson<KnownProcess>(this.file('launcher.lock'));
        if (other && runs(other)) throw this.busy(other);
        this.remove('launcher.lock');
      }
    }
    throw new Problem(`${shown(this.path)} cannot be written to`, 'Name another folder in FAIRWAY_DATA.');
  }

  private busy(other: KnownProcess): Problem {
    const web = this.read<{ web?: string }>('running.json')?.web;
    return new Problem(
      `Fairway already runs on ${shown(this.path)}${web ? `, at ${web}` : ''} (process ${other.pid})`,
      'Use that one, or stop it with Ctrl-C where it runs. A second copy needs its own: FAIRWAY_DATA=.data-2 PORT=3100 npm start',
    );
  }

  private async stopLeftovers(said: (line: string) => void): Promise<void> {
    const left = this.read<Record<string, KnownProcess>>('processes.json') ?? {};
    const running = Object.entries(left).filter(([, one]) => runs(one));
    this.remove('running.json');
    if (running.length === 0) return;
    said(`the last start was cut short; stopping what it left: ${running.map(([name]) => name).join(', ')}`);
    // Those that use the database and the Temporal server go before them.
    const last = ['temporal', 'postgres'];
    await Promise.all(
      running.filter(([name]) => !last.includes(name)).map(([, one]) => stopProcess(one, 'SIGTERM', 5)),
    );
    for (const name of last) {
      const one = left[name];
      if (one) await stopProcess(one, name === 'postgres' ? 'SIGINT' : 'SIGTERM', 15);
    }
  }

  private async clear(): Promise<void> {
    await rm(clusterFolder(this.file('postgres')), { recursive: true, force: true });
    for (const name of readdirSync(this.path)) {
      if (name !== 'launcher.lock') await rm(this.file(name), { recursive: true, force: true });
    }
    await writeFile(this.file('.fairway'), marker);
  }
}

/** A path as a person would write it. */
export function shown(path: string): string {
  const near = relative(root, path);
  return near === '' || near.startsWith('..') ? path : near;
}

function readJson<Content>(path: string): Content | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Content;
  } catch {
    return null;
  }
}
