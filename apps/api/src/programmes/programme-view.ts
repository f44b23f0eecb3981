import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import { DetectionService } from '#care/detection';
import { type LoadedProgramme, ProgrammesService } from '#care/programmes';
import type { ProgrammeSummaryView, ProgrammeView } from './programme.schema.js';

/** A programme as a screen shows it: said in words, with how many people it concerns. */
@Injectable()
export class ProgrammePages {
  constructor(
    private readonly programmes: ProgrammesService,
    private readonly detection: DetectionService,
    private readonly allocation: AllocationService,
  ) {}

  async list(): Promise<ProgrammeSummaryView[]> {
    const live = await this.programmes.listLive();
    return Promise.all(live.map((programme) => this.summaryOf(programme)));
  }

  /** Throws ProgrammeMissing. */
  async show(key: string): Promise<ProgrammeView> {
    const programme = await this.programmes.getLive(key);
    const { purpose, loadedAt, script } = programme;
    const { start, steps, endings } = script;
    const words = this.programmes.inPlainWords(programme);
    return {
      ...(await this.summaryOf(programme)),
      purpose,
      loadedAt,
      notNow: words.notNow,
      leavesIf: words.leavesIf,
      leaves: words.leaves,
      priority: words.priority,
      examples: words.examples,
      pathway: { start, steps: steps.map((step) => ({ ...step })), endings },
    };
  }

  private async summaryOf(programme: LoadedProgramme): Promise<ProgrammeSummaryView> {
    const { programme: key, version, title, summary, area, sources } = programme;
    return {
      programme: key,
      version,
      title,
      summary,
      area,
      plainRule: this.programmes.inPlainWords(programme).plainRule,
      sources: sources.map(({ title: name, url, read, status, supports }) => ({
        title: name,
        url,
        read,
        verified: status === 'verified',
        note: supports,
      })),
      counts: await this.countsOf(key),
    };
  }

  private async countsOf(programme: string): Promise<ProgrammeSummaryView['counts']> {
    const findings = await this.detection.countFindings(programme);
    const episodes = await this.allocation.countEpisodes(programme);
    return {
      actionable: findings.actionable,
      notActionable: findings['not-actionable'],
      open: episodes.open,
      ended: episodes.ended,
    };
  }
}
