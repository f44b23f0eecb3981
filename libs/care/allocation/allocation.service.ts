import { Injectable } from '@nestjs/common';
import { Audit } from '#platform/audit';
import { Database } from '#platform/database';
import { Clock, isId, type Nation } from '#platform/kernel';
import { Outbox } from '#platform/outbox';
import { DetectionService } from '#care/detection';
import { ProgrammesService, type Leaf, type PriorityPart, type Reason } from '#care/programmes';
import { PopulationService } from '#care/population';
import { EpisodeMissing } from './allocation.faults.js';
import { ClockRepository } from './clock.repository.js';
import type { RunningClock } from './command.js';
import type { Episode, JoinAt, Origin } from './episode.js';
import { EpisodeRepository } from './episode.repository.js';

/** How many are let in by one transaction. */
const CHUNK = 500;

export interface Enrolment {
  readonly personId: string;
  readonly programme: string;
  readonly origin: Origin;
  readonly reasons: readonly Reason[];
  /** Taken from the programme's own judgement when absent. */
  readonly priority?: number;
  readonly priorityParts?: readonly PriorityPart[];
  readonly joinAt?: JoinAt;
  /** Marked as demo history wherever it is shown. */
  readonly demo?: boolean;
  /** False for history that has ended already: nothing is started. */
  readonly startPathway?: boolean;
}

export type Enrolled =
  | { readonly state: 'started' | 'joined'; readonly episodeId: string }
  | { readonly state: 'suppressed'; readonly because: string };

export interface LetInOutcome {
  readonly letIn: number;
  /** Found and free to be let in, but held back, by why. */
  readonly held: { readonly noTeam: number };
}

