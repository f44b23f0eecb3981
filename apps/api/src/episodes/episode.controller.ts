import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { commanderOf, EpisodeDesk } from './episode-desk.js';
import {
  episodeChoicesSchema,
  type EpisodeChoicesView,
  episodePath,
  episodeStandingSchema,
  type EpisodeStandingView,
  type ExitBody,
  exitSchema,
  type PauseBody,
  pauseSchema,
  type ResumeBody,
  resumeSchema,
  type TransferBody,
  transferSchema,
} from './episode.schema.js';

@ApiTags('episodes')
@Controller('api/episodes')
export class EpisodeController {
  constructor(private readonly desk: EpisodeDesk) {}

  @Get('choices')
  @Needs('episodes:change')
  @Describe({
    summary: 'The reasons for a pause or an exit, and the teams an episode can be handed over to.',
    answer: episodeChoicesSchema,
  })
  choices(@CurrentUser() user: Caller): Promise<EpisodeChoicesView> {
    return this.desk.choices(user);
  }

  @Post(':id/pause')
  @Needs('episodes:change')
  @Describe({
    summary:
      'Stop the clocks of a pathway: nothing new is begun until it is resumed, and its open tasks leave the list.',
    body: true,
    answer: episodeStandingSchema,
    refusals: [
      'allocation.episode_missing',
      'allocation.episode_closed',
      'allocation.already_paused',
      'allocation.reason_unknown',
      'allocation.note_missing',
      'allocation.review_date_wrong',
    ],
  })
  async pause(
    @CurrentUser() user: Caller,
    @Param({ schema: episodePath }) { id }: { id: string },
    @Body({ schema: pauseSchema }) body: PauseBody,
  ): Promise<EpisodeStandingView> {
    await this.desk.commands.pause({ episodeId: id, by: commanderOf(user), ...body });
    return this.desk.standing(id);
  }

  @Post(':id/resume')
  @Needs('episodes:change')
  @Describe({
    summary: 'End a pause: every clock runs on with the time it had left.',
    body: true,
    answer: episodeStandingSchema,
    refusals: ['allocation.episode_missing', 'allocation.not_paused'],
  })
  async resume(
    @CurrentUser() user: Caller,
    @Param({ schema: episodePath }) { id }: { id: string },
    @Body({ schema: resumeSchema }) { pauseId }: ResumeBody,
  ): Promise<EpisodeStandingView> {
    await this.desk.commands.resume({ episodeId: id, by: commanderOf(user), pauseId });
    return this.desk.standing(id);
  }

  @Post(':id/transfer')
  @Needs('episodes:change')
  @Describe({
    summary: 'Hand a pathway over to another team; its open tasks go along and are nobody’s.',
    body: true,
    answer: episodeStandingSchema,
    refusals: ['allocation.episode_missing', 'allocation.episode_closed', 'allocation.team_unknown'],
  })
  async transfer(
    @CurrentUser() user: Caller,
    @Param({ schema: episodePath }) { id }: { id: string },
    @Body({ schema: transferSchema }) { team, reason }: TransferBody,
  ): Promise<EpisodeStandingView> {
    await this.desk.commands.transfer({ episodeId: id, by: commanderOf(user), teamKey: team, reason });
    return this.desk.standing(id);
  }

  @Post(':id/exit')
  @Needs('episodes:change')
  @Describe({
    summary: 'End a pathway now: what is queued is cancelled, what was sent is withdrawn, open tasks are cancelled.',
    body: true,
    answer: episodeStandingSchema,
    refusals: ['allocation.episode_missing', 'allocation.episode_closed', 'allocation.reason_unknown'],
  })
  async exit(
    @CurrentUser() user: Caller,
    @Param({ schema: episodePath }) { id }: { id: string },
    @Body({ schema: exitSchema }) body: ExitBody,
  ): Promise<EpisodeStandingView> {
    await this.desk.commands.exit({ episodeId: id, by: commanderOf(user), ...body });
    return this.desk.standing(id);
  }
}
