import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

import type { ServerCommand } from '../database/postgres.ts';

/** A server that cannot outlive the process that started it. */
export interface Guarded {
  /** Ends it and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * A shell between us and the server, holding the end of a pipe. When the pipe closes, because it is told to stop or because
 * this process has gone in whatever way, the shell ends the server.
 */
const guard = 'exec 3<&0; "$@" </dev/null & cat <&3 >/dev/null; kill -s "$ENDING" $! 2>/dev/null; wait';

/** Starts a server for the length of this process; for tests, whose runner may be killed. */
export function startGuarded(server: ServerCommand, ending: 'QUIT' | 'TERM', log: string): Guarded {
  const out = openSync(log, 'a');
  const env = { PATH: process.env['PATH'], ...server.options.env, ENDING: ending };
  const child = spawn('sh', ['-c', guard, 'sh', server.command, ...server.args], {
    ...server.options,
    env,
    stdio: ['pipe', out, out],
    detached: true,
  });
  closeSync(out);
  const gone = new Promise<void>((end) => {
    child.once('exit', () => end());
    child.once('error', () => end());
  });
  return {
    stop: async () => {
      child.stdin?.end();
      await gone;
    },
  };
}
