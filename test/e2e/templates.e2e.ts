import { expect, test } from '@playwright/test';
import { expectAccessible, expectFits, Product } from './product.js';

const NAME = 'housing-referral-invite';
const WORDS = 'We are {{team}}. We have some help for you. Say yes or no: {{link}} To stop these texts: {{stop}}';

let product: Product;
test.beforeAll(() => {
  product = new Product();
});
test.afterAll(() => product.close());

test('a clinical lead reads a new version of a message, approves it and takes it back', async ({ browser }) => {
  test.setTimeout(120_000);
  await product.rows(
    `INSERT INTO template_version (template, version, title, definition, hash, loaded_at)
     SELECT template, 2, title,
            jsonb_set(jsonb_set(definition, '{version}', '2'), '{languages,en,standard,sms}', to_jsonb($2::text)), 'e2e', now()
       FROM template_version WHERE template = $1 AND version = 1
     ON CONFLICT DO NOTHING`,
    [NAME, WORDS],
  );
  const lead = await product.logIn(browser, 'clinical-lead', '/templates');
  const row = lead.getByRole('row', { name: /Invitation to get help with a home/ });
  await expect(row.getByText('Version 2 waits for approval')).toBeVisible();
  await expectAccessible(lead);
  await lead.getByRole('link', { name: 'Invitation to get help with a home' }).click();
  await expect(lead.frameLocator('iframe').getByText('Hello Sam,')).toBeVisible();

  // By keyboard from tab to tab; only one of them is a stop.
  await lead.getByRole('tab', { name: 'E-mail' }).focus();
  await lead.keyboard.press('ArrowRight');
  await expect(lead.getByRole('tab', { name: 'Text message' })).toBeFocused();
  await lead.getByRole('link', { name: 'Version 2' }).click();
  await expect(lead.getByRole('tabpanel')).toContainText('We have some help for you');
  await expect(lead.getByRole('tabpanel')).toContainText('charged as 2 text messages');
  await expect(lead.getByRole('heading', { name: 'What differs from version 1' })).toBeVisible();
  await expect(lead.locator('.differences ins').first()).toContainText('some');
  await expectAccessible(lead);
  await lead.setViewportSize({ width: 320, height: 640 });
  await expectFits(lead);
  await expectAccessible(lead);
  for (const tab of ['Letter', 'Reply page', 'E-mail']) {
    await lead.getByRole('tab', { name: tab }).click();
    await expectFits(lead);
  }

  await lead.getByRole('button', { name: 'Approve version 2' }).click();
  await expect(lead.getByRole('dialog')).toContainText('in place of version 1: 1 place changed');
  await lead.keyboard.press('Escape');
  await expect(lead.getByRole('dialog')).toHaveCount(0);
  await lead.getByRole('button', { name: 'Approve version 2' }).click();
  await lead.getByRole('button', { name: 'Approve it' }).click();
  await expect(lead.getByText('Version 2 is approved.')).toBeVisible();
  await expect(lead.getByText('Version 2: people get this')).toBeVisible();
  await lead.getByRole('button', { name: 'Undo' }).click();
  await expect(lead.getByText('Version 2: withdrawn')).toBeVisible();
  await lead.context().close();

  const standings = await product.rows<{ version: number; status: string }>(
    'SELECT version, status FROM template_version WHERE template = $1 ORDER BY version',
    [NAME],
  );
  expect(standings).toEqual([
    { version: 1, status: 'approved' },
    { version: 2, status: 'withdrawn' },
  ]);
  const acts = await product.rows<{ action: string }>(
    `SELECT a.action FROM audit_entry a JOIN template_version v ON v.id::text = a.subject_id
      WHERE v.template = $1 AND v.version = 2 AND a.role = 'clinical-lead' ORDER BY a.seq`,
    [NAME],
  );
  expect(acts.map(({ action }) => action)).toEqual(['template.approved', 'template.withdrawn']);

  const manager = await product.logIn(browser, 'manager', `/templates/${NAME}?channel=letter`);
  await expect(manager.getByText('A clinical lead approves and withdraws versions.')).toBeVisible();
  await expect(manager.getByRole('article', { name: 'The letter' })).toContainText(
    'Would you like help with your home?',
  );
  await expect(manager.getByRole('button', { name: /^(Approve|Withdraw)/ })).toHaveCount(0);
  await expectAccessible(manager);
  await manager.context().close();
});
