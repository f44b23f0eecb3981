import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { RunningClock } from './command.js';

interface Span {
  readonly id: string;
  readonly step: string;
  readonly clock: string;
  readonly from: Date;
  readonly to: Date | null;
}

/** Whose clock ran in an episode, and when. Spans follow one another and never overlap; hold the episode to write them. */
@Injectable()
export class ClockRepository {
  constructor(private readonly database: Database) {}

  /** From now on this clock runs. While the episode is paused, it is the one that will run when that ends. */
  async run(episodeId: string, step: string, clock: RunningClock, at: Date): Promise<void> {
    const last = await this.findLast(episodeId);
    const from = latest(at, last);
    if (last?.clock === 'paused' && last.to === null) {
      await this.insert({ episodeId, step, clock, from: last.from, to: last.from });
      return;
    }
    if (last?.to === null && last.clock === clock && last.step === step) return;
    await this.follow(last, { episodeId, step, clock, from });
  }

  async pause(episodeId: string, step: string, at: Date): Promise<void> {
    const last = await this.findLast(episodeId);
    const from = latest(at, last);
    await this.follow(last, { episodeId, step: last?.step ?? step, clock: 'paused', from });
  }

  /** The clock that stood still runs on. */
  async resume(episodeId: string, at: Date): Promise<void> {
    const last = await this.findLast(episodeId);
    const from = latest(at, last);
    await this.close(last, from);
    const before = await this.findLast(episodeId, { not: 'paused' });
    if (before) await this.insert({ episodeId, step: before.step, clock: before.clock, from, to: null });
  }

  async stop(episodeId: string, at: Date): Promise<void> {
    const last = await this.findLast(episodeId);
    await this.close(last, latest(at, last));
  }

  /** Closes the last span where the next one begins. */
  private async follow(
    last: Span | null,
    { episodeId, step, clock, from }: Omit<Span, 'id' | 'to'> & { readonly episodeId: string },
  ): Promise<void> {
    await this.database.client.$executeRaw`
      WITH closed AS (UPDATE clock_span SET "to" = ${from} WHERE id = ${last?.id ?? null}::uuid AND "to" IS NULL)
      INSERT INTO clock_span (episode_id, step, clock, "from") VALUES (${episodeId}::uuid, ${step}, ${clock}, ${from})`;
  }

  private async close(span: Span | null, to: Date): Promise<void> {
    if (!span || span.to !== null) return;
    await this.database.client.clockSpan.update({ where: { id: span.id }, data: { to } });
  }

  private async insert(span: Omit<Span, 'id'> & { readonly episodeId: string }): Promise<void> {
    await this.database.client.clockSpan.create({ data: span });
  }

  private findLast(episodeId: string, clock?: { readonly not: string }): Promise<Span | null> {
    return this.database.client.clockSpan.findFirst({
      where: { episodeId, clock },
      // A span of no length may begin where the open one does; the open one is the last.
      orderBy: [{ from: 'desc' }, { to: { sort: 'desc', nulls: 'first' } }, { id: 'desc' }],
    });
  }
}

/** Not before the last span: what arrives late counts from where the one before it got to. */
function latest(at: Date, last: Span | null): Date {
  const end = last?.to ?? last?.from;
  return end && end > at ? end : at;
}
