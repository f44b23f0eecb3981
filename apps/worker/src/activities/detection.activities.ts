import { Injectable } from '@nestjs/common';
import { AllocationService, LeavingService } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { ProgrammesService } from '#care/programmes';
import type { DetectionActivities } from '#workflows';
import { Activity } from './activity.js';

/** Hands the nightly run to the rooms that find people, let them go and let them in. */
@Injectable()
export class DetectionActivityHandlers implements DetectionActivities {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly detection: DetectionService,
    private readonly allocation: AllocationService,
    private readonly leaving: LeavingService,
  ) {}

  @Activity()
  async listProgrammes(): Promise<readonly string[]> {
    return (await this.programmes.listLive()).map(({ programme }) => programme);
  }

  @Activity()
  async detect({
    programme,
    asOf,
  }: {
    readonly programme: string;
    readonly asOf: string;
  }): Promise<{ readonly found: number; readonly letIn: number; readonly left: number }> {
    const { found } = await this.detection.run(programme, new Date(asOf));
    const { left } = await this.leaving.letGo(programme, new Date(asOf));
    const { letIn } = await this.allocation.letIn(programme);
    return { found, letIn, left };
  }
}
