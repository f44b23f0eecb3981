import type { DynamicModule, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { jest } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { AuditModule } from '#platform/audit';
import { readSettings, Settings } from '#platform/config';
import { Database, DatabaseModule, type Prisma } from '#platform/database';
import { Clock, KernelModule, newId, StoppedClock } from '#platform/kernel';
import { OutboxModule } from '#platform/outbox';
import { cloneDatabase, type DatabaseCopy } from '../database/index.js';
import { loadContactPolicy } from './contact-policy.js';
import { loadTemplates } from './templates.js';

// A busy machine may take long over a database of one's own; a test that hangs still ends.
jest.setTimeout(60_000);

export const NOW = new Date('2026-11-23T10:00:00Z');

@Module({})
class TestSettingsModule {
  static with(environment: Readonly<Record<string, string>>): DynamicModule {
    const key = Buffer.alloc(32, 7).toString('base64');
    const settings = new Settings(
      readSettings({
        SMTP_URL: 'smtp://127.0.0.1:9',
        OIDC_ISSUER: 'http://127.0.0.1:9',
        OIDC_CLIENT_SECRET: 'secret',
        PAYLOAD_KEY: key,
        LINK_KEY: key,
        PUBLIC_URL: 'http://fairway.test',
        ...environment,
      }),
    );
    return {
      module: TestSettingsModule,
      global: true,
      providers: [{ provide: Settings, useValue: settings }],
      exports: [Settings],
    };
  }
}

/** Rooms on a database of their own, with a clock that stands still. */
export class Stage {
  /** Each new person is born in a year of their own, so that no two share a label by chance. */
  private people = 0;

  private constructor(
    readonly clock: StoppedClock,
    readonly copy: DatabaseCopy,
    private readonly rooms: TestingModule,
  ) {}

  static async open(rooms: readonly Type[], environment: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const copy = await cloneDatabase();
    const clock = new StoppedClock(NOW);
    const testing = await Test.createTestingModule({
      imports: [
        TestSettingsModule.with({ DATABASE_URL: copy.url, ...environment }),
        KernelModule,
        DatabaseModule,
        AuditModule,
        OutboxModule,
        ...rooms,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    const stage = new Stage(clock, copy, testing);
    await stage.furnish();
    return stage;
  }

  get<Service>(service: Type<Service>): Service {
    return this.rooms.get(service, { strict: false });
  }

  get db() {
    return this.get(Database).client;
  }

  async close(): Promise<void> {
    await this.rooms.close();
    await this.get(Database).onApplicationShutdown();
    await this.copy.drop();
  }

  async aPerson(changes: Partial<Prisma.PersonUncheckedCreateInput> = {}): Promise<string> {
    const id = newId();
    this.people += 1;
    await this.db.person.create({
      data: {
        id,
        given: 'Alba',
        family: `Testperson${this.people}`,
        birthDate: new Date('1992-03-14'),
        sex: 'female',
        email: `person${this.people}@example.org`,
        phone: '01604 000000',
        addressLine: '1 Test Street',
        postcode: 'NN1 1AA',
        lsoa: 'E01000001',
        imdDecile: 1,
        teamKey: 'northamptonshire',
        practiceCode: 'K00001',
        source: 'test',
        updatedAt: NOW,
        ...changes,
      },
    });
    return id;
  }

  /** An open episode of stop-smoking; a person is made when none is given. */
  async anEpisode(changes: Partial<Prisma.EpisodeUncheckedCreateInput> = {}): Promise<string> {
    const id = newId();
    const programme = changes.programme ?? 'stop-smoking';
    const version = await this.db.programmeVersion.findFirstOrThrow({ where: { programme } });
    await this.db.episode.create({
      data: {
        id,
        personId: changes.personId ?? (await this.aPerson()),
        programme,
        programmeVersionId: version.id,
        episodeNo: 1,
        origin: 'detection',
        teamKey: 'northamptonshire',
        reasons: [{ text: 'Current smoker', kind: 'smoking-status', source: 'GP record', at: '2026-11-03' }],
        priority: 60,
        priorityParts: [
          { points: 20, because: 'Core20' },
          { points: 40, because: 'Pregnant' },
        ],
        openedAt: NOW,
        ...changes,
      },
    });
    return id;
  }

  async anAccount(changes: Partial<Prisma.AccountUncheckedCreateInput> = {}): Promise<string> {
    const id = newId();
    await this.db.account.create({
      data: {
        id,
        issuer: 'http://identity.test',
        subject: id,
        name: 'Link worker',
        role: 'link-worker',
        organisation: 'northamptonshire-care',
        team: 'northamptonshire',
        lastSeenAt: NOW,
        ...changes,
      },
    });
    return id;
  }

  async aService(changes: Partial<Prisma.ServiceUncheckedCreateInput> = {}): Promise<string> {
    const id = newId();
    await this.db.service.create({
      data: {
        id,
        organisation: 'northamptonshire-stop-smoking',
        name: 'Stop smoking service',
        kind: 'stop-smoking',
        area: 'northamptonshire',
        ...changes,
      },
    });
    return id;
  }

  audited(action: string): Promise<number> {
    return this.db.auditEntry.count({ where: { action } });
  }

  /** Bodies put into the outbox for one lane, in order. */
  async told(lane: string): Promise<unknown[]> {
    const entries = await this.db.outboxEntry.findMany({ where: { lane }, orderBy: { seq: 'asc' } });
    return entries.map(({ body }) => body);
  }

  private async furnish(): Promise<void> {
    await loadTemplates(this.get(Database), this.clock);
    await loadContactPolicy(this.get(Database), this.clock);
    await this.db.area.create({
      data: {
        lsoa: 'E01000001',
        name: 'Testbury 001A',
        ltla: 'E06000001',
        ltlaName: 'Testbury',
        icb: 'QXX',
        imdRank: 1000,
        imdDecile: 1,
        imdVintage: 2025,
        demoArea: 'northamptonshire',
      },
    });
    await this.db.practice.create({ data: { code: 'K00001', name: 'Test Surgery', demoArea: 'northamptonshire' } });
    for (const key of ['northamptonshire', 'walsall']) {
      await this.db.team.create({
        data: { key, name: `${key} care team`, organisation: `${key}-care`, area: key },
      });
    }
    for (const programme of ['stop-smoking', 'housing-referral']) {
      await this.db.programmeVersion.create({
        data: {
          programme,
          version: 1,
          title: programme === 'stop-smoking' ? 'Stop smoking' : 'Help with housing',
          hash: programme,
          loadedAt: NOW,
          definition: {
            script: {
              steps: [
                { id: 'invite', kind: 'contact' },
                { id: 'call', kind: 'task' },
                { id: 'refer', kind: 'referral' },
                { id: 'pause', kind: 'wait' },
                { id: 'four-week-quit', kind: 'measure' },
              ],
              endings: [{ key: 'completed', title: 'Finished', good: true }],
            },
          },
        },
      });
    }
  }
}
