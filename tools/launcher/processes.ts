import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that can be told from a later one that was given its number. */
export interface KnownProcess {
  pid: number;
  /** What the system says of when it began; never the same for two processes of one number. */
  began: string;
}

/** Notes a running process. Null when there is none of that number. */
export function known(pid: number): KnownProcess | null {
  const began = beganAt(pid);
  return began === null ? null : { pid, began };
}

/** Whether that very process still runs. */
export function runs(one: KnownProcess): boolean {
  return beganAt(one.pid) === one.began;
}

/** The processes above one, nearest first: those that began with npm, which runs a shell, which runs a script. */
export function parentsOf(pid: number): string {
  if (!onLinux) return String(process.ppid);
  const parents: number[] = [];
  for (let at = pid; parents.length < 4;) {
    const parent = Number(statOf(at)?.[1] ?? 0);
    if (parent <= 1) break;
    parents.push((at = parent));
  }
  return parents.join(' ');
}

const onLinux = existsSync('/proc/self/stat');

/** What the system tells of a process, from its state on. Null when there is none. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name comes before, in brackets, and may hold anything.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

function beganAt(pid: number): string | null {
  if (onLinux) {
    const stat = statOf(pid);
    return stat === null || stat[0] === 'Z' ? null : `${stat[19]} ${bootOf()}`;
  }
  try {
    const asked = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' });
    return asked.trim() || null;
  } catch {
    return null;
  }
}

function bootOf(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Asks a process to end, and ends it when it has not within `seconds`. Answers whether it had to be ended. */
export async function stopProcess(one: KnownProcess, signal: NodeJS.Signals, seconds: number): Promise<boolean> {
  if (!send(one, signal)) return false;
  const end = Date.now() + seconds * 1000;
  while (runs(one)) {
    if (Date.now() > end) {
      send(one, 'SIGKILL');
      while (runs(one)) await pause(20);
      return true;
    }
    await pause(20);
  }
  return false;
}

/** Sends a signal to that very process. Answers whether it was there to get it. */
export function send(one: KnownProcess, signal: NodeJS.Signals): boolean {
  if (!runs(one)) return false;
  try {
    process.kill(one.pid, signal);
    return true;
  } catch {
    return false;
  }
}
