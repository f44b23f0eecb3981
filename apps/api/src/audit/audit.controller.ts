import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { AuditTrail } from './audit-trail.js';
import { auditPageSchema, type AuditPageView, type AuditQuery, auditQuery } from './audit.schema.js';

@ApiTags('audit')
@Needs('audit:read')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly trail: AuditTrail) {}

  @Get()
  @Describe({ summary: 'Who read and changed what, newest first; reading it is recorded.', answer: auditPageSchema })
  list(@Query({ schema: auditQuery }) query: AuditQuery): Promise<AuditPageView> {
    return this.trail.page(query);
  }
}
