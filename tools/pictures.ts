import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser, chromium, type Page } from '@playwright/test';

import { root } from './setup/root.mjs';
import { findChromium } from './testing/browser.ts';

interface Running {
  web: string;
  mail: { api: string };
  logins: { username: string; password: string }[];
}

const folder = join(root, 'docs', 'pictures');

/** Takes the README's pictures from a running copy: one of each desk, as its people see it. */
export async function takePictures(): Promise<void> {
  const data = process.env['FAIRWAY_DATA'] || join(root, '.data');
  const running = JSON.parse(await readFile(join(data, 'running.json'), 'utf8')) as Running;
  await mkdir(folder, { recursive: true });
  const browser = await chromium.launch({
    executablePath: (await findChromium(() => undefined)).path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    await desk(browser, running, 'link-worker', '/work', 'worklist', async (page) => {
      await page.locator('[data-row]').nth(1).click();
      await page.getByText('What happened?').waitFor();
    });
    await desk(browser, running, 'partner-smoking', '/referrals', 'partner', async (page) => {
      await page.locator('a[href^="/referrals/"]').first().click();
      await page
        .getByText('Good to know')
        .or(page.getByText('Agreed', { exact: true }))
        .first()
        .waitFor();
    });
    await desk(browser, running, 'manager', '/reports/stop-smoking', 'report');
    await desk(browser, running, 'privacy-officer', '/audit', 'audit');
    await replyPage(browser, running);
  } finally {
    await browser.close();
  }
}

async function desk(
  browser: Browser,
  running: Running,
  username: string,
  path: string,
  name: string,
  then?: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 840 }, locale: 'en-GB' });
  const page = await context.newPage();
  const login = running.logins.find((one) => one.username === username);
  await page.goto(`${running.web}/auth/login?returnTo=${path}`);
  await page.getByLabel('User name').fill(username);
  await page.getByLabel('Password').fill(login?.password ?? '');
  await page.getByLabel('Password').press('Enter');
  await page.waitForURL(`${running.web}${path}**`);
  await page.waitForLoadState('load');
  await page
    .getByText(/^Loading/)
    .first()
    .waitFor({ state: 'detached' });
  await then?.(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(`docs/pictures/${name}.png`);
  await context.close();
}

async function replyPage(browser: Browser, { mail }: Running): Promise<void> {
  const { items } = (await (await fetch(`${mail.api}?limit=1`)).json()) as { items: { id: string }[] };
  const { links } = (await (await fetch(`${mail.api}/${items[0]?.id}`)).json()) as { links: string[] };
  const link = links.find((one) => one.includes('/r/'));
  if (!link) throw new Error('No message with a reply link has been caught yet.');
  const context = await browser.newContext({ viewport: { width: 390, height: 700 }, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto(link);
  await page.screenshot({ path: join(folder, 'reply.png') });
  console.log('docs/pictures/reply.png');
  await context.close();
}

await takePictures();
