import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

import { cloneDatabase, type DatabaseCopy } from './index.js';

describe('a copy of the template database', () => {
  let copy: DatabaseCopy;
  let application: pg.Client;

  beforeAll(async () => {
    copy = await cloneDatabase();
    application = new pg.Client({ connectionString: copy.url });
    await application.connect();
  });

  afterAll(async () => {
    await application.end();
    await copy.drop();
  });

  it('has the tables and the rights that the migrations give', async () => {
    const result = await application.query('SELECT count(*)::int AS people FROM person');
    expect(result.rows).toEqual([{ people: 0 }]);
  });

  it.each([
    'CREATE TABLE sneaked (id int)',
    'ALTER TABLE person ADD sneaked int',
    'DROP TABLE person',
    'CREATE SCHEMA sneaked',
  ])('refuses the role of the program: %s', async (sql) => {
    await expect(application.query(sql)).rejects.toThrow(/must be owner|permission denied/);
  });

  it('is not seen by another copy', async () => {
    const other = await cloneDatabase();
    const owner = new pg.Client({ connectionString: other.ownerUrl });
    await owner.connect();
    await owner.query('CREATE TABLE only_here (id int)');
    await owner.end();
    const seen = await application.query("SELECT to_regclass('only_here') AS found");
    await other.drop();
    expect(seen.rows).toEqual([{ found: null }]);
  });
});
