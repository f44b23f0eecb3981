import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from '../../../test/factories/stage.js';
import { type Change, Database } from './index.js';

let stage: Stage;
let database: Database;

beforeAll(async () => {
  stage = await Stage.open([]);
  database = stage.get(Database);
});
afterAll(async () => stage.close());

describe('a statement', () => {
  it('is prepared once on a connection, however often it is asked', async () => {
    const prepared = await database.inTransaction(async () => {
      for (const code of ['K83002', 'K83003', 'K83004']) await database.client.practice.findUnique({ where: { code } });
      return database.client.$queryRaw<{ statement: string }[]>`
        SELECT statement FROM pg_prepared_statements WHERE statement LIKE 'SELECT "public"."practice"%'`;
    });
    expect(prepared).toHaveLength(1);
  });
});

describe('what changed', () => {
  /** Everything told until nothing more comes for a while. */
  async function heardOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const heard: Change[] = [];
    const stop = database.listenForChanges((change) => heard.push(change));
    try {
      // The line has to be open before anything is told.
      for (let tries = 0; heard.length === 0 && tries < 200; tries += 1) {
        await database.announce({ what: 'listening' });
        await pause(25);
      }
      await work();
      for (let before = -1; before !== heard.length; await pause(200)) before = heard.length;
    } finally {
      await stop();
    }
    return heard.map(({ what }) => what).filter((what) => what !== 'listening');
  }

  it('is told when the transaction has committed, each thing once and in order', async () => {
    const heard = await heardOf(() =>
      database.inTransaction(async () => {
        await database.announce({ what: 'first' });
        await database.inTransaction(() => database.announce({ what: 'second' }));
        await database.announce({ what: 'first' });
      }),
    );
    expect(heard).toEqual(['first', 'second']);
  });

  it('is not told of what was rolled back', async () => {
    const heard = await heardOf(async () => {
      const work = database.inTransaction(async () => {
        await database.announce({ what: 'never' });
        throw new Error('rolled back');
      });
      await expect(work).rejects.toThrow('rolled back');
    });
    expect(heard).toEqual([]);
  });
});
