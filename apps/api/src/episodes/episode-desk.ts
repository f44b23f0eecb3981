import { Injectable } from '@nestjs/common';
import { AllocationService, type Commander, CommandsService, EXIT_REASONS, PAUSE_REASONS } from '#care/allocation';
import type { Caller } from '../identity/index.js';
import type { EpisodeChoicesView, EpisodeStandingView } from './episode.schema.js';

/** What a team may do with a running pathway, and how that stands afterwards. */
@Injectable()
export class EpisodeDesk {
  constructor(
    private readonly allocation: AllocationService,
    readonly commands: CommandsService,
  ) {}

  async choices({ team }: Caller): Promise<EpisodeChoicesView> {
    const teams = await this.commands.listTeams();
    return {
      pauseReasons: choicesOf(PAUSE_REASONS),
      exitReasons: choicesOf(EXIT_REASONS),
      teams: teams.filter(({ key }) => key !== team),
    };
  }

  /** Throws EpisodeMissing. */
  async standing(episodeId: string): Promise<EpisodeStandingView> {
    const { id, status, teamKey: team } = await this.allocation.getEpisode(episodeId);
    const { pause, exit } = await this.commands.standing(episodeId);
    return {
      ...{ id, status, team },
      paused: pause && { pauseId: pause.id, reason: pause.reason, since: pause.from, reviewOn: pause.reviewOn },
      leaving: status === 'open' ? exit : null,
    };
  }
}

export function commanderOf({ id, team }: Caller): Commander {
  return { accountId: id, teamKey: team ?? '' };
}

function choicesOf(reasons: Readonly<Record<string, string>>): { key: string; title: string }[] {
  return Object.entries(reasons).map(([key, title]) => ({ key, title }));
}
