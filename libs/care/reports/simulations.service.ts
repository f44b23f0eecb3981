import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { Audit } from '#platform/audit';
import { Database, type Prisma } from '#platform/database';
import { Clock, isId, newId } from '#platform/kernel';
import { type LoadedProgramme, nearest, ProgrammesService } from '#care/programmes';
import type { SimulatedPerson, Simulation, SimulationWish } from './simulation.js';
import {
  NobodyToSimulate,
  SimulationMissing,
  SimulationOutOfRange,
  SimulationOver,
  SimulationProgrammeMissing,
  SimulationRunning,
  SimulationVersionMissing,
} from './simulation.faults.js';
import { SimulationRepository } from './simulation.repository.js';
import { type Assumptions, shippedAssumptions } from './simulation-assumptions.js';
import type { Journal, SimulatedService } from './simulation-journal.js';
import { resultOf, type SimulationResult, type SimulationSetting } from './simulation-result.js';

const ZONE = 'Europe/London';
const MOST_WEEKS = 52;
const MOST_PEOPLE = 5000;
const LARGEST_SEED = 2_147_483_647;
const DEFAULT_SEED = 1;
/** A run that has not moved for so long was left by its program, in seconds. */
const SILENT_AFTER = 180;

/** Everything that a run is walked with. */
export interface SimulationBrief {
  readonly setting: SimulationSetting;
  readonly programme: LoadedProgramme;
  readonly people: readonly SimulatedPerson[];
  readonly services: readonly SimulatedService[];
}

