import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings, Settings } from '#platform/config';
import { NotEmbedded, Welcome } from './welcome.js';

const key = Buffer.alloc(32, 7).toString('base64');
const login = { username: 'manager', password: 'demo', role: 'programme-manager', organisation: 'o', does: 'Reads.' };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'welcome-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function aWelcome(running: object, mode = 'embedded'): Promise<Welcome> {
  await writeFile(join(folder, 'running.json'), JSON.stringify({ logins: [login], ...running }));
  const environment = {
    ...{ DATABASE_URL: 'postgresql://127.0.0.1:9/none', SMTP_URL: 'smtp://127.0.0.1:9' },
    ...{ OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_SECRET: 'secret', PAYLOAD_KEY: key, LINK_KEY: key },
    ...{ PUBLIC_URL: 'http://fairway.test', FAIRWAY_MODE: mode, FAIRWAY_DATA: folder },
  };
  return new Welcome(new Settings(readSettings(environment)));
}

describe('the welcome page', () => {
  it('leads to the mail, the post and the pathways of this copy', async () => {
    const welcome = await aWelcome({
      mail: { web: 'http://localhost:1' },
      notify: { web: 'http://localhost:2' },
      temporal: { ui: 'http://localhost:3' },
    });
    expect(await welcome.show()).toMatchObject({
      mailUrl: 'http://localhost:1',
      postUrl: 'http://localhost:2',
      temporalUi: 'http://localhost:3',
    });
  });

  it('is there too when the copy uses a mail server, a Notify account or a Temporal of its owner', async () => {
    const welcome = await aWelcome({ mail: { web: null }, notify: { web: null }, temporal: { ui: null } });
    expect(await welcome.show()).toMatchObject({ mailUrl: null, postUrl: null, temporalUi: null });
  });

  it('is there only in a demonstration', async () => {
    await expect((await aWelcome({}, 'deployed')).show()).rejects.toBeInstanceOf(NotEmbedded);
  });
});
