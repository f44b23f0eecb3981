import { Body, Controller, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReceiptsService, type ReceiptStatus } from '#care/contact';
import { Audit } from '#platform/audit';
import { type DeliveryReport, readDeliveryReport } from '#platform/mail';
import { Describe } from '../http/describe.js';
import { Public } from '../identity/index.js';
import { BounceTokenGuard, NotifyTokenGuard } from './receipt.guard.js';
import { notifyReceiptSchema, type NotifyReceipt, type ReceiptAnswer, receiptAnswerSchema } from './receipt.schema.js';
import { NotAReport } from './receipts.faults.js';
import { REPORT_MEDIA, reportOf } from './report-body.js';

const TOKEN = { name: 'authorization', required: true, description: 'Bearer and the token that was agreed.' };

const NOTIFY_STATUSES: readonly ReceiptStatus[] = [
  'delivered',
  'permanent-failure',
  'technical-failure',
  'temporary-failure',
];

const REPORT_STATUSES: Readonly<Record<DeliveryReport['fate'], ReceiptStatus>> = {
  delivered: 'delivered',
  failed: 'permanent-failure',
  delayed: 'temporary-failure',
};

/** Where carriers say what became of messages that had left. */
@ApiTags('receipts')
@Public()
@Controller('api/receipts')
export class ReceiptController {
  constructor(private readonly receipts: ReceiptsService) {}

  @Post('notify')
  @UseGuards(NotifyTokenGuard)
  @ApiHeader(TOKEN)
  @ApiBody({ schema: { $ref: '#/components/schemas/NotifyReceipt' } })
  @Describe({
    summary: 'Takes a delivery receipt of GOV.UK Notify; a repeat changes nothing.',
    caller: 'anybody',
    body: true,
    answer: receiptAnswerSchema,
    refusals: ['receipts.token_wrong', 'request.too_many'],
  })
  async notify(@Body({ schema: notifyReceiptSchema }) receipt: NotifyReceipt): Promise<ReceiptAnswer> {
    const { id, reference } = receipt;
    const status = NOTIFY_STATUSES.find((one) => one === receipt.status);
    if (!status) return { outcome: 'not-final' };
    const names = reference ? [id, reference] : [id];
    return this.receive('notify', { receiptId: `${id}/${status}`, names, status, because: status });
  }

  @Post('mail')
  @UseGuards(BounceTokenGuard)
  @ApiHeader(TOKEN)
  @ApiConsumes(REPORT_MEDIA)
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Describe({
    summary: 'Takes a delivery status report (RFC 3464) of a mail server, as it came; a repeat changes nothing.',
    caller: 'anybody',
    body: true,
    answer: receiptAnswerSchema,
    refusals: ['receipts.token_wrong', 'receipts.not_a_report', 'request.too_many'],
  })
  async mail(@Req() request: FastifyRequest): Promise<ReceiptAnswer> {
    const report = await readDeliveryReport(reportOf(request));
    if (!report) throw new NotAReport();
    const { reportId: receiptId, messageIds: names, fate, status } = report;
    return this.receive('mail', { receiptId, names, status: REPORT_STATUSES[fate], because: status ?? 'returned' });
  }

  private async receive(
    source: 'notify' | 'mail',
    receipt: Omit<Parameters<ReceiptsService['receive']>[0], 'source'>,
  ): Promise<ReceiptAnswer> {
    const actor = { kind: 'machine', id: source } as const;
    return { outcome: await Audit.as(actor, () => this.receipts.receive({ source, ...receipt })) };
  }
}
