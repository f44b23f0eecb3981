import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { ProgrammePages } from './programme-view.js';
import {
  programmePath,
  programmeSchema,
  programmesSchema,
  type ProgrammeSummaryView,
  type ProgrammeView,
} from './programme.schema.js';

@ApiTags('programmes')
@Needs('programmes:read')
@Controller('api/programmes')
export class ProgrammeController {
  constructor(private readonly programmes: ProgrammePages) {}

  @Get()
  @Describe({ summary: 'The live programmes, with how many people each concerns.', answer: programmesSchema })
  list(): Promise<ProgrammeSummaryView[]> {
    return this.programmes.list();
  }

  @Get(':key')
  @Describe({
    summary: 'One live programme: who it is for, in words, and what happens.',
    answer: programmeSchema,
    refusals: ['programmes.programme_missing'],
  })
  show(@Param({ schema: programmePath }) { key }: { key: string }): Promise<ProgrammeView> {
    return this.programmes.show(key);
  }
}
