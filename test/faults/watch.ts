import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './clients.js';
import type { Outage, Part, Stage } from './stage.js';

const EVERY = 250;
const PATIENCE = 5000;

/** How long a process may leave a question unanswered before it counts as dead, in milliseconds. */
export const SILENCE_ALLOWED = 5000;
/** How long readiness may take to notice that a part has gone, or has come back. */
export const NOTICE_ALLOWED = 5000;

/** What each process needs to be ready. */
const NEEDS: Readonly<Record<string, readonly Part[]>> = {
  api: ['database', 'temporal', 'mail'],
  worker: ['database', 'temporal'],
};

/** What one process said when it was asked. */
export interface Sample {
  readonly name: string;
  /** Which of its lives. */
  readonly startedAt: number;
  readonly askedAt: number;
  readonly answeredAt: number;
  readonly live: boolean;
  readonly ready: boolean;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Asks every process all the while whether it lives and whether it can work. */
export class Watch {
  readonly samples: Sample[] = [];
  /** When nothing was wrong. */
  readonly calm: Span[] = [];
  private over = false;
  private asking: Promise<void>[] = [];

  constructor(private readonly stage: Stage) {}

  begin(): void {
    for (const { name } of this.stage.probes) this.follow(name);
  }

  /** Also a process that joins later. */
  follow(name: string): void {
    this.asking.push(this.watch(name));
  }

  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.asking);
  }

  private async watch(name: string): Promise<void> {
    for (; !this.over; await pause(EVERY)) {
      const probe = this.stage.probes.find((one) => one.name === name);
      if (!probe?.program.startedAt) continue;
      const { startedAt } = probe.program;
      const askedAt = Date.now();
      const [live, ready] = await Promise.all([ask(probe.live, {}, PATIENCE), ask(probe.ready, {}, PATIENCE)]);
      if (probe.program.startedAt !== startedAt) continue;
      this.samples.push({
        name,
        startedAt,
        askedAt,
        answeredAt: Date.now(),
        live: live.status === 200,
        ready: ready.status === 200,
      });
    }
  }
}

/** Processes that did not answer although they ran. From a life's first answer on. */
export function silences(samples: readonly Sample[]): string[] {
  const found: string[] = [];
  for (const life of livesOf(samples)) {
    const first = life.findIndex(({ live }) => live);
    let quietSince: number | null = null;
    for (const { live, askedAt, answeredAt, name } of first < 0 ? [] : life.slice(first)) {
      if (live) quietSince = null;
      else quietSince ??= askedAt;
      if (quietSince !== null && answeredAt - quietSince > SILENCE_ALLOWED) {
        found.push(`${name} did not answer for ${seconds(answeredAt - quietSince)}`);
        break;
      }
    }
  }
  return found;
}

/** Times at which a process said it was ready and could not be, or that it was not while nothing was wrong. */
export function lies(samples: readonly Sample[], outages: readonly Outage[], calm: readonly Span[]): string[] {
  const found: string[] = [];
  for (const { part, from, to } of outages) {
    const wrong = samples.find(
      ({ name, askedAt, answeredAt, ready }) =>
        ready && needs(name).includes(part) && askedAt >= from + NOTICE_ALLOWED && answeredAt <= to,
    );
    if (wrong) found.push(`${wrong.name} said ready ${seconds(wrong.askedAt - from)} after ${part} had gone`);
  }
  for (const { from, to } of calm) {
    for (const life of livesOf(samples)) {
      let since: number | null = null;
      for (const { ready, askedAt, answeredAt, name } of life.filter(
        (one) => one.askedAt >= from && one.answeredAt <= to,
      )) {
        if (ready) since = null;
        else since ??= askedAt;
        if (since !== null && answeredAt - since > NOTICE_ALLOWED) {
          found.push(`${name} said not ready for ${seconds(answeredAt - since)} while nothing was wrong`);
          break;
        }
      }
    }
  }
  return found;
}

function needs(name: string): readonly Part[] {
  return NEEDS[name.split(' ')[0]!] ?? [];
}

function livesOf(samples: readonly Sample[]): Sample[][] {
  const lives = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.name} ${sample.startedAt}`;
    lives.set(key, [...(lives.get(key) ?? []), sample]);
  }
  return [...lives.values()];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
