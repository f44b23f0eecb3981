import { expect, type Page, test } from '@playwright/test';
import { expectAccessible, expectFits, Product } from './product.js';

let product: Product;
test.beforeAll(() => {
  product = new Product();
});
test.afterAll(() => product.close());

interface Invited {
  readonly episodeId: string;
  readonly personId: string;
  readonly email: string;
}

const INVITED = `
  SELECT e.id AS "episodeId", p.id AS "personId", p.email
    FROM episode e JOIN person p ON p.id = e.person_id JOIN message m ON m.episode_id = e.id
   WHERE e.programme = 'stop-smoking' AND e.team_key = 'northamptonshire' AND e.status = 'open' AND NOT e.demo
     AND m.fate = 'sent' AND m.channel = 'email' AND e.step = 'invite'
     AND NOT EXISTS (SELECT 1 FROM reply r WHERE r.episode_id = e.id)
   ORDER BY p.nhs_number OFFSET $1 LIMIT 1`;

test('somebody found by detection replies on a phone, is helped by a partner, and their quit is counted', async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const someone = await product.row<Invited>(INVITED, [0]);

  // The invitation, in mail.
  const mail = await product.newestMail(someone.email);
  expect(mail.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
  const link = mail.links.find((one) => one.includes('/r/'))!;

  // A mail scanner opens the link; nothing happens.
  await fetch(link);
  expect(await product.rows('SELECT 1 FROM reply WHERE episode_id = $1', [someone.episodeId])).toEqual([]);

  // The person, on a small phone without script.
  const phone = await product.phone(browser);
  const replyPage = await phone.newPage();
  await replyPage.goto(link);
  await expect(replyPage.getByRole('heading', { level: 1 })).toContainText('stop smoking');
  await replyPage.getByRole('button', { name: /^Yes please/ }).click();
  await expect(replyPage.getByRole('heading', { level: 1 })).toHaveText('Thank you, we have your answer');
  await replyPage.goto(link);
  await expect(replyPage.getByRole('button', { name: /^Yes please/ })).toHaveCount(0);
  await phone.close();

  // The pathway refers them; the partner sees no name until they accept.
  const referral = await product.row<{ id: string }>(
    "SELECT id FROM referral WHERE episode_id = $1 AND status = 'sent'",
    [someone.episodeId],
  );
  const [{ family }] = (await product.rows<{ family: string }>('SELECT family FROM person WHERE id = $1', [
    someone.personId,
  ])) as [{ family: string }];
  const partner = await product.logIn(browser, 'partner-smoking', `/referrals/${referral.id}`);
  await expect(partner.getByText('Name and phone are shown once you accept.')).toBeVisible();
  await expect(partner.getByText(family)).toHaveCount(0);
  await expectAccessible(partner);
  await partner.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(partner.getByRole('heading', { level: 2, name: new RegExp(family, 'i') })).toBeVisible();
  await partner.getByRole('button', { name: 'They have started' }).click();
  await expect(partner.getByRole('button', { name: 'They have started' })).toHaveCount(0);
  await partner.getByRole('button', { name: 'Report outcome' }).click();
  await partner.getByRole('radio').first().check();
  await partner
    .getByRole('button', { name: /^(Report|Send|Save)/ })
    .last()
    .click();
  await expect(partner.getByText('The team has been told how it went.')).toBeVisible();
  await partner.context().close();

  // Four weeks later the follow-up measure is due; it appears on an open worklist without a reload.
  const worker = await product.logIn(browser, 'link-worker', '/work');
  await expect(worker.getByRole('heading', { name: /My team’s work/ })).toBeVisible();
  await expectAccessible(worker);
  await product.row("SELECT 1 FROM episode WHERE id = $1 AND step = 'four-week-quit'", [someone.episodeId]);
  const open = await openWork(worker);
  await product.passDays(someone.episodeId, 28);
  const measure = await product.row<{ id: string }>(
    "SELECT id FROM task WHERE episode_id = $1 AND step = 'four-week-quit' AND status = 'open'",
    [someone.episodeId],
  );
  await expect.poll(() => openWork(worker)).toBeGreaterThan(open);

  await worker.goto(`/work/${measure.id}`);
  await expect(worker.getByRole('heading', { level: 2, name: new RegExp(family, 'i') })).toBeVisible();
  await expectAccessible(worker);
  await worker.getByRole('radio', { name: /Has not smoked for two weeks/ }).check();
  // With 10 ppm or more in the breath it is no quit, and the pane says so before anything is sent.
  await worker.getByLabel(/Carbon monoxide/).fill('10');
  await worker.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(worker.getByText(/10 ppm or above does not go with .* choose “Has smoked/)).toBeVisible();
  await worker.getByLabel(/Carbon monoxide/).fill('4');
  await worker.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(worker.getByText('Done', { exact: true }).first()).toBeVisible();

  // Twelve weeks after the quit date they are asked again, and it has lasted.
  await product.row("SELECT 1 FROM episode WHERE id = $1 AND step = 'twelve-week-quit'", [someone.episodeId]);
  await product.passDays(someone.episodeId, 56);
  const again = await product.row<{ id: string }>(
    "SELECT id FROM task WHERE episode_id = $1 AND step = 'twelve-week-quit' AND status = 'open'",
    [someone.episodeId],
  );
  await worker.goto(`/work/${again.id}`);
  await worker.getByRole('radio', { name: /Has not smoked since/ }).check();
  await worker.getByLabel(/Carbon monoxide/).fill('3');
  await worker.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(worker.getByText('Done', { exact: true }).first()).toBeVisible();
  await product.row("SELECT 1 FROM ending WHERE episode_id = $1 AND ending = 'quit' AND good", [someone.episodeId]);
  expect(
    await product.rows(
      'SELECT instrument, value::float AS value, good FROM measurement WHERE episode_id = $1 ORDER BY at, instrument DESC',
      [someone.episodeId],
    ),
  ).toEqual([
    { instrument: 'russell-standard-4-week', value: 4, good: true },
    { instrument: 'russell-standard-12-week', value: 3, good: true },
  ]);

  // Their record tells the whole story.
  await worker.goto(`/people/${someone.personId}`);
  await expect(worker.getByText('Viewing is recorded').first()).toBeVisible();
  await expect(worker.getByText(/Stopped smoking at twelve weeks/).first()).toBeVisible();
  await expectAccessible(worker);
  await worker.context().close();

  // The manager reads it, and nobody's name.
  const manager = await product.logIn(browser, 'manager', '/reports/stop-smoking');
  await expect(manager.getByRole('heading', { level: 1, name: 'Stop smoking' })).toBeVisible();
  await expect(manager.getByRole('table').first()).toBeVisible();
  await expectAccessible(manager);
  expect((await manager.request.get(`/api/people/${someone.personId}`)).status()).toBe(403);
  const report = await manager.request.get('/api/reports/stop-smoking');
  expect(report.headers()['content-type']).toContain('json');
  const csv = await (await manager.request.get('/api/reports/stop-smoking.csv')).text();
  expect(csv).toMatch(/found/i);
  await manager.context().close();

  // The privacy officer sees who looked.
  const officer = await product.logIn(browser, 'privacy-officer', '/audit');
  await expect(officer.getByRole('table')).toContainText(/person/i);
  await expectAccessible(officer);
  await officer.context().close();
  const reads = await product.rows(
    "SELECT DISTINCT role FROM audit_entry WHERE person_id = $1 AND action IN ('person.read', 'referral.read', 'task.read') ORDER BY role",
    [someone.personId],
  );
  expect(reads.map(({ role }) => role)).toEqual(expect.arrayContaining(['link-worker', 'partner']));
  expect(await product.countMail(someone.email)).toBe(1);
});

