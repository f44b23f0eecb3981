import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { filter, interval, map, merge, type Observable, Subject, takeUntil, timer } from 'rxjs';
import { type Change, Database } from '#platform/database';
import type { Caller } from '../identity/index.js';
import type { ChangeView } from './change.schema.js';

export interface ChangeMessage {
  readonly type: 'change' | 'heartbeat';
  readonly data: ChangeView | Record<string, never>;
}

// Proxies cut a silent connection, often after 60 seconds.
const HEARTBEAT_MS = 20_000;
// The browser connects again by itself; so a session that ended stops hearing within this time.
const LASTS_MS = 10 * 60_000;

/** One ear at the database, as many listeners as there are open screens. */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly changes = new Subject<Change>();
  private readonly closing = new Subject<void>();
  private stop: () => Promise<void> = () => Promise.resolve();

  constructor(private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.stop = this.database.listenForChanges((change) => this.changes.next(change));
  }

  /** The changes of the caller's own team or organisation. */
  follow({ team, organisation }: Pick<Caller, 'team' | 'organisation'>): Observable<ChangeMessage> {
    const own = this.changes.pipe(
      filter((change) => (team !== null && change.team === team) || change.organisation === organisation),
      map(({ what, episode }): ChangeMessage => ({ type: 'change', data: { what, episode } })),
    );
    const beats = interval(HEARTBEAT_MS).pipe(map((): ChangeMessage => ({ type: 'heartbeat', data: {} })));
    return merge(own, beats).pipe(takeUntil(merge(this.closing, timer(LASTS_MS))));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closing.next();
    await this.stop();
  }
}
