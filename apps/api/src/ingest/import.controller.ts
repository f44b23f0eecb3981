import { Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { IngestService } from '#care/ingest';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { IMPORT_MEDIA, streamOf } from './import-body.js';
import {
  importPath,
  type ImportQuery,
  importQuery,
  importResultSchema,
  type ImportResultView,
  importsSchema,
  type ImportsView,
  type QuarantineQuery,
  quarantineQuery,
  quarantineSchema,
  type QuarantineView,
} from './import.schema.js';

@ApiTags('imports')
@Controller('api/imports')
export class ImportController {
  constructor(private readonly ingest: IngestService) {}

  @Get()
  @Needs('imports:read')
  @Describe({ summary: 'What data came in, newest first.', caller: 'session-or-machine', answer: importsSchema })
  async list(): Promise<ImportsView> {
    const runs = await this.ingest.listRuns();
    return { items: runs.map(({ rowsRead, ...run }) => ({ ...run, read: rowsRead })) };
  }

  @Get(':id/quarantine')
  @Needs('imports:read')
  @Describe({
    summary: 'The rows an import set aside, and why; never what they held.',
    caller: 'session-or-machine',
    answer: quarantineSchema,
    refusals: ['ingest.run_missing'],
  })
  async quarantine(
    @Param({ schema: importPath }) { id }: { id: string },
    @Query({ schema: quarantineQuery }) { after, limit }: QuarantineQuery,
  ): Promise<QuarantineView> {
    const rows = await this.ingest.listQuarantine(id, { afterLine: after, limit });
    return { items: rows.map(({ line, kind, reason, explain }) => ({ line, kind, reason, explain })) };
  }

  @Post()
  @Needs('imports:write')
  @ApiConsumes(...IMPORT_MEDIA)
  @ApiBody({ schema: { type: 'string' } })
  @Describe({
    summary: 'Takes data in, row by row: FHIR R4 NDJSON or CSV, plain or gzip, of any length.',
    caller: 'session-or-machine',
    body: true,
    answer: importResultSchema,
  })
  take(
    @Query({ schema: importQuery }) { format, ...file }: ImportQuery,
    @Req() request: FastifyRequest,
  ): Promise<ImportResultView> {
    const lines = streamOf(request);
    return format === 'csv' ? this.ingest.importCsv({ ...file, lines }) : this.ingest.importNdjson({ ...file, lines });
  }
}
