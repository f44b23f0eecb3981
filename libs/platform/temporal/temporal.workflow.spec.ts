import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { Line } from '../../../test/faults/proxy.js';
import { testServer, type TestServer } from '../../../test/temporal/server.js';
import { Temporal } from './index.js';

jest.setTimeout(60_000);

const KEY = Buffer.alloc(32, 7).toString('base64');

let server: TestServer;
let proxy: Line;
let temporal: Temporal;

beforeAll(async () => {
  server = await testServer();
  proxy = await Line.to(Number(server.address.split(':').at(-1)));
  const settings = readSettings({
    TEMPORAL_ADDRESS: `127.0.0.1:${proxy.port}`,
    DATABASE_URL: 'postgresql://localhost:1/none',
    SMTP_URL: 'smtp://localhost:1',
    OIDC_ISSUER: 'http://localhost:1',
    OIDC_CLIENT_SECRET: 'secret',
    PAYLOAD_KEY: KEY,
    LINK_KEY: KEY,
  });
  temporal = new Temporal(new Settings(settings));
});
afterAll(async () => {
  await temporal.onApplicationShutdown();
  await proxy.close();
  await server.stop();
});

async function answers(): Promise<boolean> {
  return temporal.ping().then(
    () => true,
    () => false,
  );
}

describe('a line to the Temporal server', () => {
  it('that goes silent while it is made gives way to another, which is answered', async () => {
    proxy.goSilent();
    expect(await answers()).toBe(false);
    proxy.heal();
    const giveUp = Date.now() + 20_000;
    while (!(await answers()) && Date.now() < giveUp) await pause(250);
    expect(await answers()).toBe(true);
  });

  it('that was cut is mended, and a call meanwhile only has to be made again', async () => {
    proxy.break();
    expect(await answers()).toBe(false);
    proxy.heal();
    const giveUp = Date.now() + 20_000;
    while (!(await answers()) && Date.now() < giveUp) await pause(250);
    expect(await answers()).toBe(true);
  });
});
