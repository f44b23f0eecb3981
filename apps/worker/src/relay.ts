import { AsyncLocalStorage } from 'node:async_hooks';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { Logger } from 'pino';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { OUTBOX_TOPICS, type OutboxTopic } from '#platform/outbox';
import { inCode, Log } from './log.js';
import { Metrics } from './metrics.js';
import { type Fate, type LaneHead, OutboxLanes } from './outbox-lanes.js';
import { isAway, PathwayPost } from './pathway-post.js';

const ACTOR = { kind: 'system', id: 'relay' } as const;

/** Lanes taken at a time, and of these delivered at once. */
const BATCH = 64;
const AT_ONCE = 16;

/** In milliseconds: how long a relay that found nothing waits to be woken, and how long it rests while the server is away. */
const IDLE = 1500;
const FIRST_REST = 250;
const LONGEST_REST = 5000;

type Verdict = { readonly head: LaneHead } & (
  { readonly fate: Fate } | { readonly fate: 'away' } | { readonly fate: 'refused'; readonly problem: string }
);

interface Round {
  /** Entries that were tried. */
  readonly taken: number;
  /** The server was away. */
  readonly away: boolean;
  /** More waits than was taken. */
  readonly more: boolean;
}

/**
 * Carries messages from Postgres to Temporal: in order within a lane, many lanes at once, at least once. Each topic has
 * a loop of its own, so that a thousand new starts do not keep a reply waiting.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log: Logger;
  /** Runs work outside the round's transaction, whose one connection cannot do many things at once. */
  private readonly aside = AsyncLocalStorage.snapshot();
  private readonly sleepers = new Map<OutboxTopic, () => void>();
  /** How often each topic was woken. */
  private readonly wakes = new Map<OutboxTopic, number>();
  private loops: Promise<void>[] = [];
  private stopping = false;
  private stopListening: () => Promise<void> = async () => undefined;

  constructor(
    private readonly database: Database,
    private readonly lanes: OutboxLanes,
    private readonly post: PathwayPost,
    private readonly metrics: Metrics,
    log: Log,
  ) {
    this.log = log.for('relay');
  }

  onApplicationBootstrap(): void {
    this.stopListening = this.database.listenForOutbox((topic) => this.wake(topic));
    this.loops = OUTBOX_TOPICS.map((topic) => Audit.as(ACTOR, () => this.carry(topic)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    this.wake();
    await Promise.all(this.loops);
    await this.stopListening();
    this.stopListening = async () => undefined;
  }

  /** Delivers the heads of the lanes once. */
  async round(topic: OutboxTopic): Promise<Round> {
    return this.database.inTransaction(async () => {
      const heads = await this.lanes.take(topic, BATCH);
      const verdicts = await this.deliver(topic, heads);
      for (const fate of ['delivered', 'late', 'skipped'] as const) {
        const settled = verdicts.filter((verdict) => verdict.fate === fate).map(({ head }) => head);
        await this.lanes.settle(settled, fate);
        if (fate === 'late') await this.post.noteLate(settled);
        else if (topic === 'person-left') await this.post.spread(settled);
        if (settled.length > 0) this.metrics.relayed.inc({ topic, fate }, settled.length);
      }
      for (const verdict of verdicts) {
        if (verdict.fate === 'refused') await this.postpone(topic, verdict.head, verdict.problem);
      }
      return {
        taken: heads.length,
        away: verdicts.some(({ fate }) => fate === 'away'),
        more: heads.length === BATCH || heads.some(({ followed }) => followed),
      };
    }, 120);
  }

  private async carry(topic: OutboxTopic): Promise<void> {
    let rest = FIRST_REST;
    while (!this.stopping) {
      const woken = this.wakes.get(topic);
      try {
        const { taken, away, more } = await this.round(topic);
        if (away) {
          this.log.warn({ topic, rest }, 'Temporal is away; what is in the outbox stays there');
          await this.sleep(topic, rest, false);
          rest = Math.min(rest * 2, LONGEST_REST);
          continue;
        }
        rest = FIRST_REST;
        // A started pathway may have events waiting behind its start.
        if (taken > 0 && topic !== 'pathway-event') this.wake('pathway-event');
        if (!more && woken === this.wakes.get(topic)) await this.sleep(topic, IDLE, true);
      } catch (error) {
        this.log.warn({ topic, rest, ...inCode(error) }, 'a round of the relay failed');
        await this.sleep(topic, rest, false);
        rest = Math.min(rest * 2, LONGEST_REST);
      }
    }
  }

  private async deliver(topic: OutboxTopic, heads: readonly LaneHead[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    const left = [...heads];
    const work = async (): Promise<void> => {
      for (let head = left.shift(); head; head = left.shift()) {
        const verdict = await this.attempt(topic, head);
        verdicts.push(verdict);
        // No use in asking a server that is away for the rest of them.
        if (verdict.fate === 'away') left.length = 0;
      }
    };
    await this.aside(() => Promise.all(heads.slice(0, AT_ONCE).map(work)));
    return verdicts;
  }

  private async attempt(topic: OutboxTopic, head: LaneHead): Promise<Verdict> {
    try {
      const fate = await this.post.deliver(topic, head);
      this.metrics.relayDelay.observe({ topic }, Math.max(0, (Date.now() - head.createdAt.getTime()) / 1000));
      return { head, fate };
    } catch (error) {
      if (isAway(error)) return { head, fate: 'away' };
      const { error: kind, code } = inCode(error);
      return { head, fate: 'refused', problem: code ? `${kind}: ${code}` : kind };
    }
  }

  private async postpone(topic: OutboxTopic, head: LaneHead, problem: string): Promise<void> {
    const held = await this.lanes.postpone(head, problem);
    const what = { topic, lane: head.lane, entry: head.id, problem };
    if (held) this.log.error(what, 'an outbox entry is held: somebody has to look at it');
    else this.log.warn(what, 'an outbox entry was refused; it will be tried again');
  }

  /** Wakes the loop of a topic; all of them for anything else. */
  private wake(asked = ''): void {
    const topic = OUTBOX_TOPICS.find((one) => one === asked);
    for (const one of topic ? [topic] : OUTBOX_TOPICS) {
      this.wakes.set(one, (this.wakes.get(one) ?? 0) + 1);
      this.sleepers.get(one)?.();
    }
  }

  private async sleep(topic: OutboxTopic, milliseconds: number, mayBeWoken: boolean): Promise<void> {
    if (this.stopping) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        if (!mayBeWoken && !this.stopping) return;
        clearTimeout(timer);
        this.sleepers.delete(topic);
        resolve();
      };
      const timer = setTimeout(() => {
        this.sleepers.delete(topic);
        resolve();
      }, milliseconds);
      this.sleepers.set(topic, wake);
    });
  }
}
