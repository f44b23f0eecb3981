import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { LARGEST_BATCH, type MoveReport, MoveService } from '#care/allocation';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import {
  batchPath,
  moveBatchSchema,
  type MoveBatchView,
  type MoveOrder,
  moveOrderSchema,
  movePreviewSchema,
  type MovePreviewView,
  type MoveQuestion,
  moveQuestionSchema,
  movesQuery,
  movesSchema,
  type MovesView,
} from './move.schema.js';

/** Moving live pathways to another version. Nothing here leads to a person: counts, and episodes by their ids. */
@ApiTags('moves')
@Needs('programmes:move')
@Controller('api/moves')
export class MoveController {
  constructor(private readonly moves: MoveService) {}

  @Get()
  @Describe({
    summary: 'The versions of a programme with their live pathways, and the latest batches that moved some.',
    answer: movesSchema,
    refusals: ['programmes.programme_missing'],
  })
  async list(
    @CurrentUser() user: Caller,
    @Query({ schema: movesQuery }) { programme }: { programme: string },
  ): Promise<MovesView> {
    const versions = await this.moves.listVersions(programme);
    const batches = (await this.moves.list(programme)).map((batch) => shown(batch, user));
    return {
      programme,
      largestBatch: LARGEST_BATCH,
      versions: versions.map(({ version, live, loadedAt, open }) => ({ version, live, loadedAt, open })),
      batches,
    };
  }

  @Post('preview')
  @Describe({
    summary: 'What a move would do now; changes nothing.',
    body: true,
    answer: movePreviewSchema,
    refusals: [
      'programmes.programme_missing',
      'allocation.move_version_missing',
      'allocation.move_mapping_wrong',
      'allocation.move_of_nobody',
    ],
  })
  preview(@Body({ schema: moveQuestionSchema }) question: MoveQuestion): Promise<MovePreviewView> {
    return this.moves.preview(question);
  }

  @Post()
  @Describe({
    summary: 'Asks the pathways of one batch to move.',
    status: 202,
    body: true,
    answer: moveBatchSchema,
    refusals: [
      'programmes.programme_missing',
      'allocation.move_version_missing',
      'allocation.move_mapping_wrong',
      'allocation.move_under_way',
      'allocation.move_of_nobody',
    ],
  })
  async start(
    @CurrentUser() user: Caller,
    @Body({ schema: moveOrderSchema }) { id: batchId, ...order }: MoveOrder,
  ): Promise<MoveBatchView> {
    return shown(await this.moves.start({ batchId, ...order }), user);
  }

  @Get(':id')
  @Describe({ summary: 'How a batch stands.', answer: moveBatchSchema, refusals: ['allocation.move_missing'] })
  async show(
    @CurrentUser() user: Caller,
    @Param({ schema: batchPath }) { id }: { id: string },
  ): Promise<MoveBatchView> {
    return shown(await this.moves.report(id), user);
  }

  @Post(':id/undo')
  @Describe({
    summary: 'Moves a batch back: who is still at the step they were moved to.',
    status: 202,
    answer: moveBatchSchema,
    refusals: ['allocation.move_missing', 'allocation.move_under_way', 'allocation.move_undo_late'],
  })
  async undo(
    @CurrentUser() user: Caller,
    @Param({ schema: batchPath }) { id }: { id: string },
  ): Promise<MoveBatchView> {
    return shown(await this.moves.undo(id), user);
  }
}

function shown({ by, undoneBy: _undoneBy, ...batch }: MoveReport, { id }: Caller): MoveBatchView {
  return { ...batch, mine: by === id };
}