/** Runs of a pathway over the register with skipped time: asked for here, walked by the command line. */
@Injectable()
export class SimulationsService {
  constructor(
    private readonly database: Database,
    private readonly simulations: SimulationRepository,
    private readonly programmes: ProgrammesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Takes note of a run that is about to be walked. Throws SimulationOutOfRange, SimulationProgrammeMissing,
   * SimulationVersionMissing, NobodyToSimulate, SimulationRunning.
   */
  async ask(wish: SimulationWish, assumptions: Assumptions = shippedAssumptions()): Promise<Simulation> {
    const { weeks, seed = DEFAULT_SEED, overWeeks = Math.min(assumptions.letIn.overWeeks, wish.weeks) } = wish;
    checkRange('The number of weeks', weeks, 1, MOST_WEEKS);
    checkRange('The number of weeks to let people in', overWeeks, 1, weeks);
    checkRange('The seed', seed, 0, LARGEST_SEED);
    if (wish.people !== undefined) checkRange('The number of people', wish.people, 1, MOST_PEOPLE);
    const programme = await this.getProgramme(wish.programme, wish.version);
    const at = this.clock.now();
    const found = await this.simulations.findPeople(programme, at);
    if (found.length === 0) throw new NobodyToSimulate(wish.programme);
    const id = newId(at.getTime());
    const people = Math.min(wish.people ?? MOST_PEOPLE, found.length);
    await this.database.inTransaction(async () => {
      await this.simulations.takeTurn();
      await this.giveUpSilent();
      const running = await this.simulations.findRunning();
      if (running) throw new SimulationRunning(running);
      const { version } = programme;
      await this.simulations.insert({
        id,
        programme: wish.programme,
        version,
        weeks,
        people,
        seed,
        overWeeks,
        startsOn: new Date(`${nextMonday(at)}T00:00:00Z`),
        requestedBy: Audit.actor.id,
        startedAt: at,
        beatAt: at,
      });
      await this.audit.record({
        action: 'simulation.started',
        subjectKind: 'simulation',
        subjectId: id,
        detail: { programme: wish.programme, version, weeks, people, seed },
      });
    });
    return this.get(id);
  }

  /** What a run is walked with: the same people each time while the register stays the same. Throws SimulationMissing. */
  async brief(id: string): Promise<SimulationBrief> {
    const run = await this.get(id);
    const programme = await this.getProgramme(run.programme, run.version);
    const versions = await this.simulations.listVersions(run.programme);
    const found = await this.simulations.findPeople(programme, run.startedAt);
    if (found.length === 0) throw new NobodyToSimulate(run.programme);
    const people = sample(found, run.people, run.seed);
    const { version, title, weeks, overWeeks, seed, startsOn } = run;
    return {
      setting: {
        id,
        programme: run.programme,
        version,
        live: versions.some((one) => one.version === version && one.live),
        title,
        weeks,
        overWeeks,
        seed,
        startsOn,
        found: found.length,
        underWayAlready: people.filter(({ underWay }) => underWay).length,
      },
      programme,
      people,
      services: await this.simulations.listServices(),
    };
  }

  /** Says how far a run is. False when it was asked to stop, or is over. */
  async beat(id: string, { days, ended }: { readonly days: number; readonly ended: number }): Promise<boolean> {
    return this.simulations.move(id, ['running'], { days, ended, beatAt: this.clock.now() });
  }

  /** Keeps what came of a run. */
  async finish(
    id: string,
    brief: SimulationBrief,
    journal: Journal,
    assumptions: Assumptions,
  ): Promise<SimulationResult> {
    const result = resultOf(brief.setting, journal, assumptions);
    await this.simulations.move(id, ['running', 'stopping'], {
      status: 'finished',
      finishedAt: this.clock.now(),
      result: result as unknown as Prisma.InputJsonObject,
    });
    return result;
  }

  /** Says that a run ended without a result. `because` is shown to people. */
  async giveUp(id: string, how: 'stopped' | 'failed', because: string | null): Promise<void> {
    await this.simulations.move(id, ['running', 'stopping'], { status: how, because, finishedAt: this.clock.now() });
  }

  /** Asks a run to stop; it does within moments. Throws SimulationMissing, SimulationOver. */
  async stop(id: string): Promise<Simulation> {
    const run = await this.get(id);
    if (run.status === 'stopping') return run;
    await this.database.inTransaction(async () => {
      if (!(await this.simulations.move(id, ['running'], { status: 'stopping' }))) throw new SimulationOver(id);
      await this.audit.record({ action: 'simulation.stopped', subjectKind: 'simulation', subjectId: id });
    });
    return this.get(id);
  }

  /** Newest first. */
  async list({
    programme,
    limit = 50,
  }: {
    readonly programme?: string;
    readonly limit?: number;
  }): Promise<Simulation[]> {
    await this.giveUpSilent();
    return this.simulations.list(programme, limit);
  }

  /** Throws SimulationMissing. */
  async get(id: string): Promise<Simulation> {
    const run = isId(id) ? await this.simulations.find(id) : null;
    if (!run) throw new SimulationMissing(id);
    return run;
  }

  /** Null while a run is not finished. Throws SimulationMissing. */
  async findResult(id: string): Promise<SimulationResult | null> {
    await this.giveUpSilent();
    await this.get(id);
    return this.simulations.findResult(id);
  }

  /** What can be simulated: every programme with its versions. */
  async listProgrammes(): Promise<
    { readonly programme: string; readonly versions: readonly { readonly version: number; readonly live: boolean }[] }[]
  > {
    const programmes = await this.simulations.listProgrammes();
    const listed = [];
    for (const programme of programmes) {
      const versions = await this.simulations.listVersions(programme);
      listed.push({ programme, versions: versions.map(({ version, live }) => ({ version, live })) });
    }
    return listed;
  }

  private async getProgramme(programme: string, version?: number): Promise<LoadedProgramme> {
    const versions = await this.simulations.listVersions(programme);
    if (versions.length === 0) {
      const known = await this.simulations.listProgrammes();
      throw new SimulationProgrammeMissing(programme, nearest(programme, known), known);
    }
    const chosen = versions.find((one) => (version === undefined ? one.live : one.version === version));
    if (!chosen) {
      throw new SimulationVersionMissing(
        programme,
        version ?? 0,
        versions.map((one) => one.version),
      );
    }
    return this.programmes.getVersion(chosen.id);
  }

  private async giveUpSilent(): Promise<void> {
    const at = this.clock.now();
    await this.simulations.giveUpSilent(new Date(at.getTime() - SILENT_AFTER * 1000), at);
  }
}

function checkRange(what: string, value: number, from: number, to: number): void {
  if (!Number.isInteger(value) || value < from || value > to) throw new SimulationOutOfRange(what, from, to);
}

/** So many of them, the same each time for the same seed, in the order they came. */
function sample(people: readonly SimulatedPerson[], count: number, seed: number): SimulatedPerson[] {
  if (count >= people.length) return [...people];
  const ranked = people
    .map(({ personId }) => ({ personId, rank: createHash('sha256').update(`${seed}/${personId}`).digest('hex') }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  const drawn = new Set(ranked.slice(0, count).map(({ personId }) => personId));
  return people.filter(({ personId }) => drawn.has(personId));
}

/** The Monday after a day in London, so that runs of one week begin alike. */
function nextMonday(at: Date): string {
  const today = DateTime.fromJSDate(at, { zone: ZONE });
  return today.plus({ days: 8 - today.weekday }).toFormat('yyyy-MM-dd');
}
