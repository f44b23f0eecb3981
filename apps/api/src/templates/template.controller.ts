import { Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { TemplatesService } from '#care/contact';
import { Describe } from '../http/describe.js';
import { framedPage } from '../http/page.js';
import { type Caller, CurrentUser, Needs } from '../identity/index.js';
import { TemplateDesk } from './template-desk.js';
import {
  type EmailQuery,
  emailQuery,
  type PageQuery,
  pageQuery,
  type PreviewQuery,
  previewQuery,
  templatePath,
  templatePreviewSchema,
  type TemplatePreviewView,
  templateSchema,
  templatesSchema,
  type TemplateSummaryView,
  templateVersionSchema,
  type TemplateVersionView,
  type TemplateView,
  versionPath,
} from './template.schema.js';

/** A previewed email: styles of its own, nothing else, and only inside our own desk. */
const EMAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox',
].join('; ');

@ApiTags('templates')
@Controller('api')
export class TemplateController {
  constructor(
    private readonly desk: TemplateDesk,
    private readonly templates: TemplatesService,
  ) {}

  @Get('templates')
  @Needs('templates:read')
  @Describe({ summary: 'The message templates, and which version of each people get.', answer: templatesSchema })
  list(): Promise<TemplateSummaryView[]> {
    return this.desk.list();
  }

  @Get('templates/:template')
  @Needs('templates:read')
  @Describe({
    summary: 'One message template with all its versions.',
    answer: templateSchema,
    refusals: ['contact.template_missing'],
  })
  show(@Param({ schema: templatePath }) { template }: { template: string }): Promise<TemplateView> {
    return this.desk.show(template);
  }

  @Get('template-versions/:id')
  @Needs('templates:read')
  @Describe({
    summary: 'One version of a template, and what it says otherwise than the one that is sent.',
    answer: templateVersionSchema,
    refusals: ['contact.template_version_missing'],
  })
  showVersion(@Param({ schema: versionPath }) { id }: { id: string }): Promise<TemplateVersionView> {
    return this.desk.showVersion(id);
  }

  @Get('template-versions/:id/preview')
  @Needs('templates:read')
  @Describe({
    summary: 'A message with these words to an invented person; nothing is sent.',
    answer: templatePreviewSchema,
    refusals: ['contact.template_version_missing', 'contact.template_missing'],
  })
  preview(
    @Param({ schema: versionPath }) { id }: { id: string },
    @Query({ schema: previewQuery }) query: PreviewQuery,
  ): Promise<TemplatePreviewView> {
    return this.desk.preview(id, query);
  }

  @Get('template-versions/:id/email')
  @Needs('templates:read')
  @Describe({
    summary: 'The previewed e-mail as a mail program shows it, to be put into a frame.',
    media: 'text/html',
    refusals: ['contact.template_version_missing', 'contact.template_missing'],
  })
  async email(
    @Param({ schema: versionPath }) { id }: { id: string },
    @Query({ schema: emailQuery }) query: EmailQuery,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { language, format, reader, with: alongside } = query;
    const wanted = { channel: 'email', language, format, withProxy: reader === 'proxy' } as const;
    const shown = await this.templates.preview(id, wanted, alongside);
    return reply
      .headers({ 'content-security-policy': EMAIL_POLICY, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(shown.email?.html);
  }

  @Get('template-versions/:id/page')
  @Needs('templates:read')
  @Describe({
    summary: 'The page people answer on, to be put into a frame; nothing can be answered.',
    media: 'text/html',
    refusals: ['contact.template_version_missing'],
  })
  async page(
    @Param({ schema: versionPath }) { id }: { id: string },
    @Query({ schema: pageQuery }) query: PageQuery,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    return framedPage(reply, await this.desk.previewPage(id, query));
  }

  @Post('template-versions/:id/approval')
  @Needs('templates:approve')
  @Describe({
    summary: 'Sign a version off: from now on people get it. A repeat changes nothing.',
    answer: templateVersionSchema,
    refusals: ['contact.template_version_missing', 'contact.template_replaced'],
  })
  async approve(
    @CurrentUser() user: Caller,
    @Param({ schema: versionPath }) { id }: { id: string },
  ): Promise<TemplateVersionView> {
    await this.templates.approve(id, user.id);
    return this.desk.showVersion(id);
  }

  @Post('template-versions/:id/withdrawal')
  @Needs('templates:approve')
  @Describe({
    summary: 'Take a version out of use: the approved one before it is sent again, or none. A repeat changes nothing.',
    answer: templateVersionSchema,
    refusals: ['contact.template_version_missing', 'contact.template_not_approved'],
  })
  async withdraw(@Param({ schema: versionPath }) { id }: { id: string }): Promise<TemplateVersionView> {
    await this.templates.withdraw(id);
    return this.desk.showVersion(id);
  }
}
