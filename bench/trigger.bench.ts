import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import type { Copy } from './copy.js';
import { percentile, type Result, round } from './figures.js';

const A_SECOND = 10;
const SECONDS = 30;

/** From the trigger's answer until the call task is on the worklist, while ten arrive each second. */
export async function benchTrigger(copy: Copy): Promise<Result> {
  const { database, trigger } = await copy.running();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // Housing begins with a call, so the task is the pathway's first effect.
  const people = await client.query<{ nhs_number: string }>(
    `SELECT p.nhs_number FROM person p
      WHERE p.nhs_number IS NOT NULL AND p.team_key IS NOT NULL AND p.deceased_on IS NULL
        AND p.birth_date < '2000-01-01'
        AND NOT EXISTS (SELECT 1 FROM episode e WHERE e.person_id = p.id)
        AND NOT EXISTS (SELECT 1 FROM fact f WHERE f.person_id = p.id AND f.kind = 'flag')
        AND NOT EXISTS (SELECT 1 FROM contact_permission c WHERE c.person_id = p.id AND NOT c.allowed)
      ORDER BY p.id LIMIT $1`,
    [A_SECOND * SECONDS],
  );
  const webhook = new Webhook(trigger.secret);
  const answered = new Map<string, number>();
  const answers: Record<string, number> = {};
  const acceptances: number[] = [];

  const send = async (nhsNumber: string): Promise<void> => {
    const body = JSON.stringify({
      programme: 'housing-referral',
      nhsNumber,
      reason: 'Asked for help at the surgery',
      source: trigger.source,
    });
    const id = `bench-${randomUUID()}`;
    const at = new Date();
    const from = performance.now();
    const response = await fetch(trigger.url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': webhook.sign(id, at, body),
      },
    });
    const answer = (await response.json()) as { answer: string; episodeId?: string };
    acceptances.push(performance.now() - from);
    answers[answer.answer] = (answers[answer.answer] ?? 0) + 1;
    if (answer.episodeId) answered.set(answer.episodeId, Date.now());
  };

  const waits: number[] = [];
  const seen = new Set<string>();
  let sending = true;
  const watch = async (): Promise<void> => {
    const giveUp = Date.now() + (SECONDS + 30) * 1000;
    while ((sending || seen.size < answered.size) && Date.now() < giveUp) {
      const waiting = [...answered.keys()].filter((id) => !seen.has(id));
      const { rows } = await client.query<{ episode_id: string }>(
        `SELECT episode_id FROM task WHERE status = 'open' AND episode_id = ANY($1::uuid[])`,
        [waiting],
      );
      for (const { episode_id: id } of rows) {
        seen.add(id);
        waits.push(Date.now() - (answered.get(id) ?? 0));
      }
      await pause(10);
    }
  };
  const watching = watch();
  const sent: Promise<void>[] = [];
  for (const [n, { nhs_number: nhsNumber }] of people.rows.entries()) {
    sent.push(send(nhsNumber));
    if (n < people.rows.length - 1) await pause(1000 / A_SECOND);
  }
  await Promise.all(sent);
  sending = false;
  await watching;
  await client.end();
  return {
    bench: 'trigger',
    figures: [
      { name: 'trigger answered to task visible, p50', value: round(percentile(waits, 0.5)), unit: 'ms' },
      {
        name: 'trigger answered to task visible, p95',
        value: round(percentile(waits, 0.95)),
        unit: 'ms',
        target: '< 1000 ms',
      },
      { name: 'trigger answered to task visible, slowest', value: round(Math.max(...waits)), unit: 'ms' },
      { name: 'trigger sent to answered, p95', value: round(percentile(acceptances, 0.95)), unit: 'ms' },
    ],
    notes: [
      `${people.rows.length} triggers at ${A_SECOND} a second; answers ${JSON.stringify(answers)}; ${waits.length} tasks seen.`,
      'Visible means committed as an open task, which is what the worklist reads.',
    ],
  };
}
