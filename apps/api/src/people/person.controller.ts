import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PopulationService } from '#care/population';
import { ReportsService } from '#care/reports';
import { Describe } from '../http/describe.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
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
    private readonly population: PopulationService,
    private readonly reports: ReportsService,
  ) {}

  @Get()
  @Needs('person.read')
  @Describe({ summary: "People of one's own team by name, NHS number or postcode; recorded.", answer: peopleSchema })
  find(@CurrentUser() user: Caller, @Query({ schema: peopleQuery }) { query }: { query: string }): Promise<PeopleView> {
    return this.population.searchPeople({ text: query, teamKey: user.team, limit: 20 });
  }

  @Get(':id')
  @Needs('person.read')
  @Describe({
    summary: 'The record of a person; reading it is recorded.',
    answer: personRecordSchema,
    refusals: ['population.person_missing'],
  })
  show(@CurrentUser() user: Caller, @Param({ schema: personPath }) { id }: { id: string }): Promise<PersonRecordView> {
    return this.reports.personRecord(id, user.team);
  }

  @Post(':id/opt-out')
  @Needs('person.change')
  @Describe({
    summary: 'The person wants no more contact, about one programme or at all.',
    status: 204,
    body: true,
    refusals: ['population.person_missing'],
  })
  async optOut(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: optOutSchema }) body: OptOut,
  ): Promise<void> {
    await this.population.recordOptOut({ personId: id, ...body, teamKey: user.team });
  }

  @Post(':id/death')
  @Needs('person.change')
  @Describe({
    summary: 'The person has died; every pathway ends at once.',
    status: 204,
    body: true,
    refusals: ['population.person_missing'],
  })
  async died(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: happenedOnSchema }) { on }: HappenedOn,
  ): Promise<void> {
    await this.population.recordDeath({ personId: id, on, source: user.id });
  }

  @Post(':id/move')
  @Needs('person.change')
  @Describe({
    summary: 'The person has moved away; every pathway ends at once.',
    status: 204,
    body: true,
    refusals: ['population.person_missing'],
  })
  async moved(
    @CurrentUser() user: Caller,
    @Param({ schema: personPath }) { id }: { id: string },
    @Body({ schema: happenedOnSchema }) { on }: HappenedOn,
  ): Promise<void> {
    await this.population.recordMoveAway({ personId: id, on, source: user.id });
  }
}
