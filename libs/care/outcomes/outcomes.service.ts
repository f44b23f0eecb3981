import { Injectable } from '@nestjs/common';
import { AllocationService } from '#care/allocation';
import type { Measured, MeasurementLedger } from '#care/tasks';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import type { EndingCall, LostCall, Measurement } from './measurement.js';
import { OutcomeEpisodeMissing } from './outcomes.faults.js';
import { type OutcomeEpisode, OutcomesRepository } from './outcomes.repository.js';

/** The ledger of what was measured and how each episode ended. Nothing in it is ever changed. */
@Injectable()
export class OutcomesService implements MeasurementLedger {
  constructor(
    private readonly database: Database,
    private readonly outcomes: OutcomesRepository,
    private readonly allocation: AllocationService,
    private readonly audit: Audit,
  ) {}

  /** A second call with the same key changes nothing. Throws OutcomeEpisodeMissing. */
  async recordMeasurement(measured: Measured): Promise<void> {
    await this.database.inTransaction(async () => {
      const episode = await this.getEpisode(measured.episodeId);
      if (!(await this.outcomes.insertMeasurement(measured, episode))) return;
      await this.note('measurement.recorded', measured.episodeId, episode, {
        instrument: measured.instrument,
        result: measured.result,
      });
    });
  }

  /** Throws OutcomeEpisodeMissing. */
  async recordLost(call: LostCall): Promise<void> {
    await this.recordMeasurement({
      key: `lost/${call.taskId}`,
      episodeId: call.episodeId,
      step: call.step,
      instrument: call.instrument,
      result: 'lost',
      good: false,
      at: new Date(call.at),
      recordedBy: 'pathway',
    });
  }

  /** Records the one ending of an episode and closes it. A second call changes nothing. Throws OutcomeEpisodeMissing. */
  async recordEnding(call: EndingCall): Promise<void> {
    await this.database.inTransaction(async () => {
      const episode = await this.getEpisode(call.episodeId);
      if (!(await this.outcomes.insertEnding(call, episode))) return;
      await this.allocation.close({ episodeId: call.episodeId, at: new Date(call.at) });
      await this.note('ending.recorded', call.episodeId, episode, { ending: call.ending, exit: call.exit });
    });
  }

  /** Oldest first. */
  measurementsOf(personId: string): Promise<Measurement[]> {
    return this.outcomes.listMeasurements(personId);
  }

  private async getEpisode(episodeId: string): Promise<OutcomeEpisode> {
    const episode = await this.outcomes.findEpisode(episodeId);
    if (!episode) throw new OutcomeEpisodeMissing(episodeId);
    return episode;
  }

  private async note(
    action: string,
    episodeId: string,
    episode: OutcomeEpisode,
    detail: Readonly<Record<string, string | boolean>>,
  ): Promise<void> {
    await this.audit.record({
      action,
      subjectKind: 'episode',
      subjectId: episodeId,
      personId: episode.personId,
      detail,
    });
    await this.database.announce({ team: episode.teamKey, episode: episodeId, what: action });
  }
}
