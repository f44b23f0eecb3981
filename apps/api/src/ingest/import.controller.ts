import { Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IngestService } from '#care/ingest';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import {
  importPath,
  type ImportQuery,
  importQuery,
  importResultSchema,
  importsSchema,
  type ImportsView,
  quarantineSchema,
  type QuarantineView,
} from './import.schema.js';

@ApiTags('imports')
@Controller('api/imports')
export class ImportController {
  constructor(private readonly ingest: IngestService) {}

  @Get()
  @Needs('import.read')
  @Describe({ summary: 'What data came in, newest first.', caller: 'session-or-machine', answer: importsSchema })
  list(): Promise<ImportsView> {
    return this.ingest.listRuns();
  }

  @Get(':id/quarantine')
  @Needs('import.read')
  @Describe({
    summary: 'The rows an import set aside, and why.',
    caller: 'session-or-machine',
    answer: quarantineSchema,
    refusals: ['ingest.run_missing'],
  })
  quarantine(@Param({ schema: importPath }) { id }: { id: string }): Promise<QuarantineView> {
    return this.ingest.listQuarantine(id);
  }

  @Post()
  @Needs('import.write')
  @ApiConsumes('application/fhir+ndjson', 'text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @Describe({
    summary: 'Takes data in, line by line: FHIR R4 NDJSON or CSV, of any length.',
    caller: 'session-or-machine',
    body: true,
    answer: importResultSchema,
  })
  take(@Query({ schema: importQuery }) query: ImportQuery, @Req() request: FastifyRequest) {
    return this.ingest.importNdjson({ ...query, lines: request.body as AsyncIterable<string> });
  }
}