test('silence leads to a call, and the next step appears without a reload', async ({ browser }) => {
  test.setTimeout(240_000);
  const someone = await product.row<Invited>(INVITED, [1]);
  const coordinator = await product.logIn(browser, 'coordinator', '/work');
  await expect(coordinator.getByRole('heading', { name: /My team’s work/ })).toBeVisible();

  const open = await openWork(coordinator);
  await product.passDays(someone.episodeId, 22);
  const call = await product.row<{ id: string }>(
    "SELECT id FROM task WHERE episode_id = $1 AND step = 'call' AND status = 'open'",
    [someone.episodeId],
  );
  // Once by mail; the second time by text or letter where one can be sent.
  expect(await product.countMail(someone.email)).toBeLessThanOrEqual(2);
  expect(
    await product.rows("SELECT 1 FROM message WHERE episode_id = $1 AND fate = 'sent'", [someone.episodeId]),
  ).toHaveLength(2);
  await expect.poll(() => openWork(coordinator)).toBeGreaterThan(open);

  await coordinator.goto(`/work/${call.id}`);
  await coordinator.getByRole('button', { name: 'Claim it' }).click();
  await expect(coordinator.getByText('This is yours.')).toBeVisible();
  await coordinator.getByRole('radio', { name: /Wants help/ }).check();
  await coordinator.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(coordinator.getByRole('status').filter({ hasText: /Waiting for the service/ })).toBeVisible();

  // Changing their mind: the stop link of the last message ends it at once, and withdraws the referral.
  const stop = /<(.*)>/.exec((await product.newestMail(someone.email)).headers['list-unsubscribe'] ?? '')?.[1];
  const response = await fetch(stop!, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
  expect(response.status).toBeLessThan(400);
  await product.row("SELECT 1 FROM ending WHERE episode_id = $1 AND ending = 'opted-out' AND exit", [
    someone.episodeId,
  ]);
  await product.row("SELECT 1 FROM referral WHERE episode_id = $1 AND status = 'withdrawn'", [someone.episodeId]);
  await coordinator.context().close();
});

test('a signed trigger starts once, joins after, and is refused when the signature is bad or stale', async ({
  browser,
}) => {
  // Housing begins with a call, so that there is a task to look at.
  const housing = { programme: 'housing-referral' };
  const first = await product.trigger('story-1', housing);
  const answer = (await first.json()) as { answer: string; episodeId: string };
  expect(answer.answer).toBe('started');
  const again = await product.trigger('story-1', housing);
  expect(await again.json()).toEqual(answer);
  expect(((await (await product.trigger('story-2', housing)).json()) as { answer: string }).answer).toBe('joined');
  expect((await product.trigger('story-3', housing, new Date(Date.now() - 3_600_000))).status).toBe(401);
  const unknown = (await (await product.trigger('story-4', { ...housing, nhsNumber: '9434765919' })).json()) as {
    answer: string;
  };
  expect(unknown.answer).toBe('rejected');

  const task = await product.row<{ id: string }>('SELECT id FROM task WHERE episode_id = $1', [answer.episodeId]);
  const worker = await product.logIn(browser, 'link-worker', `/work/${task.id}`);
  await expect(worker.getByText(/Asked for help/).first()).toBeVisible();
  await worker.goto('/triggers');
  await worker.context().close();
});

/** How much the list says there is to do, as it stands on the open page. */
async function openWork(page: Page): Promise<number> {
  const heading = await page.getByRole('heading', { name: /My team’s work \d/ }).innerText();
  return Number(heading.replaceAll(/\D/g, ''));
}

const DESKS = [
  ['link-worker', '/work'],
  ['coordinator', '/people'],
  ['coordinator', '/triggers'],
  ['partner-housing', '/referrals'],
  ['manager', '/reports'],
  ['manager', '/programmes'],
  ['clinical-lead', '/programmes/stop-smoking'],
  ['privacy-officer', '/audit'],
] as const;

for (const [username, path] of DESKS) {
  test(`${path} as ${username} is accessible, and fits a phone`, async ({ browser }) => {
    const page = await product.logIn(browser, username, path);
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached();
    await expect(page.getByText(/^Loading/)).toHaveCount(0);
    await expectAccessible(page);
    await page.setViewportSize({ width: 320, height: 700 });
    await expectFits(page);
    await expectAccessible(page);
    await page.context().close();
  });
}

test('the welcome page says who to log in as, and the public pages are accessible', async ({ page }) => {
  await page.goto(`${product.running.web}/welcome`);
  await expect(page.getByText('link-worker').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Texts and letters that were sent' })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${product.running.web}/help`);
  await expect(page.getByRole('heading', { name: 'Pause, hand over or end' })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${product.running.web}/`);
  await expectAccessible(page);
  await page.goto(`${product.running.web}/r/${'x'.repeat(43)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('We do not know this link');
  await expectAccessible(page);
});
