import { Controller, Get, Header } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import { register } from 'prom-client';
import { Describe } from '../http/describe.js';
import { Public } from '../identity/index.js';
import { liveSchema, readySchema, type ReadyView } from './health.schema.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  @Get('api/health/live')
  @Describe({ summary: 'Whether this process answers at all.', caller: 'anybody', answer: liveSchema })
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('api/health/ready')
  @ApiResponse({
    status: 503,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/NotReady' } } },
  })
  @Describe({
    summary: 'Whether every part answers, each by name.',
    caller: 'anybody',
    answer: readySchema,
    refusals: ['server.not_ready'],
  })
  async ready(): Promise<ReadyView> {
    return { status: 'ready', parts: await this.readiness.check() };
  }

  @Get('metrics')
  @Header('content-type', register.contentType)
  @Describe({ summary: 'Figures for Prometheus.', caller: 'anybody', media: 'text/plain' })
  metrics(): Promise<string> {
    return register.metrics();
  }
}
