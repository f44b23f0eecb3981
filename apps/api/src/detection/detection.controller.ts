import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DetectionService } from '#care/detection';
import { Describe } from '../http/describe.js';
import { Needs } from '../identity/index.js';
import { type Detect, detectionsSchema, type DetectionsView, detectSchema } from './detection.schema.js';

@ApiTags('detections')
@Controller('api/detections')
export class DetectionController {
  constructor(private readonly detection: DetectionService) {}

  @Post()
  @Needs('detection.run')
  @Describe({
    summary: 'Looks for the people of one live programme, or of every one, and lets them in.',
    caller: 'session-or-machine',
    body: true,
    answer: detectionsSchema,
    refusals: ['programmes.programme_missing'],
  })
  run(@Body({ schema: detectSchema }) { programme }: Detect): Promise<DetectionsView> {
    return this.detection.run(programme);
  }
}
