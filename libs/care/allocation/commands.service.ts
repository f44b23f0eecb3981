import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { after, Clock, isId, newId } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { PopulationService } from '#care/population';
import {
  AlreadyPaused,
  EpisodeClosed,
  EpisodeMissing,
  NoteMissing,
  NotPaused,
  ReasonUnknown,
  ReviewDateWrong,
  TeamUnknown,
} from './allocation.faults.js';
import { ClockRepository } from './clock.repository.js';
import { type Commander, EXIT_REASONS, isExitReason, isPauseReason, type Pause, PAUSE_REASONS } from './command.js';
import { CommandRepository } from './command.repository.js';
import type { Episode } from './episode.js';
import { EpisodeRepository } from './episode.repository.js';

/** Furthest day on which a pause may be looked at again. */
const LONGEST_REVIEW = { amount: 12, unit: 'months' } as const;

/**
 * What a team does to a running pathway. Each command is one transaction with its row, its audit entry and its message
 * to the pathway, which gets them in the order of commit; the same command again changes nothing.
 */
@Injectable()
export class CommandsService {
  constructor(
    private readonly episodes: EpisodeRepository,
    private readonly commands: CommandRepository,
    private readonly clocks: ClockRepository,
    private readonly population: PopulationService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Stops the clocks: nothing new is begun until `resume`, and open tasks leave the list. `reviewOn` is an ISO day.
   * Throws EpisodeMissing, EpisodeClosed, AlreadyPaused, ReasonUnknown, NoteMissing, ReviewDateWrong.
   */
  async pause(command: {
    readonly episodeId: string;
    readonly by: Commander;
    readonly reason: string;
    readonly note?: string | null;
    readonly reviewOn?: string | null;
  }): Promise<Pause> {
    const { episodeId, by, reason, note = null, reviewOn = null } = command;
    if (!isPauseReason(reason)) throw new ReasonUnknown(episodeId, Object.keys(PAUSE_REASONS));
    if (reason === 'other' && !note) throw new NoteMissing(episodeId);
    return this.inTurn(episodeId, by, async (episode) => {
      const from = this.clock.now();
      if (reviewOn !== null) checkReview(episodeId, reviewOn, from);
      const present = await this.commands.findOpenPause(episodeId);
      if (present?.reason === reason && present.by === by.accountId) return present;
      if (present) throw new AlreadyPaused(episodeId, present.id);
      await this.refuseClosed(episode);
      const id = newId(from.getTime());
      const pause = { id, episodeId, reason, note, from, reviewOn, to: null, by: by.accountId };
      await this.commands.pause(pause);
      await this.clocks.pause(episodeId, episode.step ?? 'start', from);
      const at = from.toISOString();
      await this.record(
        episode,
        'episode.paused',
        { pause: id, reason },
        { kind: 'paused', id: `pause/${id}`, pauseId: id, at },
      );
      return pause;
    });
  }

  /** Lets the clocks run on, each with the time it had left. Throws EpisodeMissing, NotPaused. */
  async resume(command: {
    readonly episodeId: string;
    readonly by: Commander;
    readonly pauseId: string;
  }): Promise<Pause> {
    const { episodeId, by, pauseId } = command;
    return this.inTurn(episodeId, by, async (episode) => {
      const pause = isId(pauseId) ? await this.commands.findPause(pauseId) : null;
      if (pause?.episodeId !== episodeId) throw new NotPaused(episodeId);
      if (pause.to !== null) return pause;
      const to = this.clock.now();
      await this.commands.endPause(pause, to, by.accountId);
      await this.clocks.resume(episodeId, to);
      const event = { kind: 'resumed', id: `resume/${pauseId}`, pauseId, at: to.toISOString() };
      await this.record(episode, 'episode.resumed', { pause: pauseId }, event);
      return { ...pause, to };
    });
  }

  /**
   * Gives the episode to another team; its open tasks go along and are nobody's. Throws EpisodeMissing, EpisodeClosed,
   * TeamUnknown.
   */
  async transfer(command: {
    readonly episodeId: string;
    readonly by: Commander;
    readonly teamKey: string;
    readonly reason: string;
  }): Promise<void> {
    const { episodeId, by, teamKey, reason } = command;
    await this.inTurn(
      episodeId,
      by,
      async (episode) => {
        if (episode.teamKey === teamKey) return;
        if (!(await this.commands.findTeam(teamKey))) throw new TeamUnknown(episodeId);
        await this.refuseClosed(episode);
        const at = this.clock.now();
        const id = newId(at.getTime());
        const { teamKey: fromTeam, personId } = episode;
        const tasks = await this.commands.transfer({
          ...{ id, episodeId, fromTeam, toTeam: teamKey, reason, at, by: by.accountId },
        });
        await this.audit.recordAll(
          tasks.map((task) => ({
            action: 'task.transferred',
            subjectKind: 'task',
            subjectId: task,
            personId,
            detail: { episode: episodeId, to: teamKey },
          })),
        );
        const event = { kind: 'transferred', id: `transfer/${id}`, teamKey };
        await this.record(episode, 'episode.transferred', { from: fromTeam, to: teamKey }, event);
        await this.database.announce({ team: teamKey, episode: episodeId, what: 'episode' });
      },
      teamKey,
    );
  }

  /**
   * Ends the pathway now, for a reason of its own. `opted-out` and `moved-away` are recorded for the person as well, and
   * the latter ends every pathway of theirs. Throws EpisodeMissing, EpisodeClosed, ReasonUnknown.
   */
  async exit(command: {
    readonly episodeId: string;
    readonly by: Commander;
    readonly reason: string;
    readonly note?: string | null;
  }): Promise<void> {
    const { episodeId, by, reason, note = null } = command;
    if (!isExitReason(reason)) {
      const hint = reason === 'died' ? ' A death is recorded on the page of the person; it ends every pathway.' : '';
      throw new ReasonUnknown(episodeId, Object.keys(EXIT_REASONS), hint);
    }
    await this.inTurn(episodeId, by, async (episode) => {
      const earlier = await this.commands.findExit(episodeId);
      if (earlier?.reason === reason) return;
      await this.refuseClosed(episode);
      const at = this.clock.now();
      const id = newId(at.getTime());
      await this.commands.exit({ episodeId, reason, note, at, by: by.accountId });
      // First in the lane, so that the pathway leaves for the reason given here.
      await this.record(episode, 'episode.exited', { reason }, { kind: 'left', id, reason });
      const { personId, programme } = episode;
      if (reason === 'opted-out') {
        await this.population.recordOptOut({ personId, purpose: programme, source: 'desk', sourceId: id });
      }
      if (reason === 'moved-away') {
        await this.population.recordMoveAway({ personId, on: at.toISOString().slice(0, 10), source: 'desk' });
      }
    });
  }

  /** In the order of their names. */
  async listTeams(): Promise<readonly { readonly key: string; readonly name: string }[]> {
    return this.commands.listTeams();
  }

  /** What the commands have made of an episode: the pause that is on, and the reason of an exit by hand. */
  async standing(episodeId: string): Promise<{ readonly pause: Pause | null; readonly exit: string | null }> {
    const exit = await this.commands.findExit(episodeId);
    return { pause: await this.commands.findOpenPause(episodeId), exit: exit?.reason ?? null };
  }

  /** Marks a pause as worked into the deadlines. False when it was before: nothing is moved twice. */
  async applyPause(pauseId: string): Promise<boolean> {
    return this.commands.markApplied(pauseId, this.clock.now());
  }

  /** Runs `work` with the episode held. `mayHave` is a team that the episode may have got from this one already. */
  private async inTurn<Result>(
    episodeId: string,
    { teamKey }: Commander,
    work: (episode: Episode) => Promise<Result>,
    mayHave?: string,
  ): Promise<Result> {
    if (!isId(episodeId)) throw new EpisodeMissing(episodeId);
    return this.database.inTransaction(async () => {
      await this.episodes.hold(episodeId);
      const episode = await this.episodes.find(episodeId);
      if (!episode) throw new EpisodeMissing(episodeId);
      if (episode.teamKey !== teamKey) {
        const home = (await this.population.getPerson(episode.personId)).teamKey;
        if (home !== teamKey || episode.teamKey !== mayHave) throw new EpisodeMissing(episodeId);
      }
      return work(episode);
    });
  }

  private async refuseClosed({ id, status }: Episode): Promise<void> {
    if (status !== 'open' || (await this.commands.findExit(id))) throw new EpisodeClosed(id);
  }

  private async record(
    { id, personId, programme, teamKey }: Episode,
    action: string,
    detail: Readonly<Record<string, string | null>>,
    event: { readonly kind: string; readonly id: string; readonly [more: string]: string },
  ): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'episode',
      subjectId: id,
      personId,
      purpose: programme,
      detail,
    });
    await this.outbox.put({ topic: 'pathway-event', lane: id, body: event });
    await this.database.announce({ team: teamKey, episode: id, what: 'episode' });
  }
}

function checkReview(episodeId: string, reviewOn: string, now: Date): void {
  const day = (instant: Date): string => instant.toISOString().slice(0, 10);
  const [first, last] = [after(now, { amount: 1, unit: 'days' }), after(now, LONGEST_REVIEW)].map(day) as [
    string,
    string,
  ];
  const real = /^\d{4}-\d{2}-\d{2}$/.test(reviewOn) && !Number.isNaN(Date.parse(reviewOn));
  if (!real || reviewOn < first || reviewOn > last) throw new ReviewDateWrong(episodeId, first, last);
}
