import { Body, Controller, Get, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ContactService, LinkClosed, LinkExpired, LinkUnknown, type ReplyPage } from '#care/contact';
import { Audit } from '#platform/audit';
import { Describe } from '../http/describe.js';
import { type Page, page } from '../http/page.js';
import { Public } from '../identity/index.js';
import { answeredPage, closedPage, expiredPage, questionPage, unknownPage } from './reply-page.js';
import { oneClickSchema, replyPath, replySchema } from './reply.schema.js';

const HTML = 'text/html';

/** The person's own page. Every answer is a page for people, the refusals too. */
@ApiTags('reply page')
@Public()
@Controller('r')
export class ReplyController {
  constructor(private readonly contact: ContactService) {}

  @Get(':token')
  @ApiResponse({ status: 404, description: 'A page that says the link is not known.' })
  @ApiResponse({ status: 410, description: 'A page that says the link has expired, was used, or is no longer needed.' })
  @Describe({ summary: 'The page a person answers on; looking changes nothing.', caller: 'anybody', media: HTML })
  async show(
    @Param({ schema: replyPath }) { token }: { token: string },
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    return send(reply, () => this.contact.previewReply(token));
  }

  @Post(':token')
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: { $ref: '#/components/schemas/Reply' } })
  @ApiResponse({ status: 404, description: 'A page that says the link is not known.' })
  @ApiResponse({ status: 410, description: 'A page that says the link has expired or is no longer needed.' })
  @Describe({
    summary: 'Takes the answer once, or a one-click unsubscribe (RFC 8058), and says what happens next.',
    caller: 'anybody',
    body: true,
    media: HTML,
    refusals: ['contact.answer_not_offered', 'request.too_many'],
  })
  async answer(
    @Param({ schema: replyPath }) { token }: { token: string },
    @Body() body: unknown,
    @Res() reply: FastifyReply,
  ): Promise<FastifyReply> {
    const chosen = oneClickSchema.safeParse(body).success
      ? { answer: 'stop' as const, when: undefined }
      : replySchema.safeParse(body).data;
    // A form sent without a choice shows the question again.
    if (!chosen) return send(reply, () => this.contact.previewReply(token));
    const { answer, when } = chosen;
    return send(reply, () =>
      Audit.as({ kind: 'person', id: 'reply-link' }, () => this.contact.answer(token, answer, when)),
    );
  }
}

async function send(reply: FastifyReply, read: () => Promise<ReplyPage>): Promise<FastifyReply> {
  try {
    const [shown, status] = pageOf(await read());
    return page(reply, shown, status);
  } catch (error) {
    if (error instanceof LinkUnknown) return page(reply, unknownPage, 404);
    if (error instanceof LinkExpired) return page(reply, expiredPage, 410);
    if (error instanceof LinkClosed) return page(reply, closedPage, 410);
    throw error;
  }
}

function pageOf(shown: ReplyPage): [Page, number] {
  switch (shown.state) {
    case 'open':
      return [questionPage(shown), 200];
    case 'used':
      return [answeredPage(shown), 200];
    case 'expired':
      return [expiredPage, 410];
    case 'closed':
      return [closedPage, 410];
  }
}
