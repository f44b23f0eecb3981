import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { DriftDesk } from './drift-desk.js';
import {
  driftPath,
  driftsSchema,
  type DriftsView,
  type RepairBody,
  repairedSchema,
  type RepairedView,
  repairSchema,
} from './drift.schema.js';

@ApiTags('drift')
@Controller('api/drift')
export class DriftController {
  constructor(private readonly desk: DriftDesk) {}

  @Get()
  @Needs('drift:read')
  @Describe({
    summary: 'Where the records and the pathways differ, and when that was last compared.',
    answer: driftsSchema,
  })
  list(@CurrentUser() user: Caller): Promise<DriftsView> {
    return this.desk.list(user);
  }

  @Post('runs')
  @Needs('drift:read')
  @Describe({ summary: 'Compares now. It repairs nothing.', status: 202 })
  async compare(): Promise<void> {
    await this.desk.compare();
  }

  @Post(':id/repair')
  @Needs('drift:repair')
  @Describe({
    summary: 'Repairs one difference, if it is still there when looked at again.',
    body: true,
    answer: repairedSchema,
    refusals: ['allocation.drift_missing', 'allocation.drift_gone', 'allocation.repair_unsuitable'],
  })
  repair(
    @CurrentUser() user: Caller,
    @Param({ schema: driftPath }) { id }: { id: string },
    @Body({ schema: repairSchema }) { repair, reason }: RepairBody,
  ): Promise<RepairedView> {
    return this.desk.repair(id, repair, reason, user);
  }
}