@Injectable()
export class AllocationService {
  constructor(
    private readonly episodes: EpisodeRepository,
    private readonly clocks: ClockRepository,
    private readonly programmes: ProgrammesService,
    private readonly detection: DetectionService,
    private readonly population: PopulationService,
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Lets in everybody whom the last run found actionable and whom nothing has held back since: an episode, the start of
   * its pathway and an audit entry each. Safe to repeat, and for two at once. Throws ProgrammeMissing.
   */
  async letIn(programmeKey: string): Promise<LetInOutcome> {
    const programme = await this.programmes.getLive(programmeKey);
    const at = this.clock.now();
    let letIn = 0;
    for (let chunk = CHUNK; chunk === CHUNK; letIn += chunk) {
      chunk = await this.database.inTransaction(async () => {
        const opened = await this.episodes.letIn(programme, at, CHUNK);
        if (opened.length === 0) return 0;
        await this.episodes.putStarts(
          opened.map(({ episodeId }) => episodeId),
          at,
        );
        await this.audit.recordAll(
          opened.map(({ episodeId, personId }) => ({
            action: 'episode.opened',
            subjectKind: 'episode',
            subjectId: episodeId,
            personId,
            purpose: programme.purpose,
            detail: { programme: programmeKey, version: programme.version, origin: 'detection' },
          })),
        );
        for (const team of new Set(opened.map(({ teamKey }) => teamKey))) {
          await this.database.announce({ team, what: 'episode' });
        }
        return opened.length;
      });
    }
    return { letIn, held: { noTeam: await this.episodes.countWithoutTeam(programme, at) } };
  }

  /**
   * Enrols one person, or joins the episode they have open. Held back when they have died or moved away, have no team,
   * or while one of the programme's reasons to leave people alone holds. Throws ProgrammeMissing, PersonMissing.
   */
  async enrol(enrolment: Enrolment): Promise<Enrolled> {
    const { personId, origin, demo = false, joinAt, startPathway = true } = enrolment;
    const programme = await this.programmes.getLive(enrolment.programme);
    return this.database.inTransaction(async () => {
      await this.episodes.takeTurn(personId, programme.programme);
      const at = this.clock.now();
      const person = await this.population.getPerson(personId);
      if (person.deceasedOn) return { state: 'suppressed', because: 'Has died' };
      if (person.movedAwayOn) return { state: 'suppressed', because: 'Has moved away' };
      const openId = await this.episodes.findOpen(personId, programme.programme);
      if (openId) return { state: 'joined', episodeId: openId };
      const { teamKey } = person;
      if (!teamKey) return { state: 'suppressed', because: 'No team looks after this person yet' };
      const ignoring: Leaf['test'][] = programme.triggers.duringCoolOff === 'start' ? ['coolingOff'] : [];
      const { notNow, priority, parts } = await this.detection.weigh(programme.programme, personId, at, ignoring);
      if (notNow && origin !== 'demo-history') {
        const day = notNow.until ? `, until ${notNow.until}` : '';
        return { state: 'suppressed', because: `${notNow.because}${day}` };
      }
      const episodeId = await this.episodes.open({
        personId,
        programme: programme.programme,
        programmeVersionId: programme.versionId,
        origin,
        demo,
        teamKey,
        reasons: enrolment.reasons,
        priority: enrolment.priority ?? priority,
        priorityParts: enrolment.priorityParts ?? parts,
        openedAt: joinAt ? new Date(joinAt.enteredAt) : at,
      });
      // Detection let them in between our look and our row: it is theirs we join.
      if (!episodeId) {
        return { state: 'joined', episodeId: (await this.episodes.findOpen(personId, programme.programme))! };
      }
      if (startPathway) {
        const body = { episodeId, ...(joinAt && { joinAt: { ...joinAt } }) };
        await this.outbox.put({ topic: 'pathway-start', lane: episodeId, body });
      }
      await this.audit.record({
        action: 'episode.opened',
        subjectKind: 'episode',
        subjectId: episodeId,
        personId,
        purpose: programme.purpose,
        detail: { programme: programme.programme, version: programme.version, origin },
      });
      await this.database.announce({ team: teamKey, episode: episodeId, what: 'episode' });
      return { state: 'started', episodeId };
    });
  }

  /** Throws EpisodeMissing. */
  async getEpisode(episodeId: string): Promise<Episode> {
    const episode = isId(episodeId) ? await this.episodes.find(episodeId) : null;
    if (!episode) throw new EpisodeMissing(episodeId);
    return episode;
  }

  /** False for one that is not known, too. */
  async isOpen(episodeId: string): Promise<boolean> {
    return isId(episodeId) && this.episodes.isOpen(episodeId);
  }

  /** Newest first. */
  async listEpisodesOf(personId: string): Promise<readonly Episode[]> {
    return this.episodes.listOf(personId);
  }

  async listOpenEpisodesOf(personId: string): Promise<readonly Episode[]> {
    return this.episodes.listOf(personId, 'open');
  }

  async countEpisodes(programmeKey: string): Promise<Readonly<Record<Episode['status'], number>>> {
    return this.episodes.countByStatus(programmeKey);
  }

  /** Whose bank holidays count for the person of an episode. Throws EpisodeMissing. */
  async nationOf(episodeId: string): Promise<Nation> {
    const nation = isId(episodeId) ? await this.episodes.findNation(episodeId) : null;
    if (!nation) throw new EpisodeMissing(episodeId);
    return nation;
  }

  /**
   * Says where the pathway has got to, and whose clock runs from `at` on. A late call with an older `seq` changes nothing
   * and answers false.
   */
  async recordProgress(progress: {
    readonly episodeId: string;
    readonly seq: number;
    readonly step: string;
    readonly stepTitle: string;
    readonly nextWhat: string | null;
    readonly nextAt: Date | null;
    readonly clock?: RunningClock;
    /** Now, when absent. */
    readonly at?: Date;
  }): Promise<boolean> {
    const { episodeId, seq, step, stepTitle, nextWhat, nextAt, clock, at = this.clock.now() } = progress;
    return this.database.inTransaction(async () => {
      const moved = await this.episodes.progress(episodeId, seq, {
        step,
        stepTitle,
        nextWhat,
        nextAt,
      });
      if (!moved) return false;
      if (clock) await this.clocks.run(episodeId, step, clock, at);
      await this.database.announce({ team: moved.teamKey, episode: episodeId, what: 'episode' });
      return true;
    });
  }

  /** Moves what an open episode waits for, as a pause or a snooze does: `change` is asked for the new instant. */
  async moveNext(
    episodeId: string,
    change: (next: { readonly what: string; readonly at: Date; readonly step: string | null }) => {
      readonly what?: string;
      readonly at: Date;
    } | null,
  ): Promise<void> {
    await this.database.inTransaction(async () => {
      const { status, nextWhat, nextAt, step } = await this.getEpisode(episodeId);
      if (status !== 'open' || nextWhat === null || nextAt === null) return;
      const next = change({ what: nextWhat, at: nextAt, step });
      if (next) await this.episodes.setNext(episodeId, next.what ?? nextWhat, next.at);
    });
  }

  /** Holds an episode until the transaction ends, so that whoever changes it and its tasks take turns. */
  async hold(episodeId: string): Promise<void> {
    await this.episodes.hold(episodeId);
  }

  /** Ends an episode, and with it its pause and its clocks; a second time changes nothing. Throws EpisodeMissing. */
  async close({ episodeId, at }: { readonly episodeId: string; readonly at: Date }): Promise<void> {
    await this.database.inTransaction(async () => {
      const { personId, programme, teamKey } = await this.getEpisode(episodeId);
      if (!(await this.episodes.close(episodeId, at))) return;
      await this.clocks.stop(episodeId, at);
      await this.audit.record({
        action: 'episode.closed',
        subjectKind: 'episode',
        subjectId: episodeId,
        personId,
        detail: { programme },
      });
      await this.database.announce({ team: teamKey, episode: episodeId, what: 'episode' });
    });
  }
}
