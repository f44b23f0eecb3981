import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ReportsService } from '#care/reports';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { reportPath, type ReportQuery, reportQuery, reportSchema, type ReportView } from './report.schema.js';

@ApiTags('reports')
@Needs('reports:read')
@Controller('api/reports')
export class ReportController {
  constructor(private readonly reports: ReportsService) {}

  @Get(':programme')
  @Describe({
    summary: 'What a programme achieved, by deprivation and sex; small numbers are hidden.',
    caller: 'session-or-machine',
    answer: reportSchema,
    refusals: ['reports.programme_missing', 'reports.period_wrong'],
  })
  show(
    @Param({ schema: reportPath }) { programme }: { programme: string },
    @Query({ schema: reportQuery }) period: ReportQuery,
  ): Promise<ReportView> {
    return this.reports.programmeReport({ programme, ...period });
  }

  @Get(':programme.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Describe({
    summary: 'The same report as a table for spreadsheets.',
    caller: 'session-or-machine',
    media: 'text/csv',
    refusals: ['reports.programme_missing', 'reports.period_wrong'],
  })
  async download(
    @Param({ schema: reportPath }) { programme }: { programme: string },
    @Query({ schema: reportQuery }) period: ReportQuery,
  ): Promise<string> {
    return this.reports.csv(await this.reports.programmeReport({ programme, ...period }));
  }
}
