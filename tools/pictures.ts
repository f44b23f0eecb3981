import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Browser, chromium, type Page } from '@playwright/test';
import { Client, Connection } from '@temporalio/client';

import { root } from './setup/root.mjs';
import { findChromium } from './testing/browser.ts';

interface Running {
  web: string;
  mail: { api: string };
  temporal: { address: string; namespace: string };
  logins: { username: string; password: string }[];
}

const folder = join(root, 'docs', 'pictures');

/** The programme that people are shown to be moved in; it gets a second version, and nobody is moved. */
const MOVED = 'social-prescribing';
/** In milliseconds: how long a simulation of a few people may take on a busy machine. */
const SIMULATED_WITHIN = 10 * 60_000;

/**
 * Takes the documents' pictures from a running copy: one of each desk, as its people see it. The copy is not left as it was:
 * a programme has a version more, a simulation was run, and a pathway was stopped and repaired.
 */
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
    await desk(browser, running, 'clinical-lead', '/templates/stop-smoking-invite', 'template', async (page) => {
      await page
        .frameLocator('iframe')
        .getByText(/^Hello/)
        .first()
        .waitFor();
    });
    await desk(browser, running, 'privacy-officer', '/audit', 'audit');
    await replyPage(browser, running);
    await desk(browser, running, 'coordinator', '/work', 'timeline', openPerson);
    await desk(
      browser,
      running,
      'coordinator',
      '/work',
      'differences',
      (page) => findDifference(page, running),
      repair,
    );
    await desk(browser, running, 'manager', '/simulations', 'simulation', simulate);
    await loadNextVersion(MOVED);
    await desk(browser, running, 'manager', `/programmes/${MOVED}/moves`, 'moves', async (page) => {
      await page
        .getByText(/can move/)
        .first()
        .waitFor();
    });
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
  afterwards?: (page: Page) => Promise<void>,
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
  await afterwards?.(page);
  await context.close();
}

async function openPerson(page: Page): Promise<void> {
  await page.locator('[data-row]').nth(1).click();
  await page.getByRole('link', { name: 'Open record' }).click();
  await page.getByRole('heading', { name: 'What has happened, what comes next' }).first().waitFor();
}

/** Stops the pathway of somebody of the team, as an operator might by mistake, and has it found. */
async function findDifference(page: Page, { web, temporal }: Running): Promise<void> {
  await openPerson(page);
  const episode = await page.locator('section.episode').first().getAttribute('aria-labelledby');
  const connection = await Connection.connect({ address: temporal.address });
  const { namespace } = temporal;
  try {
    const workflowId = `pathway/${episode?.replace(/^episode-/, '')}`;
    await new Client({ connection, namespace }).workflow.getHandle(workflowId).terminate();
  } finally {
    await connection.close();
  }
  await page.goto(`${web}/drift`);
  await page.getByRole('button', { name: 'Compare now' }).click();
  await page.getByText('Its pathway was stopped').first().waitFor({ timeout: 120_000 });
}

async function repair(page: Page): Promise<void> {
  const row = page.getByRole('row').filter({ hasText: 'Its pathway was stopped' }).first();
  await row.getByRole('button', { name: /^Repair/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why are you doing this?').fill('Stopped to be shown in a picture');
  await dialog.getByRole('button', { name: 'Start a pathway' }).click();
  await page.getByText('A pathway was started.').waitFor({ timeout: 60_000 });
}

async function simulate(page: Page): Promise<void> {
  await page.locator('select[name=programme]').selectOption('stop-smoking');
  await page.locator('input[name=people]').fill('60');
  await page.getByRole('button', { name: 'Begin' }).click();
  const weeks = page.getByRole('heading', { name: 'Week by week' });
  await weeks.waitFor({ timeout: SIMULATED_WITHIN });
  await weeks.evaluate((heading) => heading.scrollIntoView());
}

/** The shipped programme under the next number; a second time changes nothing. */
async function loadNextVersion(programme: string): Promise<void> {
  const file = await readFile(join(root, 'programmes', `${programme}.yaml`), 'utf8');
  const next = file.replace(/^version: (\d+)$/m, (_, version: string) => `version: ${Number(version) + 1}`);
  const programmes = await mkdtemp(join(tmpdir(), 'fairway-pictures-'));
  try {
    await writeFile(join(programmes, `${programme}.yaml`), next);
    await promisify(execFile)(process.execPath, [join(root, 'tools/fairway.mjs'), 'programmes', programmes]);
  } finally {
    await rm(programmes, { recursive: true });
  }
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
