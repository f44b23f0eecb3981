import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { aWhile, type Fault } from '../fault.js';

const run = promisify(execFile);

const readOnly: Fault = {
  name: 'postgres-read-only',
  does: 'Postgres takes no writes for eight seconds, as when it has failed over to a copy; every connection is ended at the beginning and the end.',
  strike: async ({ stage }) => {
    const say = async (value: 'on' | 'off'): Promise<void> => {
      await stage.query(`ALTER ROLE fairway_app SET default_transaction_read_only = ${value}`);
      await stage.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'fairway_app'`);
    };
    await stage.without('database', async () => {
      await say('on');
      await pause(8000);
      await say('off');
    });
  },
};

/** Enough for the cluster and a little more. */
const DISK = 320;
const MEGABYTE = 1024 * 1024;

const diskFull: Fault = {
  name: 'disk-full',
  does: `Postgres lives on a disk of ${DISK} MB (a tmpfs), which is filled to the last block for eight seconds.`,
  stage: { diskMegabytes: DISK },
  cannot: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fairway-mount-'));
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
      await run('umount', [folder]);
      return null;
    } catch {
      return 'this user may not mount a tmpfs';
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  strike: async (scene) => {
    const { stage } = scene;
    const path = join(stage.folder, 'disk', 'filler');
    for (const end = Date.now() + 8000; Date.now() < end; await aWhile(scene, 100, 300)) await fill(path);
    await rm(path);
  },
};

/** Takes what is left of a disk. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (let { bavail, bsize } = await statfs(path); bavail > 0; { bavail, bsize } = await statfs(path)) {
      await file.write(Buffer.alloc(Math.min(MEGABYTE, bavail * bsize)));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

export const database: readonly Fault[] = [readOnly, diskFull];
