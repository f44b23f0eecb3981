import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { type TimeMachine, timeMachine } from '../temporal/time.js';

interface Running {
  readonly web: string;
  readonly api: string;
  readonly database: { readonly url: string };
  readonly temporal: { readonly address: string; readonly namespace: string };
  readonly mail: { readonly api: string };
  readonly logins: readonly { readonly username: string; readonly password: string; readonly role: string }[];
  readonly trigger: { readonly secret: string; readonly nhsNumber: string; readonly url: string };
}

export interface Caught {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

/** The running product as the tests see it: its pages, its mail, its clock, and its tables to find somebody by. */
export class Product {
  readonly running: Running;
  private readonly pool: pg.Pool;
  private connection: Connection | undefined;
  private time: TimeMachine | undefined;

  constructor() {
    const data = process.env.FAIRWAY_E2E_DATA;
    if (!data) throw new Error('FAIRWAY_E2E_DATA does not name a running copy.');
    this.running = JSON.parse(readFileSync(join(data, 'running.json'), 'utf8')) as Running;
    this.pool = new pg.Pool({ connectionString: this.running.database.url, max: 2 });
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.connection?.close();
  }

  async rows<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(sql, [...values])).rows;
  }

  /** The first row, waiting for it a while. */
  async row<Row extends pg.QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row> {
    let found: Row | undefined;
    await expect
      .poll(async () => (found = (await this.rows<Row>(sql, values))[0]) !== undefined, {
        timeout: 30_000,
        message: sql,
      })
      .toBe(true);
    return found!;
  }

  /** Lets days pass for one pathway, on the real server's own clock. */
  async passDays(episodeId: string, days: number): Promise<void> {
    this.connection ??= await Connection.connect({ address: this.running.temporal.address });
    const client = new Client({ connection: this.connection, namespace: this.running.temporal.namespace });
    this.time ??= await timeMachine(client);
    await this.time.pass(`pathway/${episodeId}`, days * 86_400_000);
  }

  /** Logs in through the provider in a browser of their own; ends on `path`. */
  async logIn(browser: Browser, username: string, path: string): Promise<Page> {
    const context = await browser.newContext({ baseURL: this.running.web });
    const page = await context.newPage();
    await this.logInOn(page, username, path);
    return page;
  }

  async logInOn(page: Page, username: string, path: string): Promise<void> {
    const login = this.running.logins.find((one) => one.username === username);
    if (!login) throw new Error(`No demo log-in ${username}.`);
    await page.goto(`${this.running.web}/auth/login?returnTo=${encodeURIComponent(path)}`);
    await page.getByLabel('User name').fill(login.username);
    await page.getByLabel('Password').fill(login.password);
    await page.getByLabel('Password').press('Enter');
    await page.waitForURL((url) => url.origin === this.running.web && url.pathname.startsWith(path.split('?')[0]!));
  }

  /** A phone with script switched off: the reply page must do without. */
  async phone(browser: Browser): Promise<BrowserContext> {
    return browser.newContext({ viewport: { width: 320, height: 640 }, javaScriptEnabled: false });
  }

  async newestMail(address: string): Promise<Caught> {
    let id: string | undefined;
    await expect
      .poll(
        async () =>
          (id = (await this.mail<{ items: { id: string }[] }>(`?to=${encodeURIComponent(address)}&limit=1`)).items[0]
            ?.id),
      )
      .toBeTruthy();
    return this.mail<Caught>(`/${id}`);
  }

  async countMail(address: string): Promise<number> {
    return (await this.mail<{ total: number }>(`?to=${encodeURIComponent(address)}`)).total;
  }

  /** Sends a signed trigger as another system would. */
  async trigger(id: string, changes: Record<string, unknown> = {}, at = new Date()): Promise<Response> {
    const { secret, nhsNumber, url } = this.running.trigger;
    const body = JSON.stringify({
      programme: 'stop-smoking',
      nhsNumber,
      reason: 'Asked for help',
      source: 'surgery',
      ...changes,
    });
    return fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, at, body),
      },
    });
  }

  private async mail<Body>(path: string): Promise<Body> {
    const response = await fetch(`${this.running.mail.api}${path}`);
    return (await response.json()) as Body;
  }
}

/** Nothing axe can find against WCAG 2.2 AA. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`)).toEqual(
    [],
  );
}

/** No sideways scrolling at this width. */
export async function expectFits(page: Page): Promise<void> {
  const over = await page.evaluate<number>(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  );
  expect(over).toBeLessThanOrEqual(0);
}
