import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, type Page } from '@playwright/test';
import { Client, Connection } from '@temporalio/client';
import { expectAccessible, expectFits, Product } from './product.js';

/** As the server numbers it. */
const RUNNING = 1;

const product = new Product();
test.afterAll(() => product.close());

async function expectSound(page: Page): Promise<void> {
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectFits(page);
  await expectAccessible(page);
  await page.setViewportSize({ width: 1400, height: 840 });
}

test('a pathway that was stopped is found, and started again by somebody with a reason', async ({ browser }) => {
  const { id, person_id: personId } = await product.row<{ id: string; person_id: string }>(
    `SELECT id, person_id FROM episode WHERE status = 'open' AND team_key = 'northamptonshire' AND step = 'call' LIMIT 1`,
  );
  const { address, namespace } = product.running.temporal;
  const connection = await Connection.connect({ address });
  await new Client({ connection, namespace }).workflow.getHandle(`pathway/${id}`).terminate();

  const page = await product.logIn(browser, 'coordinator', '/drift');
  await page.getByRole('button', { name: 'Compare now' }).click();
  const row = page.getByRole('row').filter({ hasText: 'Its pathway was stopped' });
  await expect(row).toHaveCount(1);
  await expect(row.getByRole('link', { name: 'Open the person’s page' })).toHaveAttribute(
    'href',
    `/people/${personId}`,
  );
  await expectSound(page);

  const manager = await product.logIn(browser, 'manager', '/drift');
  await expect(manager.getByRole('row').filter({ hasText: 'Its pathway was stopped' })).toHaveCount(1);
  expect(await manager.content()).not.toContain(personId);
  await expectSound(manager);
  await manager.context().close();

  await row.getByRole('button', { name: /^Repair/ }).press('Enter');
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('button', { name: 'Start a pathway' })).toBeDisabled();
  await dialog.getByLabel('Why are you doing this?').fill('Stopped by mistake while we looked at it');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Start a pathway' }).press('Enter');
  await expect(page.getByText('A pathway was started.')).toBeVisible();
  await expect(page.getByText('Nothing differs')).toBeVisible();
  await expect(page.getByText('Stopped by mistake while we looked at it').first()).toBeVisible();
  await expectSound(page);

  const { workflowExecutionInfo } = await connection.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId: `pathway/${id}` },
  });
  expect(workflowExecutionInfo?.status).toBe(RUNNING);
  await page.getByRole('button', { name: 'Compare now' }).click();
  await expect(page.getByText('Comparing every open programme now')).toBeVisible();
  await expect(page.getByText(/^Last compared/)).toBeVisible();
  await expect(page.getByText('Nothing differs')).toBeVisible();
  const tasks = await product.rows(`SELECT 1 FROM task WHERE episode_id = $1 AND status = 'open'`, [id]);
  expect(tasks).toHaveLength(1);
  await page.context().close();
  await connection.close();
});

test('live pathways are moved to a new version, and back again', async ({ browser }) => {
  const { version } = await product.row<{ version: number }>(
    `SELECT version FROM programme_version WHERE programme = 'social-prescribing' AND live`,
  );
  await loadNextVersion('social-prescribing', version);
  const page = await product.logIn(browser, 'manager', '/programmes/social-prescribing/moves');
  await expect(page.getByText(/can move/).first()).toBeVisible();
  await expectSound(page);
  await page.getByRole('button', { name: 'Move people…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/How many at most/).fill('2');
  await dialog.getByLabel('Why are you moving them?').fill('The new version asks less of people');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Move them' }).click();
  const batch = page.getByRole('article');
  await expect(batch.getByText('Moved: 2')).toBeVisible();
  await expect(batch.getByText(/left$/)).toBeVisible();
  await expectSound(page);
  const moved = `SELECT e.id FROM episode e JOIN programme_version v ON v.id = e.programme_version_id
    WHERE v.programme = 'social-prescribing' AND v.version = $1 AND e.status = 'open'`;
  expect(await product.rows(moved, [version + 1])).toHaveLength(2);

  await batch.getByRole('button', { name: 'Undo this move…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Move them back' }).click();
  await expect(batch.getByText('Moved back: 2')).toBeVisible();
  expect(await product.rows(moved, [version + 1])).toHaveLength(0);
  await page.context().close();
});

/** The shipped programme under the next number, loaded as its author would. */
async function loadNextVersion(programme: string, version: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fairway-programmes-'));
  const file = await readFile(`programmes/${programme}.yaml`, 'utf8');
  await writeFile(join(folder, `${programme}.yaml`), file.replace(/^version: \d+$/m, `version: ${version + 1}`));
  const env = { ...process.env, FAIRWAY_DATA: process.env.FAIRWAY_E2E_DATA };
  await promisify(execFile)(process.execPath, ['tools/fairway.mjs', 'programmes', folder], { env });
  await rm(folder, { recursive: true });
}
