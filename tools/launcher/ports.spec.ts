import { createServer } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { freePort, isFree } from './ports.ts';

async function whileTaken<Result>(work: (port: number) => Promise<Result>): Promise<Result> {
  const server = createServer();
  const port = await new Promise<number>((listening) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      listening(address && typeof address === 'object' ? address.port : 0);
    });
  });
  try {
    return await work(port);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
}

describe('ports', () => {
  it('keeps the one that was wanted when it is free', async () => {
    const port = await freePort();
    expect(await freePort(port)).toBe(port);
  });

  it('finds another when somebody listens on the one that was wanted', async () => {
    await whileTaken(async (port) => {
      expect(await isFree(port)).toBe(false);
      expect(await freePort(port)).not.toBe(port);
    });
  });
});
