import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AllocationService, LeavingService } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { ProgrammesService } from '#care/programmes';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { type Detect, detectionsSchema, type DetectionsView, detectSchema } from './detection.schema.js';

@ApiTags('detections')
@Controller('api/detections')
export class DetectionController {
  constructor(
    private readonly detection: DetectionService,
    private readonly allocation: AllocationService,
    private readonly leaving: LeavingService,
    private readonly programmes: ProgrammesService,
  ) {}

  @Post()
  @Needs('detections:run')
  @Describe({
    summary:
      'Looks for the people of one live programme, or of every one, lets go who needs it no longer, and lets them in.',
    caller: 'session-or-machine',
    body: true,
    answer: detectionsSchema,
    refusals: ['programmes.programme_missing'],
  })
  async run(@Body({ schema: detectSchema }) { programme }: Detect): Promise<DetectionsView> {
    const keys = programme ? [programme] : (await this.programmes.listLive()).map((live) => live.programme);
    const items: DetectionsView['items'][number][] = [];
    for (const key of keys) {
      const run = await this.detection.run(key);
      const { left } = await this.leaving.letGo(key);
      const { letIn } = await this.allocation.letIn(key);
      items.push({ ...run, letIn, left });
    }
    return { items };
  }
}
