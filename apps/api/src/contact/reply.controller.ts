import { Body, Controller, Get, Header, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ContactService } from '#care/contact';
import { Describe } from '../http/describe.js';
import { Public } from '../identity/index.js';
import { replyPath } from './reply.schema.js';

@ApiTags('reply page')
@Public()
@Controller('r')
export class ReplyController {
  constructor(private readonly contact: ContactService) {}

  @Get(':token')
  @Describe({
    summary: 'The page a person answers on; looking changes nothing.',
    caller: 'anybody',
    media: 'text/html',
  })
  async show(@Param({ schema: replyPath }) { token }: { token: string }): Promise<string> {
    return this.contact.previewReply(token);
  }
}
