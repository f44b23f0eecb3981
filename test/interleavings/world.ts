import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ServiceError, type WorkflowHandle } from '@temporalio/client';
import { AllocationModule, AllocationService, CommandsService } from '#care/allocation';
import { ContactModule, ContactService } from '#care/contact';
import { OutcomesModule } from '#care/outcomes';
import { PopulationModule, PopulationService } from '#care/population';
import { ProgrammesModule, ProgrammesService } from '#care/programmes';
import { ReferralsModule, ReferralsService } from '#care/referrals';
import { TasksModule, TasksService } from '#care/tasks';
import { newId } from '#platform/kernel';
import { Mailer } from '#platform/mail';
import { Temporal, TemporalModule } from '#platform/temporal';
import { happened, type PathwayEvent, pathwayId, type PathwayState, whereabouts } from '#workflows';
import { type Delivered, PostOffice } from '../factories/post-office.js';
import { Stage } from '../factories/stage.js';
import { RunningProgram } from '../running-program.js';
import { startTestServer, type TestServer } from '../temporal/server.js';
import { Rests } from './rest.js';
import { type TimeMachine, timeMachine } from '../temporal/time.js';

const PROGRAMMES = fileURLToPath(new URL('./programmes/', import.meta.url));
const MOST_TRIES = 10;
const KEY = Buffer.alloc(32, 7).toString('base64');

export const TEAM = 'northamptonshire';
export const OTHER_TEAM = 'walsall';
const SERVICES = ['trial-service-one', 'trial-service-two'];

export interface Walking {
  readonly episodeId: string;
  readonly personId: string;
}

/** The product, with a real worker, Temporal server, database and mail server, and the rooms to command it by. */
export class World {
  readonly services = SERVICES;
  private readonly mail = new Map<string, Delivered[]>();
  private readonly rests = new Rests({
    lanesWaiting: (lanes) => this.lanesWaiting(lanes),
    underWay: (episodeId) => this.underWay(episodeId),
  });

  private constructor(
    readonly stage: Stage,
    private readonly temporal: Temporal,
    private readonly time: TimeMachine,
    private readonly worker: RunningProgram,
    private readonly server: TestServer,
    private readonly post: PostOffice,
    readonly workers: Readonly<Record<string, string>>,
  ) {}

  static async open(): Promise<World> {
    const server = await startTestServer();
    const post = await PostOffice.open();
    const settings = { TEMPORAL_ADDRESS: server.address, SMTP_URL: post.url, LOG_LEVEL: 'error' };
    const stage = await Stage.open(
      [
        ...[PopulationModule, ProgrammesModule, AllocationModule, ContactModule, TasksModule],
        ...[ReferralsModule, OutcomesModule, TemporalModule],
      ],
      settings,
    );
    stage.clock.moveTo(new Date());
    await stage.db.programmeVersion.updateMany({ data: { live: false } });
    const { mistakes } = await stage.get(ProgrammesService).load(PROGRAMMES);
    if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('\n'));
    for (const organisation of SERVICES) await stage.aService({ organisation, kind: 'social-prescribing' });
    const workers = {
      [TEAM]: await stage.anAccount(),
      [OTHER_TEAM]: await stage.anAccount({ team: OTHER_TEAM, organisation: 'walsall-care' }),
    };
    const worker = await RunningProgram.start('worker', {
      ...settings,
      DATABASE_URL: stage.copy.url,
      PAYLOAD_KEY: KEY,
      LINK_KEY: KEY,
      OIDC_ISSUER: 'http://127.0.0.1:9',
      OIDC_CLIENT_SECRET: 'secret',
      PUBLIC_URL: 'http://fairway.test',
    });
    const temporal = stage.get(Temporal);
    return new World(stage, temporal, await timeMachine(temporal.client), worker, server, post, workers);
  }

  async close(): Promise<void> {
    await this.worker.stop();
    await this.temporal.onApplicationShutdown();
    this.stage.get(Mailer).onApplicationShutdown();
    await this.stage.close();
    await this.server.stop();
    await this.post.close();
  }

  get rooms() {
    return {
      allocation: this.stage.get(AllocationService),
      commands: this.stage.get(CommandsService),
      contact: this.stage.get(ContactService),
      population: this.stage.get(PopulationService),
      referrals: this.stage.get(ReferralsService),
      tasks: this.stage.get(TasksService),
    };
  }

  async enrol(): Promise<Walking & { readonly address: string }> {
    const address = `${newId()}@example.org`;
    const personId = await this.stage.aPerson({ email: address });
    const enrolled = await this.rooms.allocation.enrol({
      personId,
      programme: 'trial',
      origin: 'trigger',
      reasons: [],
    });
    if (!('episodeId' in enrolled)) throw new Error(enrolled.because);
    return { personId, episodeId: enrolled.episodeId, address };
  }

  /** What has come to an address, oldest first. */
  mailTo(address: string): readonly Delivered[] {
    for (const one of this.post.delivered.splice(0)) {
      for (const to of one.recipients) this.mail.set(to, [...(this.mail.get(to) ?? []), one]);
    }
    return this.mail.get(address) ?? [];
  }

  /** The same, and keeps it no longer: ten thousand people get more mail than fits in memory. */
  takeMailTo(address: string): readonly Delivered[] {
    const mails = this.mailTo(address);
    this.mail.delete(address);
    return mails;
  }

  async passDays(episodeId: string, days: number): Promise<void> {
    // Nothing is left to skip in a pathway that has ended.
    await this.time.pass(pathwayId(episodeId), days * 86_400_000).catch(refuseButEnded);
  }

  /** Puts an event before the pathway behind the product's back. */
  async signal(episodeId: string, event: PathwayEvent): Promise<void> {
    await this.handle(episodeId).signal(happened, event).catch(refuseButEnded);
  }

  /** A question that nobody had the time to answer says nothing of the pathway, and is asked again. */
  async state(episodeId: string): Promise<PathwayState> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.handle(episodeId).query(whereabouts);
      } catch (problem) {
        if (!(problem instanceof ServiceError) || tries === MOST_TRIES) throw problem;
        await pause(2000);
      }
    }
  }

  /** Waits until nothing is on its way to a pathway or in it. */
  async rest(walking: Walking): Promise<void> {
    await this.rests.of(walking).catch((problem: unknown) => {
      throw new Error(`${String(problem)}\n${this.worker.said.slice(-2000)}`);
    });
  }

  private async lanesWaiting(lanes: readonly string[]): Promise<ReadonlySet<string>> {
    const where = { lane: { in: [...lanes] }, deliveredAt: null };
    const entries = await this.stage.db.outboxEntry.findMany({ where, select: { lane: true } });
    return new Set(entries.map(({ lane }) => lane));
  }

  private async underWay(episodeId: string): Promise<readonly string[]> {
    const { pendingActivities, pendingWorkflowTask } = (await this.handle(episodeId).describe()).raw;
    const effects = (pendingActivities ?? []).map(({ activityType, attempt }) => `${activityType?.name} ${attempt}`);
    return pendingWorkflowTask ? [...effects, 'a workflow task'] : effects;
  }

  private handle(episodeId: string): WorkflowHandle {
    return this.temporal.client.workflow.getHandle(pathwayId(episodeId));
  }
}

function refuseButEnded(problem: unknown): void {
  if (!/not ?found|already completed|NOT_FOUND/i.test(String(problem))) throw problem;
}
