import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReportsService } from '#care/reports';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { PeopleDesk } from './people-desk.js';
import {
  type HappenedOn,
  happenedOnSchema,
  type OptOut,
  optOutSchema,
  peopleQuery,
  peopleSchema,
  type PeopleView,
  personPath,
  personRecordSchema,
  type PersonRecordView,
} from './person.schema.js';

@ApiTags('people')
@Controller('api/people')
export class PersonController {
  constructor(
    private readonly desk: PeopleDesk,
    private readonly reports: ReportsService,
  ) {}

  @Get()
  @Needs('people:read')
  @Describe({ summary: "People of one's own team by name or NHS number; recorded.", answer: peopleSchema })
  find(@CurrentUser() user: Caller, @Query({ schema: peopleQuery }) { query }: { query: string }): Promise<PeopleView> {
    return this.desk.find(user, query);
  }

  @Get(':id')
  @Needs('people:read')
  @Describe({
    summary: 'The record of a person; reading it is recorded.',
    answer: personRecordSchema,
    refusals: ['reports.person_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: personPath }) { id }: { id: string }): Promise<PersonRecordView> {
    return this.reports.personRecord(id, { teamKey: user.team ?? '' });
  }

  @Post(':id/opt-out')
  @Needs('people:change')
  @Describe({
    summary: 'The person wants no more contact, about one programme or at all.',
    status: 204,
    body: true,
    refusals: ['population.person_missing'],
  })
  async optOut(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: optOutSchema }) { purpose }: OptOut,
  ): Promise<void> {
    await this.desk.optOut(user, id, purpose);
  }

  @Post(':id/death')
  @Needs('people:change')
  @Describe({
    summary: 'The person has died; every pathway ends at once.',
    status: 204,
    body: true,
    refusals: ['population.person_missing', 'population.date_impossible'],
  })
  async died(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: happenedOnSchema }) { on }: HappenedOn,
  ): Promise<void> {
    await this.desk.died(user, id, on);
  }

  @Post(':id/move')
  @Needs('people:change')
  @Describe({
    summary: 'The person has moved away; every pathway ends at once.',
    status: 204,
    body: true,
    refusals: ['population.person_missing', 'population.date_impossible'],
  })
  async moved(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: happenedOnSchema }) { on }: HappenedOn,
  ): Promise<void> {
    await this.desk.movedAway(user, id, on);
  }
}
