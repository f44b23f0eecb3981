import { Controller, Get, Headers, Post, RawBody, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { TriggersService } from '#care/allocation';
import { sayNhsNumber } from '#platform/kernel';
import { Describe } from '../http/describe.js';
import { Needs, Public } from '../identity/index.js';
import { SignedTriggers } from './signed-triggers.js';
import { triggerAnswerSchema, type TriggerAnswerView, unmatchedSchema, type UnmatchedView } from './trigger.schema.js';

@ApiTags('triggers')
@Controller('api/triggers')
export class TriggerController {
  constructor(
    private readonly signed: SignedTriggers,
    private readonly triggers: TriggersService,
  ) {}

  @Post()
  @Public()
  @ApiHeader({
    name: 'webhook-id',
    required: true,
    description: 'Names the message; a repeat is answered as the first.',
  })
  @ApiHeader({
    name: 'webhook-timestamp',
    required: true,
    description: 'Seconds since 1970; five minutes of tolerance.',
  })
  @ApiHeader({ name: 'webhook-signature', required: true, description: 'v1,<base64> as Standard Webhooks signs.' })
  @ApiResponse({ status: 202, description: 'A pathway was started.', standardSchema: triggerAnswerSchema })
  @ApiBody({ schema: { $ref: '#/components/schemas/Trigger' } })
  @Describe({
    summary: 'Asks help for a person, signed by the Standard Webhooks scheme.',
    caller: 'anybody',
    body: true,
    answer: triggerAnswerSchema,
    refusals: ['triggers.signature_invalid', 'allocation.trigger_reused', 'request.too_many'],
  })
  async receive(
    @Headers() headers: Record<string, string>,
    @RawBody() raw: Buffer | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TriggerAnswerView> {
    const { answer, because, triggerId, episodeId } = await this.triggers.receive(this.signed.open(headers, raw));
    if (answer === 'started') reply.status(202);
    return { answer, because, triggerId, episodeId: episodeId ?? null };
  }

  @Get()
  @Needs('triggers:read')
  @Describe({ summary: 'Triggers for people nobody knows, to be looked into.', answer: unmatchedSchema })
  async unmatched(): Promise<UnmatchedView> {
    const triggers = await this.triggers.listUnmatched();
    return {
      items: triggers.map(({ id, source, programme, reason, unmatched, receivedAt, because }) => ({
        id,
        source,
        programme,
        reason,
        nhsNumber: sayNhsNumber((unmatched ?? '').replaceAll(/\D/g, '')),
        receivedAt,
        because,
      })),
    };
  }
}
