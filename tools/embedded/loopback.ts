import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { BodyTooLarge } from './form.ts';

export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Serves on 127.0.0.1 and, where the machine has it, ::1, so that `localhost` works whichever it means. */
export async function serveOnLoopback(port: number, answer: Answer): Promise<Server[]> {
  const handle = surely(answer);
  const first = await listen(port, '127.0.0.1', handle);
  try {
    return [first, await listen(port, '::1', handle)];
  } catch {
    return [first];
  }
}

/** Runs `stop` once on SIGTERM or SIGINT, then ends the process. */
export function stopOnSignal(servers: readonly Server[], stop: () => Promise<void> | void): void {
  let stopping = false;
  const end = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
    await stop();
    process.exit(0);
  };
  process.on('SIGTERM', () => void end());
  process.on('SIGINT', () => void end());
}

/** True when the request was meant for this machine by name: no page elsewhere can rebind its own name to us. */
export function isForThisMachine(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}

/** An answer in every case: a failure is logged and told as a bare status. */
function surely(answer: Answer): RequestListener {
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const tooLarge = error instanceof BodyTooLarge;
      if (!tooLarge) console.error(error);
      if (!response.headersSent) response.writeHead(tooLarge ? 413 : 500);
      response.end();
    });
  };
}

function listen(port: number, address: string, handle: RequestListener): Promise<Server> {
  const server = createServer(handle);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => resolve(server));
  });
}
