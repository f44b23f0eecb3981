import { Injectable } from '@nestjs/common';
import type { Measured } from '#care/tasks';
import { Database } from '#platform/database';
import type { EndingCall, Measurement } from './measurement.js';

export interface OutcomeEpisode {
  readonly personId: string;
  readonly programme: string;
  readonly teamKey: string | null;
}

/** Leaving because we met the need is what the programme is for; no other exit is a success, nor a failure of the person. */
const GOOD_EXITS: readonly string[] = ['need-met-by-us'];

/** Inserts and reads; the application's role can do nothing else to these tables. */
@Injectable()
export class OutcomesRepository {
  constructor(private readonly database: Database) {}

  findEpisode(episodeId: string): Promise<OutcomeEpisode | null> {
    return this.database.client.episode.findUnique({
      where: { id: episodeId },
      select: { personId: true, programme: true, teamKey: true },
    });
  }

  /** False when the key is there already. */
  async insertMeasurement(measured: Measured, episode: OutcomeEpisode): Promise<boolean> {
    const { count } = await this.database.client.measurement.createMany({
      skipDuplicates: true,
      data: [
        {
          key: measured.key,
          episodeId: measured.episodeId,
          personId: episode.personId,
          programme: episode.programme,
          step: measured.step,
          instrument: measured.instrument,
          result: measured.result,
          value: measured.value,
          value2: measured.value2,
          good: measured.good,
          at: measured.at,
          recordedBy: measured.recordedBy,
        },
      ],
    });
    return count === 1;
  }

  /** False when the episode has ended already. */
  async insertEnding(call: EndingCall, episode: OutcomeEpisode): Promise<boolean> {
    const { count } = await this.database.client.ending.createMany({
      skipDuplicates: true,
      data: [
        {
          episodeId: call.episodeId,
          personId: episode.personId,
          programme: episode.programme,
          ending: call.ending,
          exit: call.exit,
          good: call.good || (call.exit && GOOD_EXITS.includes(call.ending)),
          at: new Date(call.at),
        },
      ],
    });
    return count === 1;
  }

  async listMeasurements(personId: string): Promise<Measurement[]> {
    const rows = await this.database.client.measurement.findMany({
      where: { personId },
      orderBy: [{ at: 'asc' }, { id: 'asc' }],
    });
    return rows.map((row) => ({
      ...row,
      value: row.value?.toNumber() ?? null,
      value2: row.value2?.toNumber() ?? null,
    }));
  }
}
