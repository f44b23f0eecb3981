import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TestingModule } from '@nestjs/testing';
import pg from 'pg';
import { StoppedClock } from '#platform/kernel';
import { PopulationModule } from '#care/population';
import { cloneDatabase, type DatabaseCopy } from '../../../test/database/index.js';
import { openRooms } from '../../../test/rooms.js';
import { ProgrammesModule } from './programmes.module.js';
import { ProgrammesService, shippedProgrammes } from './programmes.service.js';

const NOW = new Date('2026-11-22T09:00:00.000Z');

describe('loading programmes', () => {
  let copy: DatabaseCopy;
  let owner: pg.Client;
  let rooms: TestingModule;
  let programmes: ProgrammesService;
  let folder: string;

  beforeAll(async () => {
    copy = await cloneDatabase();
    // A version that was loaded cannot be deleted by the product.
    owner = new pg.Client({ connectionString: copy.ownerUrl });
    await owner.connect();
    rooms = await openRooms(copy.url, new StoppedClock(NOW), [PopulationModule, ProgrammesModule]);
    programmes = rooms.get(ProgrammesService);
  }, 60_000);

  beforeEach(async () => {
    await owner.query('DELETE FROM programme_version');
    folder = await mkdtemp(join(tmpdir(), 'programmes-'));
    await cp(join(shippedProgrammes(), 'stop-smoking.yaml'), join(folder, 'stop-smoking.yaml'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  afterAll(async () => {
    await rooms.close();
    await owner.end();
    await copy.drop();
  });

  async function change(from: string, to: string): Promise<void> {
    const file = join(folder, 'stop-smoking.yaml');
    const content = await readFile(file, 'utf8');
    expect(content).toContain(from);
    await writeFile(file, content.replace(from, to));
  }

  it('keeps a version that can work, and is safe to repeat', async () => {
    const first = await programmes.load(folder);
    expect(first).toEqual({ loaded: [{ programme: 'stop-smoking', version: 2 }], mistakes: [] });
    expect(await programmes.load(folder)).toEqual(first);
  });

  it('keeps nothing of a version that cannot work; the last good one goes on', async () => {
    await programmes.load(folder);
    await change('version: 2', 'version: 3');
    await change('still: call\n', 'still: cal\n');
    const { loaded, mistakes } = await programmes.load(folder);
    expect(loaded).toEqual([]);
    expect(mistakes).toMatchObject([{ file: 'stop-smoking.yaml', found: '"cal"', mend: 'call' }]);
    expect((await programmes.getLive('stop-smoking')).version).toBe(2);
  });

  it('refuses other content under a version that was loaded', async () => {
    await programmes.load(folder);
    await change('wait: 10 days', 'wait: 11 days');
    const { mistakes } = await programmes.load(folder);
    expect(mistakes.map(({ expected }) => expected)).toEqual(['a higher version for what has changed']);
  });

  it('refuses a template that does not exist, where it is named', async () => {
    const { mistakes } = await programmes.load(folder, ['stop-smoking-invites']);
    expect(mistakes).toMatchObject([{ found: '"stop-smoking-invite"', mend: 'stop-smoking-invites' }]);
  });

  it('refuses to go live with a template of which no version is approved, and leaves alone what is live already', async () => {
    const templates = ['stop-smoking-invite'];
    const { loaded, mistakes } = await programmes.load(folder, templates, []);
    expect(loaded).toEqual([]);
    expect(mistakes).toMatchObject([
      {
        found: '"stop-smoking-invite"',
        expected: 'a template of which a version is approved',
        mend: 'Have a clinical lead approve one under Templates, and load this file again',
      },
    ]);
    expect((await programmes.load(folder, templates, templates)).mistakes).toEqual([]);
    expect((await programmes.load(folder, templates, [])).mistakes).toEqual([]);
    await change('version: 2', 'version: 3');
    expect((await programmes.load(folder, templates, [])).loaded).toEqual([]);
    expect((await programmes.getLive('stop-smoking')).version).toBe(2);
  });

  it('says when people leave in plain words, and nothing of versions that do not say', async () => {
    await programmes.load(folder);
    const live = await programmes.getLive('stop-smoking');
    expect(programmes.inPlainWords(live).leaves).toEqual({
      needMet: ['whose latest smoking status is ex smoker or never smoked'],
      stillFor: ['aged 18 or over'],
      onceHelped: 'finish',
    });
    expect(programmes.inPlainWords({ ...live, leave: undefined }).leaves).toBeNull();
  });
});
