import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { DetectionService, type RecheckResult } from '#care/detection';
import { ProgrammesService, type LoadedProgramme } from '#care/programmes';
import { LeavingRepository, type Suspect } from './leaving.repository.js';

export type LeavingReason = Exclude<RecheckResult, 'still-eligible'>;

export interface LetGoOutcome {
  /** People whose pathway this ends. */
  readonly left: number;
  readonly because: Readonly<Partial<Record<LeavingReason, number>>>;
}

/** Audited once for an episode; its pathway hears it once. */
const TOLD = 'episode.told-to-leave';

/** The way out at the gate: whom new data shows to need a programme no longer, their pathways are told to end. */
@Injectable()
export class LeavingService {
  constructor(
    private readonly leaving: LeavingRepository,
    private readonly programmes: ProgrammesService,
    private readonly detection: DetectionService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks again at everybody under way with a programme, on whichever version and paused or not, and tells the pathways
   * of those who need it no longer. Safe to repeat, and for two at once.
   */
  async letGo(programmeKey: string, at: Date = this.clock.now()): Promise<LetGoOutcome> {
    const because: Partial<Record<LeavingReason, number>> = {};
    for (const versionId of await this.leaving.listVersions(programmeKey)) {
      const programme = await this.programmes.getVersion(versionId);
      await this.database.inTransaction(async () => {
        await this.leaving.takeTurn(programmeKey);
        const suspects = await this.leaving.findSuspects(programme, at);
        const told = await this.leaving.listTold(
          suspects.map(({ episodeId }) => episodeId),
          TOLD,
        );
        for (const suspect of suspects.filter(({ episodeId }) => !told.has(episodeId))) {
          const reason = await this.reasonOf(suspect, programme, at);
          if (!reason) continue;
          await this.tell(suspect, programme, reason);
          because[reason] = (because[reason] ?? 0) + 1;
        }
      }, 300);
    }
    return { left: Object.values(because).reduce((sum, count) => sum + count, 0), because };
  }

  /** Whether a service took somebody on in this episode: then a need that is met was met by us. */
  async isHelpedByUs(episodeId: string): Promise<boolean> {
    return this.leaving.isHelped(episodeId);
  }

  private async reasonOf(suspect: Suspect, programme: LoadedProgramme, at: Date): Promise<LeavingReason | null> {
    const { personId, openedAt, helpedByUs, withService, step } = suspect;
    const call = { programmeVersionId: programme.versionId, personId, episodeOpenedAt: openedAt, helpedByUs, at };
    const result = await this.detection.recheck(call);
    if (result === 'still-eligible') return null;
    // What a service has begun is not broken off, and the measure after it says more than the data can.
    const measuring = programme.script.steps.some(({ id, kind }) => id === step && kind === 'measure');
    const goesOn = programme.leave?.onceHelped === 'finish' && (withService || measuring);
    return goesOn && result !== 'data-corrected' ? null : result;
  }

  private async tell(suspect: Suspect, programme: LoadedProgramme, reason: LeavingReason): Promise<void> {
    const { episodeId, personId, teamKey } = suspect;
    // From here on nothing more is sent, even before the pathway has heard.
    await this.leaving.putExit(episodeId, reason, this.clock.now());
    await this.outbox.put({
      topic: 'pathway-event',
      lane: episodeId,
      body: { kind: 'left', id: `left/${episodeId}`, reason },
    });
    await this.audit.record({
      action: TOLD,
      subjectKind: 'episode',
      subjectId: episodeId,
      personId,
      purpose: programme.purpose,
      detail: { programme: programme.programme, version: programme.version, reason },
    });
    await this.database.announce({ team: teamKey, episode: episodeId, what: 'episode' });
  }
}
