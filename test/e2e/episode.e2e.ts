import { expect, test, type Page } from '@playwright/test';
import { expectAccessible, expectFits, Product } from './product.js';

const product = new Product();
let page: Page;

test.beforeAll(async ({ browser }) => {
  page = await product.logIn(browser, 'coordinator', '/work');
});
test.afterAll(() => product.close());

/** Somebody of the coordinator's team with one open call that nobody has, and its ladder still ahead. */
async function anEpisodeWithATask(): Promise<{ personId: string; episodeId: string; taskId: string }> {
  return product.row(
    `SELECT e.person_id AS "personId", e.id AS "episodeId", t.id AS "taskId"
     FROM task t JOIN episode e ON e.id = t.episode_id
     WHERE t.status = 'open' AND t.kind = 'call' AND t.team_key = 'northamptonshire' AND t.claimed_by IS NULL
       AND t.snoozed_until IS NULL AND e.paused_at IS NULL AND e.status = 'open'
       AND NOT EXISTS (SELECT FROM escalation_rung r WHERE r.task_id = t.id AND r.status <> 'planned')
       AND EXISTS (SELECT FROM escalation_rung r WHERE r.task_id = t.id)
       AND (SELECT count(*) FROM episode other WHERE other.person_id = e.person_id AND other.status = 'open') = 1
     ORDER BY t.id LIMIT 1`,
  );
}

async function open(personId: string): Promise<void> {
  await page.goto(`${product.running.web}/people/${personId}`);
  await expect(page.getByRole('heading', { name: 'What has happened, what comes next' }).first()).toBeVisible();
}

async function fits(): Promise<void> {
  await expectAccessible(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expectFits(page);
  await page.setViewportSize({ width: 1280, height: 800 });
}

test('the record says what comes next and when, and a rung of the ladder can be cancelled with a reason', async () => {
  const { personId, taskId } = await anEpisodeWithATask();
  await open(personId);
  await expect(page.getByText(/^Next, /).first()).toBeVisible();
  await fits();
  const ladder = page.getByRole('list', { name: 'If it is late' });
  await ladder
    .getByRole('button', { name: /^Cancel/ })
    .first()
    .click();
  await fits();
  await page.getByLabel('Why?').fill('They are with their daughter and asked us to wait');
  await page.getByRole('button', { name: 'Cancel this step' }).click();
  await expect(ladder.getByText('Cancelled')).toBeVisible();
  await expect(ladder.getByText('“They are with their daughter')).toBeVisible();
  const rung = await product.row<{ status: string }>(
    `SELECT status FROM escalation_rung WHERE task_id = $1 ORDER BY rung LIMIT 1`,
    [taskId],
  );
  expect(rung.status).toBe('cancelled');
});

test('a pause stops everything, is shown, and is ended; the dates move on', async () => {
  const { personId, episodeId, taskId } = await anEpisodeWithATask();
  await open(personId);
  await page.getByRole('button', { name: /^Pause/ }).click();
  await fits();
  await page.getByLabel('Why?').selectOption({ label: 'In hospital' });
  await page.getByLabel(/^Note/).fill('Expected home in a week');
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(page.getByText('In hospital').first()).toBeVisible();
  await fits();

  await page.goto(`${product.running.web}/work/${taskId}?view=paused`);
  await expect(page.getByText('Paused: in hospital.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveCount(0);

  await open(personId);
  await page.getByRole('button', { name: /^Resume/ }).click();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByRole('button', { name: /^Pause/ })).toBeVisible();
  const pause = await product.row<{ applied: boolean }>(
    `SELECT applied_at IS NOT NULL AS applied FROM pause WHERE episode_id = $1 AND applied_at IS NOT NULL`,
    [episodeId],
  );
  expect(pause.applied).toBe(true);
});

test('a task is snoozed with a reason, leaves the list and stands under Snoozed', async () => {
  const { taskId } = await anEpisodeWithATask();
  await page.goto(`${product.running.web}/work/${taskId}?view=needs-us`);
  await page.getByRole('button', { name: 'Snooze' }).click();
  await fits();
  const day = new Date(Date.now() + 8 * 86_400_000).toLocaleDateString('sv-SE', { timeZone: 'Europe/London' });
  await page.getByLabel('Back on the list on').fill(day);
  await page.getByLabel('Why?').fill('Asked us to phone after the holiday');
  await page.getByRole('dialog').getByRole('button', { name: 'Snooze' }).click();
  await expect(page.getByText(/Asked us to phone after the holiday/).first()).toBeVisible();
  await page.goto(`${product.running.web}/work?view=snoozed`);
  await expect(page.getByText(/^Snoozed until/).first()).toBeVisible();
  await fits();
});

test('an episode is handed to another team with its tasks', async () => {
  const { personId, taskId } = await anEpisodeWithATask();
  await open(personId);
  await page.getByRole('button', { name: /^Hand over/ }).click();
  await page.getByLabel('To which team?').selectOption({ index: 1 });
  await page.getByLabel('Why?').fill('Lives with their son now');
  await page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
  await expect(page.getByText('Handed over.', { exact: false })).toBeVisible();
  const task = await product.row<{ team: string }>(
    `SELECT team_key AS team FROM task WHERE id = $1 AND team_key <> 'northamptonshire'`,
    [taskId],
  );
  expect(task.team).not.toBe('northamptonshire');
});

test('an episode is ended by hand: the task is cancelled, never completed, and the reason is told apart', async () => {
  const { personId, episodeId, taskId } = await anEpisodeWithATask();
  await open(personId);
  await page.getByRole('button', { name: /^End it/ }).click();
  await page.getByLabel('Why does it end?').selectOption({ label: 'Somebody else met the need' });
  await fits();
  await page.getByRole('button', { name: 'End it now' }).click();
  const ending = await product.row<{ ending: string; exit: boolean }>(
    `SELECT ending, exit FROM ending WHERE episode_id = $1`,
    [episodeId],
  );
  expect(ending).toEqual({ ending: 'need-met-by-others', exit: true });
  const task = await product.row<{ status: string }>(`SELECT status FROM task WHERE id = $1 AND status <> 'open'`, [
    taskId,
  ]);
  expect(task.status).toBe('cancelled');
  await expect(page.getByText(/Somebody else met the need/i).first()).toBeVisible();
});
