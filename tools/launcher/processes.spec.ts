import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { describe, expect, it } from '@jest/globals';

import { known, type KnownProcess, parentsOf, runs, send, stopProcess } from './processes.ts';

async function aProcess(script: string): Promise<KnownProcess> {
  const child = spawn(process.execPath, ['-e', `${script}; console.log('up'); setInterval(() => 0, 1000)`]);
  await once(child.stdout, 'data');
  const one = known(child.pid ?? 0);
  if (one === null) throw new Error('it does not run');
  return one;
}

describe('a process that was noted', () => {
  it('is asked to end, and ends', async () => {
    const one = await aProcess('');
    expect(runs(one)).toBe(true);
    expect(await stopProcess(one, 'SIGTERM', 5)).toBe(false);
    expect(runs(one)).toBe(false);
  });

  it('is ended when it does not listen', async () => {
    const one = await aProcess("process.on('SIGTERM', () => 0)");
    expect(await stopProcess(one, 'SIGTERM', 0.2)).toBe(true);
    expect(runs(one)).toBe(false);
  });

  it('is not mistaken for a later one of the same number', () => {
    expect(send({ pid: process.pid, began: 'another time' }, 'SIGKILL')).toBe(false);
  });

  it('knows the processes above it', () => {
    expect(parentsOf(process.pid).split(' ')[0]).toBe(String(process.ppid));
  });
});
