import { type DynamicModule, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Audit } from '#platform/audit';
import { type SettingsValues, Settings } from '#platform/config';
import { Database } from '#platform/database';
import { Clock } from '#platform/kernel';
import { Outbox } from '#platform/outbox';

class Platform {}

/** Real rooms on a real database, at a time of the test's choosing. Close it in `afterAll`. */
export async function openRooms(databaseUrl: string, clock: Clock, rooms: readonly Type[]): Promise<TestingModule> {
  const platform: DynamicModule = {
    module: Platform,
    global: true,
    providers: [
      { provide: Settings, useValue: new Settings({ DATABASE_URL: databaseUrl } as SettingsValues) },
      { provide: Clock, useValue: clock },
      Database,
      Audit,
      Outbox,
    ],
    exports: [Settings, Clock, Database, Audit, Outbox],
  };
  const module = await Test.createTestingModule({ imports: [platform, ...rooms] }).compile();
  return module.init();
}
